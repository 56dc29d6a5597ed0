/*
id = "operation-class-drift"
catalogue = "S3L-021"
title = "A caller did what it never did before"
says = """
{who} did {event_count:operation|operations} of the class "{class}" in {where}; it did none among
{past_records:record|records} before."""
severity = "high"
use_cases = ["Insider Threats", "Misconfigured Permissions", "Policy Validation"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["baseline"]
uses = []
false_positives = "A new release of the program behind a role: allow it, with an end."
blind_spots = """
What the caller does seldom may be missing from the baseline. A request for a batch of deletes does not count, the
records of its keys do."""

[parameters.support]
default = 200
unit = "records"
meaning = "records of the caller that the baseline must hold"
*/
WITH classed AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, volume, evidence, operation,
        CASE
            WHEN action_class = 'config'
                AND (starts_with(operation, 'REST.GET.') OR starts_with(operation, 'REST.HEAD.')) THEN 'inspect'
            ELSE action_class
        END AS class
    FROM window_log
    WHERE served AND NOT by_service AND action_class IS NOT NULL AND principal <> 'anonymous'
        AND operation <> 'REST.POST.MULTI_OBJECT_DELETE'
),

past AS (
    SELECT
        actor,
        CASE
            WHEN action_class = 'config'
                AND (starts_with(operation, 'REST.GET.') OR starts_with(operation, 'REST.HEAD.')) THEN 'inspect'
            ELSE action_class
        END AS class,
        count(*) AS records
    FROM baseline_log
    WHERE principal <> 'anonymous'
    GROUP BY 1, 2
),

established AS (
    SELECT p.actor, sum(p.records) AS records
    FROM past AS p
    GROUP BY p.actor
    HAVING sum(p.records) >= $support
)

SELECT
    min(c.principal) AS principal,
    CASE WHEN count(DISTINCT c.remote_ip) = 1 THEN min(c.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT c.key) = 1 AND count(*) = count(c.key) THEN min(c.key) END AS key,
    CASE WHEN count(DISTINCT c.bucket) = 1 THEN min(c.bucket) END AS bucket,
    min(c.second) AS first_seen,
    max(c.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(c.volume) AS BIGINT) AS bytes,
    min_by(c.evidence, c.second, 5) AS examples,
    CASE WHEN c.class NOT IN ('delete', 'config') THEN 'medium' END AS severity,
    c.class,
    min(c.operation) AS operation,
    CAST(max(e.records) AS BIGINT) AS past_records
FROM classed AS c
JOIN established AS e ON e.actor = c.actor
LEFT JOIN past AS p ON p.actor = c.actor AND p.class = c.class
WHERE p.actor IS NULL
GROUP BY c.actor, c.class

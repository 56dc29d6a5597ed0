/*
id = "exposure-changed"
catalogue = "S3L-061"
title = "Who may reach a bucket was changed"
says = "{who} changed who may reach {where} by {operation}; {aftermath}."
severity = "high"
use_cases = ["Misconfigured Permissions", "Insider Threats"]
techniques = ["T1098"]
minimum_width = 17
needs = []
uses = ["organisation_accounts", "infrastructure_principals"]
false_positives = """
Planned changes. Those by infrastructure principals, and ACLs of single objects, are reported as medium unless a
stranger was served afterwards."""
blind_spots = """
Whether the change opened or closed the bucket is not in the log: read it from the bucket. Strangers are callers
without credentials, and foreign accounts once the organisation's are known. Names of these operations may be
incomplete."""

[parameters.follow_hours]
default = 72
unit = "hours"
meaning = "how long after the change a stranger belongs to it"
*/
WITH changes AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.operation, w.second, w.evidence,
        i.principal AS infrastructure
    FROM window_log AS w
    LEFT JOIN principal_list AS i ON i.list = 'infrastructure_principals' AND i.principal = w.principal
    WHERE w.served AND coalesce(w.principal_kind, '') <> 'service'
        AND (
            regexp_matches(
                w.operation, '^REST[.](PUT|POST|DELETE)[.](BUCKETPOLICY|ACL|OWNERSHIP_CONTROLS|.*PUBLIC_ACCESS.*)$'
            )
            OR w.operation IN ('REST.PUT.WEBSITE', 'REST.PUT.CORS')
        )
),

firsts AS (
    SELECT actor, bucket, min(second) AS changed_at
    FROM changes
    GROUP BY actor, bucket
),

strangers AS (
    SELECT w.bucket, w.second
    FROM whole_log AS w
    JOIN (SELECT DISTINCT bucket FROM firsts) AS f ON f.bucket = w.bucket
    LEFT JOIN word_list AS g ON g.list = 'given' AND g.word = 'organisation_accounts'
    LEFT JOIN word_list AS a ON a.list = 'organisation_accounts' AND a.word = w.account
    WHERE w.served AND NOT w.by_service AND w.operation <> 'REST.OPTIONS.PREFLIGHT'
        AND (w.principal = 'anonymous' OR (g.word IS NOT NULL AND w.account IS NOT NULL AND a.word IS NULL))
),

aftermaths AS (
    SELECT
        f.actor, f.bucket, f.changed_at,
        count_if(s.second <= f.changed_at) AS before,
        min(CASE WHEN s.second > f.changed_at THEN s.second END) AS stranger_at
    FROM firsts AS f
    JOIN strangers AS s ON s.bucket = f.bucket AND s.second <= f.changed_at + $follow_hours * 3600
    GROUP BY f.actor, f.bucket, f.changed_at
)

SELECT
    min(c.principal) AS principal,
    CASE WHEN count(DISTINCT c.remote_ip) = 1 THEN min(c.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT c.key) = 1 AND count(*) = count(c.key) THEN min(c.key) END AS key,
    c.bucket,
    min(c.second) AS first_seen,
    max(c.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(c.evidence, c.second, 5) AS examples,
    CASE
        WHEN max(a.stranger_at) IS NOT NULL AND max(a.before) = 0 THEN 'critical'
        WHEN count(c.infrastructure) > 0 OR count(*) = count(c.key) THEN 'medium'
    END AS severity,
    min_by(c.operation, c.second) AS operation,
    CASE
        WHEN max(a.stranger_at) IS NULL THEN 'no stranger was served afterwards'
        WHEN max(a.before) > 0 THEN 'strangers had been served before'
        ELSE concat(
            'the first stranger was served ',
            CAST(CAST(ceil(max(a.stranger_at - a.changed_at) / 60) AS BIGINT) AS VARCHAR), ' min later'
        )
    END AS aftermath
FROM changes AS c
LEFT JOIN aftermaths AS a ON a.actor = c.actor AND a.bucket = c.bucket
GROUP BY c.actor, c.bucket

/*
id = "mfa-pattern-mismatch"
catalogue = "S3L-047"
title = "A person's requests outside the pattern of those with MFA (inferred)"
says = """
{who} made {event_count:request|requests} with {tool} from {network}, which no request known to use MFA did; whether
MFA was used is not in the log."""
severity = "low"
use_cases = ["Monitoring MFA"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["mfa_profile"]
uses = []
false_positives = "New tools and networks of people who do use MFA."
blind_spots = """
The log does not tell whether MFA was used. The pattern is learnt from rows that the user marks by network or by
principal, and a user agent can be forged."""
*/
WITH people AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.second, w.volume, w.evidence, a.network,
        coalesce(w.user_agent_family, 'no tool') AS tool,
        n.remote_ip IS NOT NULL OR p.principal IS NOT NULL AS marked
    FROM whole_log AS w
    JOIN address AS a ON a.remote_ip = w.remote_ip
    LEFT JOIN address_list AS n ON n.list = 'mfa_networks' AND n.remote_ip = w.remote_ip
    LEFT JOIN principal_list AS p ON p.list = 'mfa_principals' AND p.principal = w.principal
    WHERE w.human AND w.served AND NOT w.by_service
),

profile AS (
    SELECT DISTINCT network, tool
    FROM people
    WHERE marked
)

SELECT
    min(q.principal) AS principal,
    CASE WHEN count(DISTINCT q.remote_ip) = 1 THEN min(q.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT q.bucket) = 1 THEN min(q.bucket) END AS bucket,
    min(q.second) AS first_seen,
    max(q.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(q.volume) AS BIGINT) AS bytes,
    min_by(q.evidence, q.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    q.tool,
    q.network
FROM people AS q
LEFT JOIN profile AS f ON f.network = q.network AND f.tool = q.tool
WHERE NOT q.marked AND f.network IS NULL AND q.second >= $window_first
GROUP BY q.actor, q.network, q.tool

/*
id = "protection-changed"
catalogue = "S3L-059"
title = "Versioning, locks or encryption of a bucket changed"
says = "{who} changed the protection of {where} by {operation}; whether it was switched on or off is not in the log."
severity = "high"
use_cases = ["Destruction and Ransomware", "Insider Threats"]
techniques = ["T1490"]
minimum_width = 17
needs = []
uses = ["infrastructure_principals"]
false_positives = """
Switching protection on. Changes by infrastructure principals are reported as low, those by other programs as medium;
backup programs that lock single objects are left out."""
blind_spots = "Switching on and off look the same: read the bucket. Names of these operations may be incomplete."
*/
SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 AND count(*) = count(w.key) THEN min(w.key) END AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE
        WHEN count(i.principal) > 0 THEN 'low'
        WHEN count_if(w.human) = 0 THEN 'medium'
    END AS severity,
    w.operation
FROM window_log AS w
LEFT JOIN principal_list AS i ON i.list = 'infrastructure_principals' AND i.principal = w.principal
WHERE w.served AND coalesce(w.principal_kind, '') <> 'service'
    AND (w.human OR w.key IS NULL)
    AND regexp_matches(
        w.operation,
        '^REST[.]((PUT|POST|DELETE)[.].*(VERSIONING|LOCK|HOLD|RETENTION)|DELETE[.].*(ENCRYPTION|REPLICATION))'
    )
    AND strpos(w.operation, 'PUBLIC_ACCESS') = 0
GROUP BY w.actor, w.bucket, w.operation

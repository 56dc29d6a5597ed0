/*
id = "canary-touched"
catalogue = "S3L-018"
title = "A decoy was touched"
says = "{who} touched the decoy in {where} {event_count:time|times}; {successes:request|requests} succeeded."
severity = "critical"
use_cases = ["Unauthorized Access", "Data Exfiltration", "Insider Threats"]
techniques = ["T1530"]
minimum_width = 17
needs = ["canaries"]
uses = []
false_positives = "Inventory and backup roles that read everything: allow them."
blind_spots = "Requests that a VPC endpoint policy refuses are not logged."
*/
SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 AND count(*) = count(w.key) THEN min(w.key) END AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count_if(w.served) AS successes
FROM window_log AS w
JOIN (SELECT DISTINCT bucket, prefix FROM place_list WHERE list = 'canaries') AS p
    ON p.bucket = w.bucket AND starts_with(coalesce(w.key, ''), p.prefix)
WHERE coalesce(w.principal_kind, '') <> 'service'
GROUP BY w.actor, w.bucket

/*
id = "lifecycle-changed"
catalogue = "S3L-055"
title = "Lifecycle rules changed"
says = "{who} changed the lifecycle rules of {where} {event_count:time|times}; what they say now is not in the log."
severity = "medium"
use_cases = ["Destruction and Ransomware", "Insider Threats"]
techniques = ["T1485.001"]
minimum_width = 17
needs = []
uses = ["destinations", "sensitive_prefixes", "infrastructure_principals"]
false_positives = "Changes that were planned."
blind_spots = "The record does not hold the rules: read them from the bucket."
*/
SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE
        WHEN count(p.bucket) > 0 THEN 'high'
        WHEN count(g.word) > 0 AND count(i.principal) = 0 THEN 'high'
    END AS severity,
    count_if(w.operation = 'REST.DELETE.LIFECYCLE') AS removals,
    count(i.principal) > 0 AS by_infrastructure
FROM window_log AS w
LEFT JOIN (
    SELECT DISTINCT bucket
    FROM place_list
    WHERE list IN ('destinations', 'sensitive_prefixes')
) AS p ON p.bucket = w.bucket
LEFT JOIN principal_list AS i ON i.list = 'infrastructure_principals' AND i.principal = w.principal
LEFT JOIN word_list AS g ON g.list = 'given' AND g.word = 'infrastructure_principals'
WHERE w.operation IN ('REST.PUT.LIFECYCLE', 'REST.DELETE.LIFECYCLE', 'REST.POST.LIFECYCLE') AND w.served
GROUP BY w.actor, w.bucket

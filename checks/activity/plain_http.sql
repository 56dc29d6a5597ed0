/*
id = "plain-http"
catalogue = "S3L-062"
title = "Requests served over plain HTTP"
says = "{event_count:request|requests} of {who} to {where} went over plain HTTP and were answered."
severity = "medium"
use_cases = ["Misconfigured Permissions", "Policy Validation"]
techniques = ["T1040"]
minimum_width = 24
needs = []
uses = []
false_positives = "None: the record says so. Website endpoints, which have no TLS at all, are left out."
blind_spots = "Records with fewer than 24 fields cannot tell. The other half of a copy has no connection of its own."
*/
SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT key) = 1 AND count(*) = count(key) THEN min(key) END AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(volume) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT remote_ip) AS addresses,
    count(DISTINCT key) AS keys
FROM window_log
WHERE starts_with(operation, 'REST.') AND operation NOT IN ('REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET')
    AND remote_ip IS NOT NULL AND cipher_suite IS NULL AND tls_version IS NULL AND http_status < 400
GROUP BY actor, bucket

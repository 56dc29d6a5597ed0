/*
id = "recursive-logging"
catalogue = "S3L-086"
title = "A bucket of logs logs its own deliveries"
says = "{where} receives logs and is itself logged: {event_count:delivery|deliveries} made records of their own."
severity = "low"
use_cases = ["Cost Optimization", "Log Integrity"]
techniques = []
minimum_width = 17
needs = []
uses = []
false_positives = "Logging a bucket of logs to another bucket, which records who reads them; then the cost is meant."
blind_spots = "The record does not tell where the bucket's own logs go: if to itself, each delivery causes the next."
*/
SELECT
    min(principal) AS principal,
    CAST(NULL AS VARCHAR) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(object_size), 0) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity
FROM window_log
WHERE principal_kind = 'service' AND operation = 'REST.PUT.OBJECT'
    AND regexp_matches(key, '[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9A-Za-z]{16}$')
GROUP BY bucket

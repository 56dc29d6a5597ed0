/*
id = "anonymous-read"
catalogue = "S3L-004"
title = "Content or listing served without credentials"
says = """
{where} answered {event_count:read|reads} without credentials, {listings:listing|listings} among them, from
{addresses:address|addresses}."""
severity = "high"
use_cases = ["Misconfigured Permissions", "Unauthorized Access"]
techniques = ["T1530"]
minimum_width = 17
needs = []
uses = ["public_buckets"]
false_positives = """
Websites and content networks: declare their buckets public. A bucket without such a declaration is reported."""
blind_spots = "The record does not tell which policy or ACL let the request in; a content network hides the address."
*/
SELECT
    'anonymous' AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 AND count(*) = count(w.key) THEN min(w.key) END AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE WHEN count_if(w.action_class = 'list') > 0 THEN 'critical' END AS severity,
    count_if(w.action_class = 'list') AS listings,
    count(DISTINCT w.key) AS keys,
    count(DISTINCT w.remote_ip) AS addresses
FROM window_log AS w
LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
WHERE w.principal_kind = 'anonymous'
    AND w.served
    AND (w.is_read OR w.operation IN ('REST.GET.BUCKET', 'REST.GET.BUCKETVERSIONS'))
    AND p.bucket IS NULL
GROUP BY w.bucket

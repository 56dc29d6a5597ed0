/*
id = "anonymous-write"
catalogue = "S3L-005"
title = "Write or delete accepted without credentials"
says = """
{where} accepted {event_count:change|changes} without credentials, {deletions:delete|deletes} among them, from
{addresses:address|addresses}."""
severity = "critical"
use_cases = ["Misconfigured Permissions", "Unauthorized Access"]
techniques = ["T1565.001", "T1485"]
minimum_width = 17
needs = []
uses = []
false_positives = "None is known but test rigs."
blind_spots = """
The record does not tell which policy or ACL let the request in. The request for a batch of deletes succeeds even
when no delete does, so only the records of its keys count."""
*/
SELECT
    'anonymous' AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT key) = 1 AND count(*) = count(key) THEN min(key) END AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(CASE WHEN NOT is_delete THEN object_size END), 0) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count_if(is_delete) AS deletions,
    count(DISTINCT key) AS keys,
    count(DISTINCT remote_ip) AS addresses
FROM window_log
WHERE principal_kind = 'anonymous'
    AND http_status IN (200, 204)
    AND (
        is_delete
        OR starts_with(operation, 'REST.PUT.')
        OR starts_with(operation, 'REST.DELETE.')
        OR (
            starts_with(operation, 'REST.POST.')
            AND operation NOT IN (
                'REST.POST.MULTI_OBJECT_DELETE', 'REST.POST.SELECT', 'REST.POST.OBJECT_ATTRIBUTES', 'REST.POST.TORRENT'
            )
        )
        OR operation IN ('REST.COPY.OBJECT', 'REST.COPY.PART', 'SOAP.PUT.OBJECT')
    )
GROUP BY bucket

/*
id = "denied-then-allowed"
catalogue = "S3L-002"
title = "Denied again and again, then allowed"
says = """
{who} was allowed {allowed_operation} in {where}, {minutes_until_allowed:minute|minutes} after
{event_count:denial|denials} within {window_minutes:minute|minutes}."""
severity = "high"
use_cases = ["Brute Force Activity", "Unauthorized Access"]
techniques = ["T1110", "T1078.004"]
minimum_width = 17
needs = []
uses = ["sensitive_prefixes"]
false_positives = """
A permission that an administrator mended; it is reported as low when the bucket's policy or ACL was changed between
the last denial and the first success."""
blind_spots = """
Policies of principals are changed in IAM, which these logs do not show. A caller who succeeded in the hour before is
left out, and so is another principal at an address that several principals use."""

[parameters.window_minutes]
default = 10
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.denials]
default = 20
unit = "requests"
meaning = "denied requests of one caller for one bucket in a window"

[parameters.follow_minutes]
default = 60
unit = "minutes"
meaning = "how long before the denials nothing, and after them something, must have been allowed"
*/
WITH denied AS (
    SELECT actor, principal, remote_ip, bucket, second, second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE NOT by_service
        AND error_code IN (
            'AccessDenied', 'AllAccessDisabled', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken',
            'InvalidToken'
        )
),

halved AS (
    SELECT
        actor, bucket, half, count(*) AS denials, min(second) AS first_denied, max(second) AS last_denied,
        min(remote_ip) AS remote_ip, min(principal) AS principal
    FROM denied
    GROUP BY actor, bucket, half
),

bursts AS (
    SELECT
        h.actor, h.bucket, h.half - s.back * $window_minutes * 30 AS began, sum(h.denials) AS denials,
        min(h.first_denied) AS first_denied, max(h.last_denied) AS last_denied,
        min(h.remote_ip) AS remote_ip, min(h.principal) AS principal
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2, 3
    HAVING sum(h.denials) >= $denials
),

served AS (
    SELECT actor, principal, remote_ip, bucket, key, operation, second, volume, evidence
    FROM window_log
    WHERE served AND NOT by_service AND operation <> 'REST.OPTIONS.PREFLIGHT'
),

lone_addresses AS (
    SELECT remote_ip, min(actor) AS actor
    FROM window_log
    WHERE principal <> 'anonymous' AND NOT by_service
    GROUP BY remote_ip
    HAVING count(DISTINCT actor) = 1
),

followed AS (
    SELECT b.actor, b.bucket, b.began, b.denials, b.first_denied, b.last_denied, s.actor AS allowed_actor, s.second
    FROM bursts AS b
    JOIN served AS s ON s.bucket = b.bucket AND s.actor = b.actor
    WHERE s.second >= b.first_denied - $follow_minutes * 60 AND s.second <= b.last_denied + $follow_minutes * 60
    UNION ALL
    SELECT b.actor, b.bucket, b.began, b.denials, b.first_denied, b.last_denied, s.actor AS allowed_actor, s.second
    FROM bursts AS b
    JOIN lone_addresses AS l ON l.remote_ip = b.remote_ip
    JOIN served AS s ON s.bucket = b.bucket AND s.remote_ip = b.remote_ip AND s.actor = l.actor
    WHERE b.principal = 'anonymous'
        AND s.second >= b.first_denied - $follow_minutes * 60 AND s.second <= b.last_denied + $follow_minutes * 60
),

turned AS (
    SELECT
        f.actor, f.bucket, f.denials, f.first_denied, f.last_denied, f.allowed_actor, min(f.second) AS allowed_at,
        row_number() OVER (PARTITION BY f.actor, f.bucket ORDER BY f.denials DESC, f.began) AS place
    FROM followed AS f
    GROUP BY f.actor, f.bucket, f.began, f.denials, f.first_denied, f.last_denied, f.allowed_actor
    HAVING min(f.second) > f.last_denied
),

changes AS (
    SELECT t.actor, t.bucket, count(*) AS changed
    FROM turned AS t
    JOIN window_log AS w ON w.bucket = t.bucket
    WHERE w.served
        AND w.operation IN ('REST.PUT.BUCKETPOLICY', 'REST.DELETE.BUCKETPOLICY', 'REST.PUT.ACL')
        AND w.second >= t.first_denied AND w.second <= t.allowed_at
        AND t.place = 1
    GROUP BY t.actor, t.bucket
),

sensitive AS (
    SELECT DISTINCT bucket
    FROM place_list
    WHERE list = 'sensitive_prefixes'
)

SELECT
    min(s.principal) AS principal,
    CASE WHEN count(DISTINCT s.remote_ip) = 1 THEN min(s.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    t.bucket,
    min(t.first_denied) AS first_seen,
    max(s.second) AS last_seen,
    min(CAST(t.denials AS BIGINT)) AS event_count,
    CAST(sum(s.volume) AS BIGINT) AS bytes,
    min_by(s.evidence, s.second, 5) AS examples,
    CASE WHEN max(c.changed) IS NOT NULL THEN 'low' WHEN max(p.bucket) IS NOT NULL THEN 'critical' END AS severity,
    min(CAST(ceil((t.allowed_at - t.last_denied) / 60) AS BIGINT)) AS minutes_until_allowed,
    min_by(s.operation, s.second) AS allowed_operation,
    count(*) AS allowed_requests
FROM turned AS t
JOIN served AS s
    ON s.bucket = t.bucket AND s.actor = t.allowed_actor
    AND s.second >= t.allowed_at AND s.second <= t.last_denied + $follow_minutes * 60
LEFT JOIN changes AS c ON c.actor = t.actor AND c.bucket = t.bucket
LEFT JOIN sensitive AS p ON p.bucket = t.bucket
WHERE t.place = 1
GROUP BY t.actor, t.bucket

/*
id = "permission-probing"
catalogue = "S3L-003"
title = "Permissions tried out on many keys, buckets or operations"
says = """
{who} was denied on {keys:key|keys}, in {buckets:bucket|buckets} and for {operations:operation|operations} within
{window_minutes:minute|minutes}."""
severity = "medium"
use_cases = ["Unauthorized Access"]
techniques = ["T1619", "T1580"]
minimum_width = 17
needs = []
uses = []
false_positives = "Access analysers, and newcomers whose permissions are not complete yet."
blind_spots = "Requests that a VPC endpoint policy refuses are not logged. Slow probing stays below the hourly counts."

[parameters.window_minutes]
default = 60
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.keys]
default = 15
unit = "keys"
meaning = "distinct keys that one caller is denied in a window"

[parameters.buckets]
default = 3
unit = "buckets"
meaning = "distinct buckets that one caller is denied in a window"

[parameters.operations]
default = 5
unit = "operations"
meaning = "distinct operations that one caller is denied in a window"
*/
WITH denied AS (
    SELECT
        actor, principal, remote_ip, bucket, key, operation, second, evidence,
        CASE WHEN key IS NOT NULL THEN concat(bucket, '/', key) END AS place,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE NOT by_service AND http_status = 403 AND error_code IN ('AccessDenied', 'AllAccessDisabled')
),

spans AS (
    SELECT
        d.actor, d.half - s.back * $window_minutes * 30 AS began, count(*) AS denials,
        count(DISTINCT d.place) AS keys,
        count(DISTINCT d.bucket) AS buckets,
        count(DISTINCT d.operation) AS operations
    FROM denied AS d
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

densest AS (
    SELECT
        actor, began, keys, buckets, operations,
        row_number() OVER (PARTITION BY actor ORDER BY keys + buckets + operations DESC, began) AS rank
    FROM spans
    WHERE keys >= $keys OR buckets >= $buckets OR operations >= $operations
)

SELECT
    min(d.principal) AS principal,
    CASE WHEN count(DISTINCT d.remote_ip) = 1 THEN min(d.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT d.bucket) = 1 THEN min(d.bucket) END AS bucket,
    min(d.second) AS first_seen,
    max(d.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(d.evidence, d.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT d.place) AS keys,
    count(DISTINCT d.bucket) AS buckets,
    count(DISTINCT d.operation) AS operations
FROM densest AS n
JOIN denied AS d
    ON d.actor = n.actor AND d.second >= n.began AND d.second < n.began + $window_minutes * 60
WHERE n.rank = 1
GROUP BY d.actor

/*
id = "opened-then-downloaded"
catalogue = "S3L-102"
title = "A bucket was opened, and then downloaded by a stranger"
says = """
{opened_by} changed who may reach {where} by {operation}; then {remote_ip} fetched {keys:object|objects} without
credentials, the first {minutes_later:minute|minutes} later."""
severity = "critical"
use_cases = ["Data Exfiltration", "Misconfigured Permissions"]
techniques = ["T1098", "T1530", "T1119"]
minimum_width = 17
needs = []
uses = ["public_buckets"]
false_positives = "A website that is opened on purpose: declare its bucket public."
blind_spots = """
A change of which there is no record, and a bucket that had been served without credentials before. Whether the
change opened the bucket is not in the log."""

[parameters.follow_hours]
default = 72
unit = "hours"
meaning = "how long after the change a download belongs to it"

[parameters.window_minutes]
default = 60
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.reads]
default = 100
unit = "requests"
meaning = "successful reads from one address in a window"

[parameters.keys]
default = 50
unit = "keys"
meaning = "distinct keys that are enough instead"
*/
WITH changes AS (
    SELECT w.bucket, w.principal, w.operation, w.second, w.evidence
    FROM whole_log AS w
    LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
    WHERE w.served AND w.key IS NULL AND coalesce(w.principal_kind, '') <> 'service' AND p.bucket IS NULL
        AND w.second >= $window_first - $follow_hours * 3600
        AND (
            regexp_matches(
                w.operation, '^REST[.](PUT|POST|DELETE)[.](BUCKETPOLICY|ACL|OWNERSHIP_CONTROLS|.*PUBLIC_ACCESS.*)$'
            )
            OR w.operation = 'REST.PUT.WEBSITE'
        )
),

strangers AS (
    SELECT w.bucket, w.remote_ip, w.key, w.second, w.volume, w.evidence, w.is_read
    FROM whole_log AS w
    JOIN (SELECT DISTINCT bucket FROM changes) AS c ON c.bucket = w.bucket
    WHERE w.served AND w.principal = 'anonymous' AND w.operation <> 'REST.OPTIONS.PREFLIGHT'
),

first_strangers AS (
    SELECT bucket, min(second) AS second
    FROM strangers
    GROUP BY bucket
),

opened AS (
    SELECT
        c.bucket, c.principal, c.operation, c.second AS opened_at, c.evidence, f.second AS stranger_at,
        row_number() OVER (PARTITION BY c.bucket ORDER BY c.second DESC, c.evidence) AS place
    FROM changes AS c
    JOIN first_strangers AS f ON f.bucket = c.bucket
    WHERE f.second > c.second AND f.second <= c.second + $follow_hours * 3600
),

fetched AS (
    SELECT
        s.bucket, s.remote_ip, s.key, s.second, s.volume, s.evidence,
        s.second - s.second % ($window_minutes * 30) AS half
    FROM strangers AS s
    JOIN opened AS o ON o.bucket = s.bucket
    WHERE o.place = 1 AND s.is_read AND s.remote_ip IS NOT NULL AND s.second >= $window_first
        AND s.second <= o.opened_at + $follow_hours * 3600
),

spans AS (
    SELECT
        f.bucket, f.remote_ip, f.half - h.back * $window_minutes * 30 AS began,
        count(*) AS reads, count(DISTINCT f.key) AS keys
    FROM fetched AS f
    CROSS JOIN halves AS h
    GROUP BY 1, 2, 3
),

densest AS (
    SELECT
        bucket, remote_ip, began,
        row_number() OVER (PARTITION BY bucket, remote_ip ORDER BY reads DESC, began) AS place
    FROM spans
    WHERE reads >= $reads OR keys >= $keys
),

events AS (
    SELECT f.bucket, f.remote_ip, f.key, f.second, f.volume, f.evidence
    FROM densest AS d
    JOIN fetched AS f
        ON f.bucket = d.bucket AND f.remote_ip = d.remote_ip
        AND f.second >= d.began AND f.second < d.began + $window_minutes * 60
    WHERE d.place = 1
    UNION ALL
    SELECT d.bucket, d.remote_ip, CAST(NULL AS VARCHAR) AS key, o.opened_at AS second, 0 AS volume, o.evidence
    FROM densest AS d
    JOIN opened AS o ON o.bucket = d.bucket
    WHERE d.place = 1 AND o.place = 1
)

SELECT
    'anonymous' AS principal,
    e.remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    e.bucket,
    min(e.second) AS first_seen,
    max(e.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(e.volume) AS BIGINT) AS bytes,
    min_by(e.evidence, e.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    min(o.principal) AS opened_by,
    min(o.operation) AS operation,
    count(DISTINCT e.key) AS keys,
    CAST(ceil(min(o.stranger_at - o.opened_at) / 60) AS BIGINT) AS minutes_later
FROM events AS e
JOIN opened AS o ON o.bucket = e.bucket
WHERE o.place = 1
GROUP BY e.bucket, e.remote_ip

/*
id = "breadth-outlier"
catalogue = "S3L-011"
title = "Far more objects read than usual"
says = "{who} read {keys:object|objects} of {where} within {window_minutes:minute|minutes}."
severity = "high"
use_cases = ["Data Exfiltration"]
techniques = ["T1119"]
minimum_width = 17
needs = []
uses = ["baseline", "public_buckets"]
false_positives = """
Restores, migrations, indexers and new consumers. A caller whose usual hours are as broad is left out."""
blind_spots = """
Reading that stays below the hourly count is a matter for slow-drip. How many keys a bucket has is known from the log
only. Readers of declared public buckets are left out."""

[parameters.window_minutes]
default = 60
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.keys]
default = 500
unit = "keys"
meaning = "distinct keys that one caller reads in a window"

[parameters.factor]
default = 10
unit = "times the median"
meaning = "how far above the caller's usual windows it must be"

[parameters.share]
default = 0.3
unit = "share of the keys seen in the bucket"
meaning = "what is enough instead, when the caller never read more in a window before"

[parameters.support]
default = 20
unit = "windows"
meaning = "windows with reads that the baseline must hold to be compared with"
*/
WITH halved AS (
    SELECT w.actor, w.second - w.second % ($window_minutes * 30) AS half, count(*) AS requests
    FROM window_log AS w
    LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
    WHERE w.served AND w.is_read AND NOT w.by_service AND p.bucket IS NULL
    GROUP BY 1, 2
),

likely AS (
    SELECT h.actor, h.half - s.back * $window_minutes * 30 AS began
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.requests) >= $keys
),

callers AS (
    SELECT DISTINCT actor
    FROM likely
),

reads AS (
    SELECT w.actor, w.bucket, w.key, w.second - w.second % ($window_minutes * 30) AS half
    FROM window_log AS w
    JOIN callers AS c ON c.actor = w.actor
    LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
    WHERE w.served AND w.is_read AND NOT w.by_service AND p.bucket IS NULL
),

doubled AS (
    SELECT r.actor, r.bucket, r.key, r.half - s.back * $window_minutes * 30 AS began
    FROM reads AS r
    CROSS JOIN halves AS s
),

touched AS (
    SELECT d.actor, d.began, d.bucket, count(DISTINCT d.key) AS keys
    FROM doubled AS d
    JOIN likely AS l ON l.actor = d.actor AND l.began = d.began
    GROUP BY d.actor, d.began, d.bucket
),

known AS (
    SELECT w.bucket, count(DISTINCT w.key) AS keys
    FROM whole_log AS w
    JOIN (SELECT DISTINCT bucket FROM touched WHERE keys >= $keys) AS b ON b.bucket = w.bucket
    WHERE w.served
    GROUP BY w.bucket
),

spans AS (
    SELECT t.actor, t.began, sum(t.keys) AS keys, max(CASE WHEN t.keys >= $share * k.keys THEN 1 ELSE 0 END) AS ample
    FROM touched AS t
    LEFT JOIN known AS k ON k.bucket = t.bucket
    GROUP BY t.actor, t.began
    HAVING sum(t.keys) >= $keys
),

before AS (
    SELECT
        b.actor, b.second - b.second % ($window_minutes * 60) AS began,
        count(DISTINCT concat(b.bucket, '/', b.key)) AS keys
    FROM baseline_log AS b
    JOIN callers AS c ON c.actor = b.actor
    WHERE b.served AND b.is_read
    GROUP BY 1, 2
),

ranked AS (
    SELECT
        actor, keys,
        row_number() OVER (PARTITION BY actor ORDER BY keys) AS place,
        count(*) OVER (PARTITION BY actor) AS support,
        max(keys) OVER (PARTITION BY actor) AS most
    FROM before
),

usual AS (
    SELECT actor, avg(keys) AS median, max(most) AS most
    FROM ranked
    WHERE support >= $support AND place * 2 BETWEEN support AND support + 2
    GROUP BY actor
),

densest AS (
    SELECT
        s.actor, s.began, u.median,
        row_number() OVER (PARTITION BY s.actor ORDER BY s.keys DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN usual AS u ON u.actor = s.actor
    WHERE u.median IS NULL OR s.keys >= $factor * u.median OR (s.ample = 1 AND s.keys > u.most)
)

SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT w.bucket) = 1 THEN min(w.bucket) END AS bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT concat(w.bucket, '/', w.key)) AS keys,
    count(DISTINCT w.bucket) AS buckets,
    CAST(round(max(d.median)) AS BIGINT) AS usual_keys
FROM densest AS d
JOIN window_log AS w
    ON w.actor = d.actor AND w.second >= d.began AND w.second < d.began + $window_minutes * 60
LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
WHERE d.place = 1 AND w.served AND w.is_read AND p.bucket IS NULL
GROUP BY w.actor

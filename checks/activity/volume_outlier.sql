/*
id = "volume-outlier"
catalogue = "S3L-010"
title = "Far more data read than usual"
says = "{who} read {bytes:size} from {where} within {window_minutes:minute|minutes}, in {event_count:request|requests}."
severity = "high"
use_cases = ["Data Exfiltration"]
techniques = ["T1530", "T1020"]
minimum_width = 17
needs = []
uses = ["baseline", "public_buckets"]
false_positives = """
Jobs at the end of the month, restores and new consumers. A caller whose usual hours are as large is left out once
the baseline knows it."""
blind_spots = """
The log counts bytes sent, not bytes received. Copies inside S3 send no bytes to the client. Readers of declared
public buckets are left out."""

[parameters.window_minutes]
default = 60
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.bytes]
default = 1073741824
unit = "bytes"
meaning = "more than this must be read by one caller in a window"

[parameters.deviations]
default = 8.0
unit = "median absolute deviations"
meaning = "how far above the caller's usual windows it must be"

[parameters.support]
default = 20
unit = "windows"
meaning = "windows with reads that the baseline must hold to be compared with"
*/
WITH reads AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.volume, w.evidence,
        w.second - w.second % ($window_minutes * 30) AS half
    FROM window_log AS w
    LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
    WHERE w.served AND w.is_read AND NOT w.by_service AND p.bucket IS NULL
),

halved AS (
    SELECT actor, half, sum(volume) AS volume
    FROM reads
    GROUP BY actor, half
),

spans AS (
    SELECT h.actor, h.half - s.back * $window_minutes * 30 AS began, sum(h.volume) AS volume
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.volume) > $bytes
),

before AS (
    SELECT b.actor, b.second - b.second % ($window_minutes * 60) AS began, sum(b.volume) AS volume
    FROM baseline_log AS b
    JOIN (SELECT DISTINCT actor FROM spans) AS c ON c.actor = b.actor
    WHERE b.served AND b.is_read
    GROUP BY 1, 2
),

ranked AS (
    SELECT
        actor, volume,
        row_number() OVER (PARTITION BY actor ORDER BY volume) AS place,
        count(*) OVER (PARTITION BY actor) AS support
    FROM before
),

medians AS (
    SELECT actor, avg(volume) AS median
    FROM ranked
    WHERE support >= $support AND place * 2 BETWEEN support AND support + 2
    GROUP BY actor
),

distances AS (
    SELECT
        r.actor, m.median, abs(r.volume - m.median) AS distance, r.support,
        row_number() OVER (PARTITION BY r.actor ORDER BY abs(r.volume - m.median)) AS place
    FROM ranked AS r
    JOIN medians AS m ON m.actor = r.actor
),

usual AS (
    SELECT actor, max(median) AS median, avg(distance) AS deviation
    FROM distances
    WHERE place * 2 BETWEEN support AND support + 2
    GROUP BY actor
),

densest AS (
    SELECT
        s.actor, s.began, u.median,
        row_number() OVER (PARTITION BY s.actor ORDER BY s.volume DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN usual AS u ON u.actor = s.actor
    WHERE u.median IS NULL OR s.volume > u.median + $deviations * u.deviation
)

SELECT
    min(r.principal) AS principal,
    CASE WHEN count(DISTINCT r.remote_ip) = 1 THEN min(r.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT r.key) = 1 THEN min(r.key) END AS key,
    CASE WHEN count(DISTINCT r.bucket) = 1 THEN min(r.bucket) END AS bucket,
    min(r.second) AS first_seen,
    max(r.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(r.volume) AS BIGINT) AS bytes,
    min_by(r.evidence, r.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT r.key) AS keys,
    count(DISTINCT r.bucket) AS buckets,
    CAST(round(max(d.median)) AS BIGINT) AS usual_bytes
FROM densest AS d
JOIN reads AS r
    ON r.actor = d.actor AND r.second >= d.began AND r.second < d.began + $window_minutes * 60
WHERE d.place = 1
GROUP BY r.actor

/*
id = "mass-delete"
catalogue = "S3L-050"
title = "Many objects deleted in a short time"
says = "{who} deleted {event_count:object|objects} of {where} within {window_minutes:minute|minutes}."
severity = "high"
use_cases = ["Destruction and Ransomware", "Insider Threats"]
techniques = ["T1485"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = """
Compaction and clean-up jobs; who deletes as much in usual windows is left out. Temporary files of Spark and Hive do
not count."""
blind_spots = """
Versioning keeps what was deleted without a version; the record does not tell whether it is on. How many keys a
bucket has is known from the log only."""

[parameters.window_minutes]
default = 10
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.deletes]
default = 100
unit = "deletes"
meaning = "successful deletes of one caller in a window"

[parameters.deletes_critical]
default = 1000
unit = "deletes"
meaning = "deletes that make the signal critical"

[parameters.share]
default = 0.1
unit = "share of the bucket's keys in the baseline"
meaning = "what is enough instead, from fewer deletes on"

[parameters.share_deletes]
default = 20
unit = "deletes"
meaning = "the fewer deletes"

[parameters.deviations]
default = 6.0
unit = "median absolute deviations"
meaning = "how far above the caller's usual windows it must be"

[parameters.support]
default = 20
unit = "windows"
meaning = "windows with deletes that the baseline must hold to be compared with"
*/
WITH deletes AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, evidence, version_id, object_size,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE is_delete AND served AND coalesce(principal_kind, '') <> 'service'
        AND NOT regexp_matches(coalesce(key, ''), '(^|/)(_temporary|[.]spark-staging|[.]hive-staging)')
),

halved AS (
    SELECT actor, half, count(*) AS deletes
    FROM deletes
    GROUP BY actor, half
),

spans AS (
    SELECT h.actor, h.half - s.back * $window_minutes * 30 AS began, sum(h.deletes) AS deletes
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.deletes) >= $share_deletes OR sum(h.deletes) >= $deletes
),

known AS (
    SELECT DISTINCT b.bucket, b.key
    FROM baseline_log AS b
    JOIN (
        SELECT DISTINCT d.bucket
        FROM spans AS s
        JOIN deletes AS d ON d.actor = s.actor
    ) AS c ON c.bucket = b.bucket
    WHERE b.served AND NOT b.is_delete AND b.key IS NOT NULL
),

known_counts AS (
    SELECT bucket, count(*) AS keys
    FROM known
    GROUP BY bucket
),

gone AS (
    SELECT s.actor, s.began, d.bucket, count(DISTINCT d.key) AS keys
    FROM spans AS s
    JOIN deletes AS d
        ON d.actor = s.actor AND d.second >= s.began AND d.second < s.began + $window_minutes * 60
    JOIN known AS k ON k.bucket = d.bucket AND k.key = d.key
    WHERE s.deletes < $deletes
    GROUP BY s.actor, s.began, d.bucket
),

shares AS (
    SELECT g.actor, g.began, max(CASE WHEN g.keys >= $share * c.keys THEN 1 ELSE 0 END) AS ample
    FROM gone AS g
    JOIN known_counts AS c ON c.bucket = g.bucket
    GROUP BY g.actor, g.began
),

before AS (
    SELECT b.actor, b.second - b.second % ($window_minutes * 60) AS began, count(*) AS deletes
    FROM baseline_log AS b
    JOIN (SELECT DISTINCT actor FROM spans) AS c ON c.actor = b.actor
    WHERE b.is_delete AND b.served
        AND NOT regexp_matches(coalesce(b.key, ''), '(^|/)(_temporary|[.]spark-staging|[.]hive-staging)')
    GROUP BY 1, 2
),

ranked AS (
    SELECT
        actor, deletes,
        row_number() OVER (PARTITION BY actor ORDER BY deletes) AS place,
        count(*) OVER (PARTITION BY actor) AS support
    FROM before
),

medians AS (
    SELECT actor, avg(deletes) AS median
    FROM ranked
    WHERE support >= $support AND place * 2 BETWEEN support AND support + 2
    GROUP BY actor
),

distances AS (
    SELECT
        r.actor, m.median, abs(r.deletes - m.median) AS distance, r.support,
        row_number() OVER (PARTITION BY r.actor ORDER BY abs(r.deletes - m.median)) AS place
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
        row_number() OVER (PARTITION BY s.actor ORDER BY s.deletes DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN usual AS u ON u.actor = s.actor
    LEFT JOIN shares AS a ON a.actor = s.actor AND a.began = s.began
    WHERE (s.deletes >= $deletes OR a.ample = 1)
        AND (u.median IS NULL OR s.deletes > u.median + $deviations * u.deviation)
)

SELECT
    min(d.principal) AS principal,
    CASE WHEN count(DISTINCT d.remote_ip) = 1 THEN min(d.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT d.bucket) = 1 THEN min(d.bucket) END AS bucket,
    min(d.second) AS first_seen,
    max(d.second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(d.object_size), 0) AS BIGINT) AS bytes,
    min_by(d.evidence, d.second, 5) AS examples,
    CASE WHEN count(*) >= $deletes_critical THEN 'critical' END AS severity,
    count(DISTINCT d.bucket) AS buckets,
    count(d.version_id) AS permanent,
    CAST(round(max(n.median)) AS BIGINT) AS usual_deletes
FROM densest AS n
JOIN deletes AS d
    ON d.actor = n.actor AND d.second >= n.began AND d.second < n.began + $window_minutes * 60
WHERE n.place = 1
GROUP BY d.actor

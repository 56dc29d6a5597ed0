/*
id = "read-then-delete"
catalogue = "S3L-057"
title = "Objects read and then deleted by one caller"
says = """
{who} deleted {deleted:object|objects} of {where} within {window_hours:hour|hours} and had read
{read_before:object|objects} of them in the {window_hours:hour|hours} before, {sequence}."""
severity = "critical"
use_cases = ["Destruction and Ransomware", "Data Exfiltration"]
techniques = ["T1485", "T1530"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = """
Workers that take their input from a bucket: who did so before the window is left out, and reading and deleting in
turns is reported as medium."""
blind_spots = "Copies inside S3 count as reads. Reads longer ago, or by another caller, are not joined."

[parameters.window_hours]
default = 24
unit = "hours"
meaning = "length of the windows, which begin every half of it, and how long before a delete a read counts"

[parameters.keys]
default = 20
unit = "keys"
meaning = "distinct keys that are read and then deleted in a window, now or in the past of a known worker"

[parameters.share]
default = 0.5
unit = "share of the deleted keys"
meaning = "how many of them must have been read"
*/
WITH deletes AS (
    SELECT actor, principal, remote_ip, bucket, key, second, evidence, object_size
    FROM window_log
    WHERE is_delete AND served AND key IS NOT NULL AND coalesce(principal_kind, '') <> 'service'
),

likely AS (
    SELECT actor
    FROM deletes
    GROUP BY actor
    HAVING count(*) >= $keys
),

doomed AS (
    SELECT d.actor, d.bucket, d.key, max(d.second) AS second
    FROM deletes AS d
    JOIN likely AS l ON l.actor = d.actor
    GROUP BY d.actor, d.bucket, d.key
),

reads AS (
    SELECT w.actor, w.bucket, w.key, w.second
    FROM whole_log AS w
    JOIN likely AS l ON l.actor = w.actor
    WHERE w.is_read AND w.served AND w.second >= $window_first - $window_hours * 3600
),

matched AS (
    SELECT d.actor, d.bucket, d.key, d.second, max(r.second) AS read_at
    FROM doomed AS d
    LEFT JOIN reads AS r
        ON r.actor = d.actor AND r.bucket = d.bucket AND r.key = d.key
        AND r.second <= d.second AND r.second >= d.second - $window_hours * 3600
    GROUP BY d.actor, d.bucket, d.key, d.second
),

workers AS (
    SELECT d.actor
    FROM baseline_log AS d
    JOIN likely AS l ON l.actor = d.actor
    JOIN baseline_log AS r ON r.actor = d.actor AND r.bucket = d.bucket AND r.key = d.key
    WHERE d.is_delete AND d.served AND r.is_read AND r.served
        AND r.second <= d.second AND r.second >= d.second - $window_hours * 3600
    GROUP BY d.actor
    HAVING count(DISTINCT concat(d.bucket, '/', d.key)) >= $keys
),

spans AS (
    SELECT
        m.actor, m.second - m.second % ($window_hours * 1800) - s.back * $window_hours * 1800 AS began,
        count(*) AS deleted, count(m.read_at) AS read_before,
        max(m.read_at) AS last_read, min(CASE WHEN m.read_at IS NOT NULL THEN m.second END) AS first_deleted
    FROM matched AS m
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

densest AS (
    SELECT
        s.actor, s.began, s.deleted, s.read_before, s.last_read, s.first_deleted,
        row_number() OVER (PARTITION BY s.actor ORDER BY s.read_before DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN workers AS w ON w.actor = s.actor
    WHERE s.read_before >= $keys AND s.read_before >= $share * s.deleted AND w.actor IS NULL
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
    CASE WHEN max(n.last_read) > max(n.first_deleted) THEN 'medium' END AS severity,
    max(n.deleted) AS deleted,
    max(n.read_before) AS read_before,
    CASE WHEN max(n.last_read) > max(n.first_deleted) THEN 'in turns' ELSE 'all reads first' END AS sequence
FROM densest AS n
JOIN deletes AS d
    ON d.actor = n.actor AND d.second >= n.began AND d.second < n.began + $window_hours * 3600
WHERE n.place = 1
GROUP BY d.actor

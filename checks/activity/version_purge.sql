/*
id = "version-purge"
catalogue = "S3L-051"
title = "Versions deleted for good"
says = """
{who} deleted {event_count:version|versions} of objects of {where} for good within {window_minutes:minute|minutes}."""
severity = "critical"
use_cases = ["Destruction and Ransomware", "Insider Threats"]
techniques = ["T1485", "T1490"]
minimum_width = 18
needs = []
uses = ["baseline"]
false_positives = "Tools that empty buckets or thin out versions. A caller who did so before the window is left out."
blind_spots = """
Versions that lifecycle rules expire are a matter for purge-after-lifecycle. The version "null" is left out, because
it is overwritten and deleted in buckets without versioning."""

[parameters.window_minutes]
default = 10
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.versions]
default = 20
unit = "deletes"
meaning = "successful deletes with a version of one caller in a window"
*/
WITH deletes AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, evidence, object_size,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE is_delete AND served AND version_id IS NOT NULL AND version_id <> 'null'
        AND coalesce(principal_kind, '') <> 'service'
),

past AS (
    SELECT DISTINCT actor
    FROM baseline_log
    WHERE is_delete AND served AND version_id IS NOT NULL AND version_id <> 'null'
),

halved AS (
    SELECT actor, half, count(*) AS versions
    FROM deletes
    GROUP BY actor, half
),

spans AS (
    SELECT h.actor, h.half - s.back * $window_minutes * 30 AS began, sum(h.versions) AS versions
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.versions) >= $versions
),

densest AS (
    SELECT s.actor, s.began, row_number() OVER (PARTITION BY s.actor ORDER BY s.versions DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN past AS p ON p.actor = s.actor
    WHERE p.actor IS NULL
)

SELECT
    min(d.principal) AS principal,
    CASE WHEN count(DISTINCT d.remote_ip) = 1 THEN min(d.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT d.key) = 1 AND count(*) = count(d.key) THEN min(d.key) END AS key,
    CASE WHEN count(DISTINCT d.bucket) = 1 THEN min(d.bucket) END AS bucket,
    min(d.second) AS first_seen,
    max(d.second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(d.object_size), 0) AS BIGINT) AS bytes,
    min_by(d.evidence, d.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT concat(d.bucket, '/', d.key)) AS keys
FROM densest AS n
JOIN deletes AS d
    ON d.actor = n.actor AND d.second >= n.began AND d.second < n.began + $window_minutes * 60
WHERE n.place = 1
GROUP BY d.actor

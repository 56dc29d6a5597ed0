/*
id = "denied-burst"
catalogue = "S3L-001"
title = "Many denied requests in a short time"
says = "{who} was denied {event_count:time|times} within {window_minutes:minute|minutes} in {where}."
severity = "medium"
use_cases = ["Brute Force Activity", "Unauthorized Access"]
techniques = ["T1110"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = """
A broken deployment, a role whose permission was taken away, an expired session, or a crawler on a private site. One
key that is asked for again and again is reported as low."""
blind_spots = """
Requests that a VPC endpoint policy refuses are not logged. Denials spread over several principals are counted for
each of them."""

[parameters.window_minutes]
default = 10
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.denials]
default = 20
unit = "requests"
meaning = "denied requests of one caller in a window"

[parameters.denials_high]
default = 100
unit = "requests"
meaning = "denied requests that make the signal high"

[parameters.deviations]
default = 6.0
unit = "median absolute deviations"
meaning = "how far above the caller's usual windows it must be"

[parameters.support]
default = 20
unit = "windows"
meaning = "windows with denials that the baseline must hold to be compared with"
*/
WITH denied AS (
    SELECT
        actor, principal, remote_ip, bucket, key, error_code, second, evidence,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE NOT by_service
        AND error_code IN (
            'AccessDenied', 'AllAccessDisabled', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken',
            'InvalidToken'
        )
),

halved AS (
    SELECT actor, half, count(*) AS denials
    FROM denied
    GROUP BY actor, half
),

spans AS (
    SELECT h.actor, h.half - s.back * $window_minutes * 30 AS began, sum(h.denials) AS denials
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

before AS (
    SELECT actor, second - second % ($window_minutes * 60) AS began, count(*) AS denials
    FROM baseline_log
    WHERE error_code IN (
        'AccessDenied', 'AllAccessDisabled', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken',
        'InvalidToken'
    )
    GROUP BY 1, 2
),

ranked AS (
    SELECT
        actor, denials,
        row_number() OVER (PARTITION BY actor ORDER BY denials) AS place,
        count(*) OVER (PARTITION BY actor) AS support
    FROM before
),

medians AS (
    SELECT actor, avg(denials) AS median
    FROM ranked
    WHERE support >= $support AND place * 2 BETWEEN support AND support + 2
    GROUP BY actor
),

distances AS (
    SELECT
        r.actor, m.median, abs(r.denials - m.median) AS distance, r.support,
        row_number() OVER (PARTITION BY r.actor ORDER BY abs(r.denials - m.median)) AS place
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
        row_number() OVER (PARTITION BY s.actor ORDER BY s.denials DESC, s.began) AS place
    FROM spans AS s
    LEFT JOIN usual AS u ON u.actor = s.actor
    WHERE s.denials >= $denials
        AND (u.median IS NULL OR s.denials > u.median + $deviations * u.deviation)
)

SELECT
    min(d.principal) AS principal,
    CASE WHEN count(DISTINCT d.remote_ip) = 1 THEN min(d.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT d.key) = 1 AND count(*) = count(d.key) THEN min(d.key) END AS key,
    CASE WHEN count(DISTINCT d.bucket) = 1 THEN min(d.bucket) END AS bucket,
    min(d.second) AS first_seen,
    max(d.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(d.evidence, d.second, 5) AS examples,
    CASE
        WHEN count(DISTINCT d.bucket) = 1 AND count(DISTINCT d.key) = 1 AND count(*) = count(d.key)
            AND min(d.error_code) = 'AccessDenied' AND max(d.error_code) = 'AccessDenied' THEN 'low'
        WHEN count(*) >= $denials_high THEN 'high'
    END AS severity,
    count(DISTINCT d.key) AS keys,
    count(DISTINCT d.bucket) AS buckets,
    count(DISTINCT d.remote_ip) AS addresses,
    max(n.median) AS usual_denials
FROM densest AS n
JOIN denied AS d
    ON d.actor = n.actor AND d.second >= n.began AND d.second < n.began + $window_minutes * 60
WHERE n.place = 1
GROUP BY d.actor

/*
id = "off-hours-burst"
catalogue = "S3L-013"
title = "A burst of reads at an hour that is usually quiet"
says = """
{who} read {event_count:object|objects} ({bytes:size}) of {where} within {window_minutes:minute|minutes}, at an hour
in which {compared} is hardly ever active."""
severity = "high"
use_cases = ["Data Exfiltration", "Insider Threats"]
techniques = ["T1029"]
minimum_width = 17
needs = ["baseline"]
uses = []
false_positives = "People on call or on a journey, and jobs that run once a month."
blind_spots = """
Hours are those of the day in UTC, learnt from the past: a caller or bucket that is active around the clock has no
quiet ones. The record does not tell where a person's day begins."""

[parameters.window_minutes]
default = 30
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.reads]
default = 50
unit = "requests"
meaning = "reads of one caller at quiet hours in a window"

[parameters.bytes]
default = 104857600
unit = "bytes"
meaning = "what is enough instead"

[parameters.share]
default = 0.005
unit = "share of the past's requests"
meaning = "an hour of the day is quiet when fewer fall into it"

[parameters.support]
default = 200
unit = "records"
meaning = "records of the caller that the past must hold; with fewer of them the bucket is looked at instead"

[parameters.past_days]
default = 28
unit = "days"
meaning = "days before the window that are looked at"
*/
WITH past AS (
    SELECT actor, bucket, second % 86400 - second % 3600 AS hour, count(*) AS requests
    FROM baseline_log
    WHERE NOT by_service AND second >= $window_first - $past_days * 86400
    GROUP BY 1, 2, 3
),

caller_hours AS (
    SELECT actor, hour, sum(requests) AS requests
    FROM past
    GROUP BY actor, hour
),

caller_totals AS (
    SELECT p.actor, sum(p.requests) AS requests
    FROM past AS p
    GROUP BY p.actor
    HAVING sum(p.requests) >= $support
),

bucket_hours AS (
    SELECT bucket, hour, sum(requests) AS requests
    FROM past
    GROUP BY bucket, hour
),

bucket_totals AS (
    SELECT p.bucket, sum(p.requests) AS requests
    FROM past AS p
    GROUP BY p.bucket
    HAVING sum(p.requests) >= $support
),

asked AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, volume, evidence, user_agent_family,
        second % 86400 - second % 3600 AS hour
    FROM window_log
    WHERE served AND is_read AND NOT by_service
),

quiet AS (
    SELECT
        a.actor, a.principal, a.remote_ip, a.bucket, a.key, a.second, a.volume, a.evidence, a.user_agent_family,
        CASE WHEN c.actor IS NOT NULL THEN 'the caller' ELSE 'the bucket' END AS compared,
        a.second - a.second % ($window_minutes * 30) AS half
    FROM asked AS a
    LEFT JOIN caller_totals AS c ON c.actor = a.actor
    LEFT JOIN caller_hours AS ch ON ch.actor = a.actor AND ch.hour = a.hour
    LEFT JOIN bucket_totals AS b ON b.bucket = a.bucket
    LEFT JOIN bucket_hours AS bh ON bh.bucket = a.bucket AND bh.hour = a.hour
    WHERE (c.actor IS NOT NULL AND coalesce(ch.requests, 0) < $share * c.requests)
        OR (c.actor IS NULL AND b.bucket IS NOT NULL AND coalesce(bh.requests, 0) < $share * b.requests)
),

halved AS (
    SELECT actor, half, count(*) AS requests, sum(volume) AS volume
    FROM quiet
    GROUP BY actor, half
),

spans AS (
    SELECT
        h.actor, h.half - s.back * $window_minutes * 30 AS began, sum(h.requests) AS requests, sum(h.volume) AS volume
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.requests) >= $reads OR sum(h.volume) >= $bytes
),

densest AS (
    SELECT actor, began, row_number() OVER (PARTITION BY actor ORDER BY requests DESC, volume DESC, began) AS place
    FROM spans
)

SELECT
    min(q.principal) AS principal,
    CASE WHEN count(DISTINCT q.remote_ip) = 1 THEN min(q.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT q.key) = 1 THEN min(q.key) END AS key,
    CASE WHEN count(DISTINCT q.bucket) = 1 THEN min(q.bucket) END AS bucket,
    min(q.second) AS first_seen,
    max(q.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(q.volume) AS BIGINT) AS bytes,
    min_by(q.evidence, q.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT q.key) AS keys,
    min(q.compared) AS compared,
    min(q.user_agent_family) AS tool
FROM densest AS d
JOIN quiet AS q
    ON q.actor = d.actor AND q.second >= d.began AND q.second < d.began + $window_minutes * 60
WHERE d.place = 1
GROUP BY q.actor

/*
id = "purge-after-lifecycle"
catalogue = "S3L-056"
title = "A purge by lifecycle after the rules were changed"
says = """
{expired:object|objects} of {where} expired in one day, {hours_after:hour|hours} after {who} changed the lifecycle
rules."""
severity = "critical"
use_cases = ["Destruction and Ransomware", "Insider Threats"]
techniques = ["T1485.001"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = "A planned clean-up by lifecycle."
blind_spots = "The change is looked for in the records that were read. The rules themselves are not in the record."

[parameters.expirations]
default = 200
unit = "records"
meaning = "more than this must expire in a bucket on one day (UTC)"

[parameters.factor]
default = 5
unit = "times the median"
meaning = "how far above the bucket's usual days it must be"

[parameters.past_days]
default = 28
unit = "days"
meaning = "days before the window that are looked at"

[parameters.follow_hours]
default = 72
unit = "hours"
meaning = "how long after the change a purge belongs to it"
*/
WITH expired AS (
    SELECT bucket, second - second % 86400 AS day, second, evidence
    FROM window_log
    WHERE operation IN ('S3.EXPIRE.OBJECT', 'S3.CREATE.DELETEMARKER')
),

days AS (
    SELECT bucket, day, count(*) AS expirations, min(second) AS first_expired, max(second) AS last_expired
    FROM expired
    GROUP BY bucket, day
    HAVING count(*) > $expirations
),

past AS (
    SELECT bucket, second - second % 86400 AS day, count(*) AS expirations
    FROM baseline_log
    WHERE operation IN ('S3.EXPIRE.OBJECT', 'S3.CREATE.DELETEMARKER') AND second >= $window_first - $past_days * 86400
    GROUP BY 1, 2
),

ranked AS (
    SELECT
        bucket, expirations,
        row_number() OVER (PARTITION BY bucket ORDER BY expirations) AS place,
        count(*) OVER (PARTITION BY bucket) AS support
    FROM past
),

usual AS (
    SELECT bucket, avg(expirations) AS median
    FROM ranked
    WHERE place * 2 BETWEEN support AND support + 2
    GROUP BY bucket
),

changes AS (
    SELECT w.actor, w.principal, w.remote_ip, w.bucket, w.second, w.evidence
    FROM whole_log AS w
    WHERE w.operation IN ('REST.PUT.LIFECYCLE', 'REST.DELETE.LIFECYCLE', 'REST.POST.LIFECYCLE') AND w.served
),

blamed AS (
    SELECT
        d.bucket, d.day, d.expirations, d.first_expired, u.median, c.actor, c.principal, c.remote_ip,
        c.second AS changed_at, c.evidence AS change_evidence,
        row_number() OVER (PARTITION BY d.bucket ORDER BY d.expirations DESC, d.day, c.second DESC) AS place
    FROM days AS d
    JOIN changes AS c
        ON c.bucket = d.bucket AND c.second <= d.last_expired
        AND c.second >= d.first_expired - $follow_hours * 3600
    LEFT JOIN usual AS u ON u.bucket = d.bucket
    WHERE u.median IS NULL OR d.expirations > $factor * u.median
),

events AS (
    SELECT b.bucket, e.second, e.evidence
    FROM blamed AS b
    JOIN expired AS e ON e.bucket = b.bucket AND e.day = b.day
    WHERE b.place = 1
    UNION ALL
    SELECT bucket, changed_at AS second, change_evidence AS evidence
    FROM blamed
    WHERE place = 1
)

SELECT
    min(b.principal) AS principal,
    min(b.remote_ip) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    b.bucket,
    min(e.second) AS first_seen,
    max(e.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(e.evidence, e.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    max(b.expirations) AS expired,
    greatest(0, CAST(ceil(max(b.first_expired - b.changed_at) / 3600) AS BIGINT)) AS hours_after,
    CAST(round(max(b.median)) AS BIGINT) AS usual_expired
FROM blamed AS b
JOIN events AS e ON e.bucket = b.bucket
WHERE b.place = 1
GROUP BY b.bucket

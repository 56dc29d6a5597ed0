/*
id = "logging-silence"
catalogue = "S3L-083"
title = "A busy bucket fell silent"
says = """
{where} has no record for {hours_silent:hour|hours}, after {active_hours} active hours a day and gaps of at most
{usual_minutes:minute|minutes}."""
severity = "high"
use_cases = ["Log Integrity"]
techniques = ["T1562.008"]
minimum_width = 17
looks_at = "baseline"
needs = ["baseline", "every_log_object"]
uses = []
false_positives = "An application that was switched off, or moved to another bucket."
blind_spots = """
The last day is not judged, because records may come late. A bucket that is quiet for an hour now and then is not
judged either, and neither is silence behind which no other bucket has a record."""

[parameters.active_hours]
default = 23
unit = "hours a day"
meaning = "hours of an average day of the baseline in which the bucket must have had a record"

[parameters.past_days]
default = 14
unit = "days"
meaning = "days that the bucket's own baseline must reach back"

[parameters.silent_hours]
default = 6
unit = "hours"
meaning = "silence must be longer than this, and longer than any of the baseline"

[parameters.late_hours]
default = 24
unit = "hours"
meaning = "how late records may come"
*/
WITH hourly AS (
    SELECT
        bucket, second - second % 3600 AS hour, min(second) AS first_record, max(second) AS last_record,
        max_by(evidence, second) AS last_evidence
    FROM whole_log
    WHERE bucket IS NOT NULL
    GROUP BY 1, 2
),

busy AS (
    SELECT
        h.bucket, count(*) AS hours, $window_first - min(h.first_record) AS span
    FROM hourly AS h
    WHERE h.hour < $window_first
    GROUP BY h.bucket
    HAVING $window_first - min(h.first_record) >= ($past_days - 1) * 86400
        AND count(*) * 86400 >= $active_hours * ($window_first - min(h.first_record))
),

ends AS (
    SELECT least($window_last, $now - $late_hours * 3600, max(last_record)) AS cut
    FROM hourly
),

steps AS (
    SELECT
        h.bucket, h.last_record, h.last_evidence,
        lead(h.first_record) OVER (PARTITION BY h.bucket ORDER BY h.hour) AS next_record
    FROM hourly AS h
    JOIN busy AS b ON b.bucket = h.bucket
),

usual AS (
    SELECT bucket, max(next_record - last_record) AS gap
    FROM steps
    WHERE next_record < $window_first
    GROUP BY bucket
),

gaps AS (
    SELECT
        s.bucket, s.last_record, s.last_evidence, least(coalesce(s.next_record, e.cut), e.cut) AS ended
    FROM steps AS s
    CROSS JOIN ends AS e
    WHERE coalesce(s.next_record, e.cut) >= $window_first
),

longest AS (
    SELECT
        g.bucket, g.last_record, g.last_evidence, g.ended, u.gap, b.hours, b.span,
        row_number() OVER (PARTITION BY g.bucket ORDER BY g.ended - g.last_record DESC, g.last_record) AS place
    FROM gaps AS g
    JOIN usual AS u ON u.bucket = g.bucket
    JOIN busy AS b ON b.bucket = g.bucket
    WHERE g.ended - g.last_record > $silent_hours * 3600 AND g.ended - g.last_record > u.gap
),

changes AS (
    SELECT l.bucket, max(w.principal) AS principal, max(w.evidence) AS evidence
    FROM longest AS l
    JOIN whole_log AS w ON w.bucket = l.bucket
    WHERE l.place = 1 AND w.operation = 'REST.PUT.LOGGING_STATUS' AND w.served
        AND w.second >= l.last_record - 86400 AND w.second <= l.ended
    GROUP BY l.bucket
)

SELECT
    min(c.principal) AS principal,
    CAST(NULL AS VARCHAR) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    l.bucket,
    min(l.last_record) AS first_seen,
    max(l.ended) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(coalesce(c.evidence, l.last_evidence), l.last_record, 5) AS examples,
    CASE WHEN count(c.bucket) > 0 THEN 'critical' END AS severity,
    CAST(floor(max(l.ended - l.last_record) / 3600) AS BIGINT) AS hours_silent,
    CAST(ceil(max(l.gap) / 60) AS BIGINT) AS usual_minutes,
    CAST(floor(max(l.hours) * 86400 / max(l.span)) AS BIGINT) AS active_hours,
    count(c.bucket) > 0 AS logging_changed
FROM longest AS l
LEFT JOIN changes AS c ON c.bucket = l.bucket
WHERE l.place = 1
GROUP BY l.bucket

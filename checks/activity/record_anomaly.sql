/*
id = "record-anomaly"
catalogue = "S3L-085"
title = "Records that cannot all be true"
says = """
{event_count:record|records} about {where} in {log_objects:log object|log objects} cannot all be as S3 wrote them:
{anomaly}."""
severity = "medium"
use_cases = ["Log Integrity"]
techniques = ["T1565.001"]
minimum_width = 17
needs = []
uses = []
false_positives = """
Records that come more than a week late, which is rare, and log objects that were renamed or put together under the
name of one."""
blind_spots = """
Only names as S3 gives them tell the time of delivery, and only partitioned ones the source. A careful forger keeps
to both."""

[parameters.late_days]
default = 7
unit = "days"
meaning = "a record is out of place when it is delivered later than this"

[parameters.clock_seconds]
default = 300
unit = "seconds"
meaning = "how far clocks may differ before a record counts as later than its delivery"
*/
WITH single AS (
    SELECT request_id, http_status, remote_ip, principal, operation
    FROM window_log
    WHERE starts_with(operation, 'REST.') AND request_id IS NOT NULL
        AND NOT starts_with(operation, 'REST.COPY.') AND operation <> 'REST.POST.MULTI_OBJECT_DELETE'
),

contradicted AS (
    SELECT s.request_id
    FROM single AS s
    GROUP BY s.request_id
    HAVING min(s.http_status) <> max(s.http_status) OR min(s.remote_ip) <> max(s.remote_ip)
        OR min(s.principal) <> max(s.principal) OR min(s.operation) <> max(s.operation)
),

mixed AS (
    SELECT w.log_object
    FROM window_log AS w
    JOIN delivery AS d ON d.log_object = w.log_object
    GROUP BY w.log_object
    HAVING min(w.bucket) <> max(w.bucket)
),

odd AS (
    SELECT w.bucket, w.second, w.evidence, w.log_object, 'one request id has several outcomes' AS anomaly
    FROM window_log AS w
    JOIN contradicted AS c ON c.request_id = w.request_id
    WHERE starts_with(w.operation, 'REST.') AND NOT starts_with(w.operation, 'REST.COPY.')
        AND w.operation <> 'REST.POST.MULTI_OBJECT_DELETE'
    UNION ALL
    SELECT w.bucket, w.second, w.evidence, w.log_object, 'they are later than their delivery' AS anomaly
    FROM window_log AS w
    JOIN delivery AS d ON d.log_object = w.log_object
    WHERE w.second > d.delivered + $clock_seconds
    UNION ALL
    SELECT
        w.bucket, w.second, w.evidence, w.log_object,
        'they are far older than their delivery' AS anomaly
    FROM window_log AS w
    JOIN delivery AS d ON d.log_object = w.log_object
    WHERE w.second < d.delivered - $late_days * 86400
    UNION ALL
    SELECT
        w.bucket, w.second, w.evidence, w.log_object,
        'the name of the log object is for another bucket' AS anomaly
    FROM window_log AS w
    JOIN delivery AS d ON d.log_object = w.log_object
    WHERE d.source IS NOT NULL AND d.source <> w.bucket
    UNION ALL
    SELECT
        w.bucket, w.second, w.evidence, w.log_object,
        'one log object holds records about several buckets' AS anomaly
    FROM window_log AS w
    JOIN mixed AS m ON m.log_object = w.log_object
)

SELECT
    CAST(NULL AS VARCHAR) AS principal,
    CAST(NULL AS VARCHAR) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    anomaly,
    count(DISTINCT log_object) AS log_objects
FROM odd
GROUP BY bucket, anomaly

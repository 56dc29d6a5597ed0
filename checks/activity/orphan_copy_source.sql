/*
id = "orphan-copy-source"
catalogue = "S3L-016"
title = "Objects copied to a place outside the logs"
says = "{who} copied {keys:object|objects} ({bytes:size}) out of {where} to a place that is in no log that was read."
severity = "high"
use_cases = ["Data Exfiltration"]
techniques = ["T1537"]
minimum_width = 17
needs = ["every_log_object"]
uses = ["organisation_accounts"]
false_positives = """
Copies into a bucket of the organisation that is not logged, or whose logs were not read; either is a gap in what can
be proved."""
blind_spots = """
The record of the source does not name the destination. Copies of the last day are left out, because the other record
may still arrive."""

[parameters.copies]
default = 10
unit = "copies"
meaning = "copies of one caller out of one bucket; one is enough for an account outside the organisation"

[parameters.slack_hours]
default = 24
unit = "hours"
meaning = "how long the other record may take to arrive"
*/
WITH landed AS (
    SELECT DISTINCT request_id
    FROM whole_log
    WHERE operation IN ('REST.COPY.OBJECT', 'REST.COPY.PART')
    UNION
    SELECT DISTINCT request_id
    FROM doubtful_log
    WHERE operation IN ('REST.COPY.OBJECT', 'REST.COPY.PART')
)

SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 THEN min(w.key) END AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(w.object_size), 0) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT w.key) AS keys,
    count_if(g.word IS NOT NULL AND w.account IS NOT NULL AND a.word IS NULL) > 0 AS foreign_account
FROM window_log AS w
LEFT JOIN landed AS l ON l.request_id = w.request_id
LEFT JOIN word_list AS g ON g.list = 'given' AND g.word = 'organisation_accounts'
LEFT JOIN word_list AS a ON a.list = 'organisation_accounts' AND a.word = w.account
WHERE w.operation IN ('REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET')
    AND (w.served OR w.http_status IS NULL)
    AND NOT w.by_service
    AND l.request_id IS NULL
    AND w.second < $now - $slack_hours * 3600
    AND w.second < $window_last - 300
GROUP BY w.actor, w.bucket
HAVING count(*) >= $copies OR count_if(g.word IS NOT NULL AND w.account IS NOT NULL AND a.word IS NULL) > 0

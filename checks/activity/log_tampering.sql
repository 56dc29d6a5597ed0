/*
id = "log-tampering"
catalogue = "S3L-082"
title = "Log objects deleted, overwritten or forged"
says = """
{who} deleted {deleted:log object|log objects} and wrote {written:log object|log objects} in {where}, which only log
delivery and lifecycle rules should do."""
severity = "critical"
use_cases = ["Log Integrity", "Destruction and Ransomware"]
techniques = ["T1070"]
minimum_width = 17
needs = ["destinations", "destination_records"]
uses = []
false_positives = "Jobs that compact or move logs: let them write to another bucket, or allow them."
blind_spots = "Access to a bucket of logs is logged only if it logs to another bucket."
*/
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
    count_if(w.is_delete) AS deleted,
    count_if(NOT w.is_delete) AS written,
    count_if(w.is_delete AND w.version_id IS NOT NULL) AS permanent
FROM window_log AS w
JOIN place_list AS p ON p.list = 'destinations' AND p.bucket = w.bucket AND starts_with(w.key, p.prefix)
WHERE w.served AND coalesce(w.principal_kind, '') <> 'service'
    AND (
        w.is_delete
        OR w.operation IN (
            'REST.PUT.OBJECT', 'REST.POST.OBJECT', 'REST.COPY.OBJECT', 'REST.POST.UPLOAD', 'SOAP.PUT.OBJECT'
        )
    )
    AND regexp_matches(w.key, '[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9A-Za-z]{16}$')
GROUP BY w.actor, w.bucket

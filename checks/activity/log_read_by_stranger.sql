/*
id = "log-read-by-stranger"
catalogue = "S3L-081"
title = "Logs read by someone who is no reader of them"
says = """
{who} is not on the list of log readers and made {event_count:request|requests} to the logs in {where},
{listings:listing|listings} among them."""
severity = "high"
use_cases = ["Log Integrity", "Insider Threats"]
techniques = ["T1654"]
minimum_width = 17
needs = ["destinations", "destination_records", "log_readers"]
uses = []
false_positives = "Readers who are not on the list yet."
blind_spots = "Access to a bucket of logs is logged only if it logs to another bucket."
*/
WITH touched AS (
    SELECT DISTINCT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.volume, w.evidence,
        w.action_class = 'list' AS listing
    FROM (
        SELECT
            actor, principal, principal_kind, remote_ip, bucket, key, second, volume, evidence, action_class, is_read,
            operation, served,
            regexp_extract(
                replace(
                    replace(coalesce(regexp_extract(request_uri, '[?&]prefix=([^& ]*)', 1), ''), '%2F', '/'),
                    '%2f', '/'
                ),
                '^[^%+]*'
            ) AS listed
        FROM window_log
        WHERE served AND (is_read OR operation IN ('REST.GET.BUCKET', 'REST.GET.BUCKETVERSIONS'))
            AND coalesce(principal_kind, '') <> 'service'
    ) AS w
    JOIN place_list AS p ON p.list = 'destinations' AND p.bucket = w.bucket
    LEFT JOIN principal_list AS r ON r.list = 'log_readers' AND r.principal = w.principal
    WHERE r.principal IS NULL
        AND (
            (w.is_read AND starts_with(w.key, p.prefix))
            OR (NOT w.is_read AND (starts_with(w.listed, p.prefix) OR starts_with(p.prefix, w.listed)))
        )
)

SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT key) = 1 AND count(*) = count(key) THEN min(key) END AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(volume) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count_if(listing) AS listings,
    count(DISTINCT key) AS log_objects
FROM touched
GROUP BY actor, bucket

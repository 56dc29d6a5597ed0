/*
id = "foreign-account"
catalogue = "S3L-066"
title = "An account outside the organisation was served"
says = """
The account {account}, which is not on the list of the organisation's, made {event_count:request|requests} to {where}
that succeeded."""
severity = "high"
use_cases = ["Misconfigured Permissions", "Unauthorized Access"]
techniques = ["T1537"]
minimum_width = 17
needs = ["organisation_accounts"]
uses = ["public_buckets"]
false_positives = "Partners and AWS's own accounts that are not on the list yet."
blind_spots = "A caller who is logged by canonical id has no account in the record."
*/
SELECT
    CASE WHEN count(DISTINCT w.principal) = 1 THEN min(w.principal) END AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    w.account,
    count(DISTINCT w.principal) AS principals,
    count_if(w.action_class IN ('write', 'delete', 'config')) AS changes
FROM window_log AS w
LEFT JOIN word_list AS a ON a.list = 'organisation_accounts' AND a.word = w.account
LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
WHERE w.served AND coalesce(w.principal_kind, '') <> 'service' AND w.account IS NOT NULL AND a.word IS NULL
    AND p.bucket IS NULL
GROUP BY w.account, w.bucket

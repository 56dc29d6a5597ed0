/*
id = "acl-decides"
catalogue = "S3L-060"
title = "Requests that an ACL decided"
says = """
{event_count:request|requests} of {who} to {where} succeeded because of an ACL, or set one: {reads:read|reads} and
listings among them."""
severity = "medium"
use_cases = ["Misconfigured Permissions", "Policy Validation"]
techniques = ["T1098"]
minimum_width = 26
needs = []
uses = ["organisation_accounts"]
false_positives = "Programs that set the ACL which they would have anyway."
blind_spots = """
Records from before 2022 do not have the field. A change that sets an ACL is marked as well, whether or not an ACL
let it in."""
*/
SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 AND count(*) = count(w.key) THEN min(w.key) END AS key,
    w.bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE
        WHEN min(w.principal) = 'anonymous' THEN 'high'
        WHEN min(w.principal_kind) = 'canonical' AND count_if(w.principal <> w.bucket_owner) > 0 THEN 'high'
        WHEN count_if(g.word IS NOT NULL AND w.account IS NOT NULL AND a.word IS NULL) > 0 THEN 'high'
    END AS severity,
    count_if(w.is_read OR w.action_class = 'list') AS reads,
    min(w.operation) AS operation,
    count(DISTINCT w.operation) AS operations
FROM window_log AS w
LEFT JOIN word_list AS g ON g.list = 'given' AND g.word = 'organisation_accounts'
LEFT JOIN word_list AS a ON a.list = 'organisation_accounts' AND a.word = w.account
WHERE w.acl_required AND w.served AND NOT w.by_service
GROUP BY w.actor, w.bucket

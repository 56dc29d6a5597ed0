/*
id = "signature-version-2"
catalogue = "S3L-064"
title = "Requests signed with the old signature version 2"
says = "{event_count:request|requests} of {who} to {where} were signed with version 2, by {tool}."
severity = "medium"
use_cases = ["Misconfigured Permissions", "Policy Validation"]
techniques = []
minimum_width = 20
needs = []
uses = []
false_positives = """
None: the record says so. A URL that only looks like a signed one does not count unless it was served."""
blind_spots = "Records with fewer than 20 fields tell the version in signed URLs only."
*/
SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT bucket) = 1 THEN min(bucket) END AS bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(volume) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    coalesce(user_agent_family, 'an unnamed tool') AS tool,
    count_if(authentication_type = 'QueryString') AS presigned
FROM window_log
WHERE signature_version = 'SigV2'
    OR (
        served AND principal <> 'anonymous' AND signature_version IS NULL
        AND regexp_matches(request_uri, '[?&]AWSAccessKeyId=') AND regexp_matches(request_uri, '[?&]Signature=')
    )
GROUP BY actor, 11

/*
id = "long-lived-presign"
catalogue = "S3L-091"
title = "Presigned URLs that live for days"
says = "{who} signed URLs for {keys:object|objects} in {where} that live for up to {lifetime_hours:hour|hours}."
severity = "medium"
use_cases = ["Misconfigured Permissions", "Policy Validation"]
techniques = ["T1550"]
minimum_width = 22
needs = []
uses = []
false_positives = "Links that are meant to last, for instance in mails."
blind_spots = """
The lifetime in the URL is a limit: temporary credentials end earlier. A URL that nobody uses is in no record. Signed
with a long-term access key it is reported as high."""

[parameters.lifetime_seconds]
default = 86400
unit = "seconds"
meaning = "a URL may live as long as this"
*/
WITH presigned AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, volume, evidence,
        CAST(nullif(regexp_extract(request_uri, '[?&]X-Amz-Expires=([0-9]{1,9})', 1), '') AS BIGINT) AS lifetime,
        CAST(nullif(regexp_extract(request_uri, '[?&]Expires=([0-9]{1,12})', 1), '') AS BIGINT) AS expires,
        CASE
            WHEN regexp_matches(request_uri, '[?&](X-Amz-Credential|AWSAccessKeyId)=AKIA') THEN 1
            ELSE 0
        END AS long_term_key
    FROM window_log
    WHERE served AND authentication_type = 'QueryString'
),

lasting AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, volume, evidence, long_term_key,
        coalesce(lifetime, expires - second) AS seconds
    FROM presigned
    WHERE coalesce(lifetime, expires - second) > $lifetime_seconds
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
    CASE WHEN max(long_term_key) = 1 THEN 'high' END AS severity,
    count(DISTINCT key) AS keys,
    CAST(ceil(max(seconds) / 3600) AS BIGINT) AS lifetime_hours,
    max(long_term_key) = 1 AS long_term_key
FROM lasting
GROUP BY actor, bucket

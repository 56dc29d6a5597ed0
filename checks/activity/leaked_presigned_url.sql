/*
id = "leaked-presigned-url"
catalogue = "S3L-090"
title = "One presigned URL used from many networks"
says = """
One presigned URL for an object in {where} was used from {networks:network|networks} ({addresses:address|addresses});
it was signed by {who}."""
severity = "high"
use_cases = ["Data Exfiltration", "Unauthorized Access"]
techniques = ["T1550"]
minimum_width = 17
needs = []
uses = ["geoip"]
false_positives = """
Content networks and mail scanners that fetch a link for somebody, and pages that show one URL to everybody."""
blind_spots = """
S3 masks the signature of version 4, so URLs are told apart by key, credential, time and lifetime; two that agree in
all of these look like one."""

[parameters.networks]
default = 5
unit = "networks"
meaning = "networks (/24, /48) that one URL is used from"

[parameters.countries]
default = 3
unit = "countries"
meaning = "countries that are enough instead"
*/
WITH presigned AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.volume, w.evidence, a.network, a.country,
        concat(
            coalesce(regexp_extract(w.request_uri, '[?&]X-Amz-Credential=([^& ]*)', 1), ''), ' ',
            coalesce(regexp_extract(w.request_uri, '[?&]X-Amz-Date=([^& ]*)', 1), ''), ' ',
            coalesce(regexp_extract(w.request_uri, '[?&]X-Amz-Expires=([^& ]*)', 1), ''), ' ',
            coalesce(regexp_extract(w.request_uri, '[?&]Signature=([^& ]*)', 1), ''), ' ',
            coalesce(regexp_extract(w.request_uri, '[?&]Expires=([^& ]*)', 1), '')
        ) AS url
    FROM window_log AS w
    JOIN address AS a ON a.remote_ip = w.remote_ip
    WHERE w.served AND w.principal <> 'anonymous'
        AND regexp_matches(w.request_uri, '[?&](X-Amz-Signature|Signature)=')
)

SELECT
    min(principal) AS principal,
    CAST(NULL AS VARCHAR) AS remote_ip,
    key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(volume) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT network) AS networks,
    count(DISTINCT country) AS countries,
    count(DISTINCT remote_ip) AS addresses
FROM presigned
GROUP BY actor, bucket, key, url
HAVING count(DISTINCT network) >= $networks OR count(DISTINCT country) >= $countries

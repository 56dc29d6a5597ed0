/*
id = "field-injection"
catalogue = "S3L-084"
title = "A request that imitates the fields of the log"
says = """
{who} sent {event_count:request|requests} to {where} whose own text imitates fields of the log;
{ambiguous:line|lines} can be read in several ways."""
severity = "high"
use_cases = ["Log Integrity"]
techniques = ["T1070", "T1036"]
minimum_width = 17
looks_at = "doubtful"
needs = []
uses = []
false_positives = "Clients that put log lines or quoted lists into their user agent or referer."
blind_spots = "Of a line with several readings only the fields that all of them share are used."
*/
WITH forged AS (
    SELECT actor, principal, remote_ip, bucket, second, evidence, 1 AS ambiguous
    FROM doubtful_log
    UNION ALL
    SELECT actor, principal, remote_ip, bucket, second, evidence, 0 AS ambiguous
    FROM window_log
    WHERE regexp_matches(
        concat(coalesce(request_uri, ''), ' ', coalesce(referer, ''), ' ', coalesce(user_agent, '')),
        '" (-|[0-9]{3}) [^ ]+ (-|[0-9]+) (-|[0-9]+) |" [^ ]+ [^ ]+ (SigV2|SigV4|-) [^ ]+ (AuthHeader|QueryString|-)'
    )
)

SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    CAST(sum(ambiguous) AS BIGINT) AS ambiguous
FROM forged
GROUP BY actor, bucket

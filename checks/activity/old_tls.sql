/*
id = "old-tls"
catalogue = "S3L-063"
title = "Old TLS or a weak cipher"
says = "{event_count:request|requests} of {who} to {where} used {tls_version} with {cipher}."
severity = "medium"
use_cases = ["Misconfigured Permissions", "Policy Validation"]
techniques = ["T1557"]
minimum_width = 24
needs = []
uses = []
false_positives = "None: the record says so."
blind_spots = "Records with fewer than 24 fields cannot tell."
*/
SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(volume) AS BIGINT) AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    coalesce(min(tls_version), 'an unnamed version of TLS') AS tls_version,
    coalesce(min(cipher_suite), 'an unnamed cipher') AS cipher,
    min(user_agent_family) AS tool
FROM window_log
WHERE lower(tls_version) IN ('sslv2', 'sslv3', 'tlsv1', 'tlsv1.0', 'tlsv1.1')
    OR (
        cipher_suite IS NOT NULL
        AND NOT regexp_matches(cipher_suite, '^(ECDHE-|TLS_ECDHE_|TLS_AES_|TLS_CHACHA20_)')
    )
GROUP BY actor, bucket

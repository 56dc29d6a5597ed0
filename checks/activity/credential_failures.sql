/*
id = "credential-failures"
catalogue = "S3L-009"
title = "Credentials that fail in several ways"
says = """
{remote_ip} sent {event_count:request|requests} with bad credentials within {window_minutes:minute|minutes}, refused
in {codes:way|ways}: {one_code}, {other_code}."""
severity = "high"
use_cases = ["Brute Force Activity"]
techniques = ["T1110.004", "T1528"]
minimum_width = 17
needs = []
uses = []
false_positives = "A wrong clock or a misconfigured SDK, which fail in one way only."
blind_spots = "The record does not hold the access key, and mostly no requester when the signature was refused."

[parameters.window_minutes]
default = 30
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.failures]
default = 10
unit = "requests"
meaning = "failures of one address in a window"

[parameters.kinds]
default = 2
unit = "error codes"
meaning = "distinct error codes among them"
*/
WITH failed AS (
    SELECT
        remote_ip, principal, bucket, error_code, second, evidence,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE remote_ip IS NOT NULL
        AND error_code IN (
            'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'RequestTimeTooSkewed'
        )
),

spans AS (
    SELECT
        f.remote_ip, f.half - s.back * $window_minutes * 30 AS began,
        count(*) AS failures, count(DISTINCT f.error_code) AS kinds
    FROM failed AS f
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

densest AS (
    SELECT remote_ip, began, row_number() OVER (PARTITION BY remote_ip ORDER BY failures DESC, began) AS rank
    FROM spans
    WHERE failures >= $failures AND kinds >= $kinds
)

SELECT
    CASE WHEN count(DISTINCT f.principal) = 1 THEN min(f.principal) END AS principal,
    f.remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT f.bucket) = 1 THEN min(f.bucket) END AS bucket,
    min(f.second) AS first_seen,
    max(f.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(f.evidence, f.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    min(f.error_code) AS one_code,
    max(f.error_code) AS other_code,
    count(DISTINCT f.error_code) AS codes
FROM densest AS n
JOIN failed AS f
    ON f.remote_ip = n.remote_ip AND f.second >= n.began AND f.second < n.began + $window_minutes * 60
WHERE n.rank = 1
GROUP BY f.remote_ip

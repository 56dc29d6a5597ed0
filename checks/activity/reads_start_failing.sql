/*
id = "reads-start-failing"
catalogue = "S3L-053"
title = "Objects that could be read now fail for their readers"
says = """
{keys:object|objects} of {where} that were readable now answer {error} to {callers:caller|callers} who read them
before."""
severity = "critical"
use_cases = ["Destruction and Ransomware"]
techniques = ["T1486"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = "A KMS key whose policy or state was changed on purpose."
blind_spots = """
How a read of an object fails that was encrypted with a customer's key is not documented for this log: confirm on the
bucket. Objects that nobody reads again are not seen."""

[parameters.keys]
default = 5
unit = "keys"
meaning = "distinct keys of a bucket that start to fail"

[parameters.callers]
default = 2
unit = "callers"
meaning = "distinct callers who could read them before"

[parameters.past_days]
default = 30
unit = "days"
meaning = "days before the window in which they could"
*/
WITH failing AS (
    SELECT actor, principal, remote_ip, bucket, key, second, evidence, error_code
    FROM window_log
    WHERE operation IN ('REST.GET.OBJECT', 'REST.HEAD.OBJECT') AND NOT by_service AND key IS NOT NULL
        AND (
            (http_status = 400 AND error_code IN ('InvalidRequest', 'BadRequest'))
            OR (http_status IN (400, 403) AND starts_with(error_code, 'KMS.'))
        )
),

places AS (
    SELECT bucket, key, min(second) AS first_failed
    FROM failing
    GROUP BY bucket, key
),

good AS (
    SELECT w.bucket, w.key, w.actor, w.second, p.first_failed
    FROM whole_log AS w
    JOIN places AS p ON p.bucket = w.bucket AND p.key = w.key
    WHERE w.served AND w.operation IN ('REST.GET.OBJECT', 'REST.HEAD.OBJECT')
        AND w.second >= $window_first - $past_days * 86400
),

mended AS (
    SELECT DISTINCT bucket, key
    FROM good
    WHERE second > first_failed
),

readers AS (
    SELECT DISTINCT g.bucket, g.key, g.actor
    FROM good AS g
    LEFT JOIN mended AS m ON m.bucket = g.bucket AND m.key = g.key
    WHERE g.second < g.first_failed AND m.key IS NULL
)

SELECT
    CASE WHEN count(DISTINCT f.principal) = 1 THEN min(f.principal) END AS principal,
    CAST(NULL AS VARCHAR) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    f.bucket,
    min(f.second) AS first_seen,
    max(f.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(f.evidence, f.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT f.key) AS keys,
    count(DISTINCT f.actor) AS callers,
    min(f.error_code) AS error
FROM failing AS f
JOIN readers AS r ON r.bucket = f.bucket AND r.key = f.key AND r.actor = f.actor
GROUP BY f.bucket
HAVING count(DISTINCT f.key) >= $keys AND count(DISTINCT f.actor) >= $callers

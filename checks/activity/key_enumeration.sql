/*
id = "key-enumeration"
catalogue = "S3L-006"
title = "Keys guessed by trying many that do not exist"
says = """
{remote_ip} asked for {keys:key|keys} that were not there, or not for it, within {window_minutes:minute|minutes};
{hits:request|requests} succeeded."""
severity = "medium"
use_cases = ["Unauthorized Access", "Brute Force Activity"]
techniques = ["T1619", "T1595.003"]
minimum_width = 17
needs = []
uses = []
false_positives = "Cache warmers, and pages that ask for images which may be missing. Browsers' own files are left out."
blind_spots = "Guessing that is spread over many addresses stays below the count for each of them."

[parameters.window_minutes]
default = 15
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.keys]
default = 100
unit = "keys"
meaning = "distinct missing keys that one address asks for in a window"

[parameters.miss_ratio]
default = 0.8
unit = "share of requests"
meaning = "how many of the address's object requests in the window must miss"
*/
WITH asked AS (
    SELECT
        remote_ip, principal, bucket, key, second, served, evidence, concat(bucket, '/', key) AS place,
        (http_status = 404 AND error_code = 'NoSuchKey')
            OR (http_status = 403 AND error_code = 'AccessDenied') AS missed,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE operation IN ('REST.GET.OBJECT', 'REST.HEAD.OBJECT', 'WEBSITE.GET.OBJECT', 'WEBSITE.HEAD.OBJECT')
        AND remote_ip IS NOT NULL AND key IS NOT NULL AND NOT by_service
        AND NOT regexp_matches(lower(key), '(favicon|robots[.]txt|apple-touch-icon|wlwmanifest|browserconfig)')
),

halved AS (
    SELECT remote_ip, half, count_if(missed) AS misses
    FROM asked
    GROUP BY remote_ip, half
),

likely AS (
    SELECT h.remote_ip, h.half - s.back * $window_minutes * 30 AS began
    FROM halved AS h
    CROSS JOIN halves AS s
    GROUP BY 1, 2
    HAVING sum(h.misses) >= $keys
),

spans AS (
    SELECT
        l.remote_ip, l.began,
        count(DISTINCT CASE WHEN a.missed THEN a.place END) AS keys,
        count_if(a.missed) AS misses,
        count(*) AS requests
    FROM likely AS l
    JOIN asked AS a
        ON a.remote_ip = l.remote_ip AND a.second >= l.began AND a.second < l.began + $window_minutes * 60
    GROUP BY l.remote_ip, l.began
),

densest AS (
    SELECT
        remote_ip, began,
        row_number() OVER (PARTITION BY remote_ip ORDER BY keys DESC, began) AS rank
    FROM spans
    WHERE keys >= $keys AND misses >= $miss_ratio * requests
)

SELECT
    CASE WHEN count(DISTINCT a.principal) = 1 THEN min(a.principal) END AS principal,
    a.remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT a.bucket) = 1 THEN min(a.bucket) END AS bucket,
    min(a.second) AS first_seen,
    max(a.second) AS last_seen,
    count_if(a.missed) AS event_count,
    0 AS bytes,
    min_by(a.evidence, a.second, 5) AS examples,
    CASE WHEN count_if(a.served) > 0 THEN 'high' END AS severity,
    count(DISTINCT CASE WHEN a.missed THEN a.place END) AS keys,
    count_if(a.served) AS hits
FROM densest AS n
JOIN asked AS a
    ON a.remote_ip = n.remote_ip AND a.second >= n.began AND a.second < n.began + $window_minutes * 60
WHERE n.rank = 1
GROUP BY a.remote_ip

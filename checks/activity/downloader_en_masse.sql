/*
id = "downloader-en-masse"
catalogue = "S3L-030"
title = "Many objects fetched with a download tool"
says = """
{who} fetched {keys:object|objects} of {where} with {tool}, in {event_count:request|requests} within
{window_minutes:minute|minutes}."""
severity = "medium"
use_cases = ["Tool Misuse", "Data Exfiltration"]
techniques = ["T1119"]
minimum_width = 17
needs = []
uses = ["sanctioned_tools", "public_buckets", "sensitive_prefixes"]
false_positives = "Scripts of one's own, and mirrors of public content: sanction the tool, declare the bucket public."
blind_spots = "A client may send any user agent; breadth-outlier does not depend on it. boto3 is no download tool."

[parameters.window_minutes]
default = 60
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.reads]
default = 100
unit = "requests"
meaning = "successful reads of one caller with one tool in a window"

[parameters.keys]
default = 50
unit = "keys"
meaning = "distinct keys that are enough instead"

[parameters.tools]
default = """\
^(curl|wget|python-requests|go-http-client|okhttp|libwww-perl|aria2|axel|httpie|powershell|scrapy|lftp)\\b|\
windowspowershell"""
unit = "regular expression"
meaning = "what the user agent, in lower case, must match"
*/
WITH fetched AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.volume, w.evidence, s.bucket AS sensitive,
        regexp_extract(lower(w.user_agent), $tools) AS tool,
        concat(w.bucket, '/', w.key) AS place,
        w.second - w.second % ($window_minutes * 30) AS half
    FROM window_log AS w
    LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
    LEFT JOIN place_list AS s
        ON s.list = 'sensitive_prefixes' AND s.bucket = w.bucket AND starts_with(w.key, s.prefix)
    LEFT JOIN word_list AS l
        ON l.list = 'sanctioned_tools' AND l.word = regexp_extract(lower(w.user_agent), $tools)
    WHERE w.served AND w.is_read AND NOT w.by_service AND regexp_matches(lower(w.user_agent), $tools)
        AND p.bucket IS NULL AND l.word IS NULL
),

spans AS (
    SELECT
        f.actor, f.tool, f.half - s.back * $window_minutes * 30 AS began,
        count(*) AS reads, count(DISTINCT f.place) AS keys
    FROM fetched AS f
    CROSS JOIN halves AS s
    GROUP BY 1, 2, 3
),

densest AS (
    SELECT actor, tool, began, row_number() OVER (PARTITION BY actor, tool ORDER BY reads DESC, began) AS rank
    FROM spans
    WHERE reads >= $reads OR keys >= $keys
)

SELECT
    min(f.principal) AS principal,
    CASE WHEN count(DISTINCT f.remote_ip) = 1 THEN min(f.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT f.place) = 1 THEN min(f.key) END AS key,
    CASE WHEN count(DISTINCT f.bucket) = 1 THEN min(f.bucket) END AS bucket,
    min(f.second) AS first_seen,
    max(f.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(f.volume) AS BIGINT) AS bytes,
    min_by(f.evidence, f.second, 5) AS examples,
    CASE WHEN count(f.sensitive) > 0 THEN 'high' END AS severity,
    f.tool,
    count(DISTINCT f.place) AS keys
FROM densest AS d
JOIN fetched AS f
    ON f.actor = d.actor AND f.tool = d.tool
    AND f.second >= d.began AND f.second < d.began + $window_minutes * 60
WHERE d.rank = 1
GROUP BY f.actor, f.tool

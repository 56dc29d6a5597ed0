/*
id = "signed-download-tool"
catalogue = "S3L-031"
title = "Credentials in the hands of a download tool"
says = "{who} signed {event_count:request|requests} to {where} with {tool}; {successes:request|requests} succeeded."
severity = "medium"
use_cases = ["Tool Misuse"]
techniques = ["T1078.004"]
minimum_width = 22
needs = []
uses = ["sanctioned_tools", "sensitive_prefixes"]
false_positives = """
Presigned links in scripts: requests that are signed in the URL only are reported as low. Programs that sign by
themselves: sanction the tool."""
blind_spots = "A client may send any user agent. Whether the key was typed or stored is not in the record."

[parameters.tools]
default = """\
^(curl|wget|python-requests|go-http-client|okhttp|libwww-perl|aria2|axel|httpie|powershell|scrapy|lftp)\\b|\
windowspowershell"""
unit = "regular expression"
meaning = "what the user agent, in lower case, must match"
*/
SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT w.key) = 1 AND count(*) = count(w.key) THEN min(w.key) END AS key,
    CASE WHEN count(DISTINCT w.bucket) = 1 THEN min(w.bucket) END AS bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE
        WHEN count_if(w.authentication_type = 'AuthHeader') = 0 THEN 'low'
        WHEN count(s.bucket) > 0 THEN 'high'
    END AS severity,
    regexp_extract(lower(w.user_agent), $tools) AS tool,
    count_if(w.served) AS successes,
    count_if(w.authentication_type = 'QueryString') AS presigned
FROM window_log AS w
LEFT JOIN place_list AS s
    ON s.list = 'sensitive_prefixes' AND s.bucket = w.bucket AND starts_with(w.key, s.prefix)
LEFT JOIN word_list AS l
    ON l.list = 'sanctioned_tools' AND l.word = regexp_extract(lower(w.user_agent), $tools)
WHERE w.principal <> 'anonymous' AND NOT w.by_service AND w.authentication_type IN ('AuthHeader', 'QueryString')
    AND regexp_matches(lower(w.user_agent), $tools) AND l.word IS NULL
GROUP BY w.actor, 11

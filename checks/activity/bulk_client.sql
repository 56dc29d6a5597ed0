/*
id = "bulk-client"
catalogue = "S3L-034"
title = "A client for copying whole buckets, new for its caller"
says = "{who} used {tool} on {where} for {event_count:request|requests}; it did not before."
severity = "medium"
use_cases = ["Data Exfiltration", "Tool Misuse"]
techniques = ["T1567.002"]
minimum_width = 17
needs = ["baseline"]
uses = ["sanctioned_tools"]
false_positives = "People who work with such a client: sanction it."
blind_spots = "A client may send any user agent."

[parameters.tools]
default = """\
s3 browser|cyberduck|cloudberry|msp360|winscp|rclone|s5cmd|s3cmd|mountain duck|filezilla|megasync|restic"""
unit = "regular expression"
meaning = "what the user agent, in lower case, must match somewhere"
*/
WITH past AS (
    SELECT DISTINCT actor, regexp_extract(lower(user_agent), $tools) AS tool
    FROM baseline_log
    WHERE regexp_matches(lower(user_agent), $tools)
)

SELECT
    min(w.principal) AS principal,
    CASE WHEN count(DISTINCT w.remote_ip) = 1 THEN min(w.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT w.bucket) = 1 THEN min(w.bucket) END AS bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    regexp_extract(lower(w.user_agent), $tools) AS tool,
    count_if(w.served) AS successes
FROM window_log AS w
LEFT JOIN past AS p ON p.actor = w.actor AND p.tool = regexp_extract(lower(w.user_agent), $tools)
LEFT JOIN word_list AS l ON l.list = 'sanctioned_tools' AND l.word = regexp_extract(lower(w.user_agent), $tools)
WHERE regexp_matches(lower(w.user_agent), $tools) AND p.actor IS NULL AND l.word IS NULL
GROUP BY w.actor, 11

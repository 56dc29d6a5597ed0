/*
id = "scanner-agent"
catalogue = "S3L-032"
title = "A scanner names itself"
says = "{who} sent {event_count:request|requests} to {where} as {tool}; {successes:request|requests} succeeded."
severity = "low"
use_cases = ["Unauthorized Access", "Tool Misuse"]
techniques = ["T1595"]
minimum_width = 17
needs = []
uses = ["public_buckets"]
false_positives = "One's own scans, and the background noise of the internet on public buckets."
blind_spots = "A scanner that does not name itself is not seen."

[parameters.tools]
default = """\
nuclei|zgrab|masscan|nmap|nikto|sqlmap|gobuster|feroxbuster|dirsearch|dirbuster|ffuf|fuzz faster u fool|wfuzz|wpscan|\
s3scanner|bucket_finder|^slurp|trufflehog|gitleaks|burp"""
unit = "regular expression"
meaning = "what the user agent, in lower case, must match somewhere"
*/
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
    CASE WHEN count_if(w.served AND p.bucket IS NULL) > 0 THEN 'high' END AS severity,
    regexp_extract(lower(w.user_agent), $tools) AS tool,
    count_if(w.served) AS successes
FROM window_log AS w
LEFT JOIN bucket_list AS p ON p.bucket = w.bucket AND p.list = 'public_buckets'
WHERE regexp_matches(lower(w.user_agent), $tools)
GROUP BY w.actor, 11

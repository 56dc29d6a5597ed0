/*
id = "sensitive-object"
catalogue = "S3L-017"
title = "An object that looks like a secret or a dump was read"
says = "{who} read {keys:object|objects} of {where} whose names look like secrets or dumps, for example {example_key}."
severity = "high"
use_cases = ["Access From Suspicious IPs", "Data Exfiltration", "Unauthorized Access"]
techniques = ["T1552.001"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = """
Jobs that read their own state: a caller who wrote the object, or read it before the window, is left out."""
blind_spots = "Names only: a secret under another name is not seen, and the content is not in the record."

[parameters.pattern]
default = """\
(^|/)[.]env([.][a-z]+)?$|[.]aws/credentials$|(^|/)id_(rsa|dsa|ecdsa|ed25519)$|(^|/)[.]git/|(^|/)(shadow|[.]htpasswd|\
[.]pgpass|[.]netrc)$|[.](pem|ppk|kdbx|tfstate|p12|pfx|jks|keytab)$|[.]sql([.](gz|bz2|xz|zip|zst))?$|\
(dump|backup)[^/]*[.](sql|bak|dmp|dump|gz|tgz|bz2|xz|zip|7z|tar|zst)$"""
unit = "regular expression"
meaning = "what the key, in lower case, must match somewhere"
*/
WITH reads AS (
    SELECT actor, principal, remote_ip, bucket, key, second, volume, evidence
    FROM window_log
    WHERE served AND is_read AND NOT by_service AND regexp_matches(lower(key), $pattern)
),

places AS (
    SELECT DISTINCT bucket, key
    FROM reads
),

owners AS (
    SELECT w.actor, w.bucket, w.key
    FROM whole_log AS w
    JOIN places AS p ON p.bucket = w.bucket AND p.key = w.key
    WHERE w.served AND w.action_class = 'write'
    UNION
    SELECT b.actor, b.bucket, b.key
    FROM baseline_log AS b
    JOIN places AS p ON p.bucket = b.bucket AND p.key = b.key
    WHERE b.served AND b.is_read
)

SELECT
    min(r.principal) AS principal,
    CASE WHEN count(DISTINCT r.remote_ip) = 1 THEN min(r.remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT r.key) = 1 THEN min(r.key) END AS key,
    r.bucket,
    min(r.second) AS first_seen,
    max(r.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(r.volume) AS BIGINT) AS bytes,
    min_by(r.evidence, r.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT r.key) AS keys,
    min(r.key) AS example_key
FROM reads AS r
LEFT JOIN owners AS o ON o.actor = r.actor AND o.bucket = r.bucket AND o.key = r.key
WHERE o.actor IS NULL
GROUP BY r.actor, r.bucket

/*
id = "slow-drip"
catalogue = "S3L-012"
title = "A sensitive prefix read bit by bit over days"
says = """
{who} read {keys:object|objects} below {prefix} in {where} for the first time, some on each of {days:day|days}:
{coverage_percent}% of those that the log knows."""
severity = "high"
use_cases = ["Data Exfiltration", "Insider Threats"]
techniques = ["T1030", "T1029"]
minimum_width = 17
minimum_days = 14
needs = ["sensitive_prefixes", "every_log_object"]
uses = []
false_positives = "Indexers and backup readers, which read everything once: allow their roles."
blind_spots = """
How many keys a prefix has is known from the log only. Several callers who share the work are not added up."""

[parameters.span_days]
default = 14
unit = "days"
meaning = "days before the end of the window that are looked at"

[parameters.days]
default = 10
unit = "days"
meaning = "days of them on which the caller reads new keys"

[parameters.new_keys]
default = 5
unit = "keys"
meaning = "keys that the caller never read before, on each of these days"

[parameters.reread_ratio]
default = 0.1
unit = "share of reads"
meaning = "reads of keys that the caller had read already must stay below it"

[parameters.coverage]
default = 0.2
unit = "share of the keys seen below the prefix"
meaning = "what the caller must have read of them, more than this"
*/
WITH reads AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, p.prefix, w.key, w.second, w.volume, w.evidence,
        row_number() OVER (PARTITION BY w.actor, w.bucket, p.prefix, w.key ORDER BY w.second) AS turn
    FROM whole_log AS w
    JOIN place_list AS p
        ON p.list = 'sensitive_prefixes' AND p.bucket = w.bucket AND starts_with(w.key, p.prefix)
    WHERE w.served AND w.is_read AND NOT w.by_service
),

recent AS (
    SELECT
        actor, principal, remote_ip, bucket, prefix, key, second, volume, evidence, turn,
        second - second % 86400 AS day
    FROM reads
    WHERE second >= $window_last - $span_days * 86400
),

new_by_day AS (
    SELECT actor, bucket, prefix, day, count(*) AS keys
    FROM recent
    WHERE turn = 1
    GROUP BY actor, bucket, prefix, day
    HAVING count(*) >= $new_keys
),

steady AS (
    SELECT actor, bucket, prefix, count(*) AS days
    FROM new_by_day
    GROUP BY actor, bucket, prefix
    HAVING count(*) >= $days
),

known AS (
    SELECT s.bucket, s.prefix, count(DISTINCT w.key) AS keys
    FROM (SELECT DISTINCT bucket, prefix FROM steady) AS s
    JOIN whole_log AS w ON w.bucket = s.bucket AND starts_with(w.key, s.prefix)
    WHERE w.served
    GROUP BY s.bucket, s.prefix
)

SELECT
    min(r.principal) AS principal,
    CASE WHEN count(DISTINCT r.remote_ip) = 1 THEN min(r.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    r.bucket,
    min(r.second) AS first_seen,
    max(r.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(r.volume) AS BIGINT) AS bytes,
    min_by(r.evidence, r.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    r.prefix,
    max(s.days) AS days,
    count_if(r.turn = 1) AS keys,
    CAST(floor(100 * count_if(r.turn = 1) / max(k.keys)) AS BIGINT) AS coverage_percent
FROM steady AS s
JOIN recent AS r ON r.actor = s.actor AND r.bucket = s.bucket AND r.prefix = s.prefix
JOIN known AS k ON k.bucket = s.bucket AND k.prefix = s.prefix
GROUP BY r.actor, r.bucket, r.prefix
HAVING count_if(r.turn > 1) < $reread_ratio * count(*)
    AND count_if(r.turn = 1) > $coverage * max(k.keys)
    AND max(CASE WHEN r.turn = 1 THEN r.second END) >= $window_first

/*
id = "ransom-note"
catalogue = "S3L-054"
title = "A ransom note, or one new suffix on many objects"
says = """
{who} wrote {event_count:object|objects} to {where} {pattern} "{label}"."""
severity = "high"
use_cases = ["Destruction and Ransomware"]
techniques = ["T1486"]
minimum_width = 17
needs = []
uses = ["baseline"]
false_positives = """
Ordinary instructions that are called like a note, and programs that write results beside their input under a suffix
of their own."""
blind_spots = "Names only: a note under an unknown name, or encryption in place, is not seen here."

[parameters.notes]
default = """\
(readme.+|how.?to|decrypt|recover|restore|ransom|unlock|warning).{0,20}[.](txt|hta)$|\
(decrypt|ransom).{0,20}[.](html|url)$"""
unit = "regular expression"
meaning = "what the name of a note, in lower case, must match somewhere"

[parameters.folders]
default = 3
unit = "prefixes"
meaning = "prefixes that receive the same note; at the root one is enough"

[parameters.window_minutes]
default = 30
unit = "minutes"
meaning = "length of the windows for suffixes, which begin every half of it"

[parameters.suffixed]
default = 20
unit = "keys"
meaning = "keys that existed before and are written with one new suffix in a window"

[parameters.harmless]
default = """\
^(gz|bz2|xz|zst|zip|br|bak|old|tmp|part|json|xml|txt|log|csv|meta|metadata|md5|sha1|sha256|crc|sig|asc|map|thumb|webp|\
avif|idx|index|tbi|bai|lock|crcf?)$"""
unit = "regular expression"
meaning = "suffixes that programs write beside their input"
*/
WITH writes AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, evidence,
        regexp_extract(lower(key), '[^/]*$') AS name,
        regexp_extract(lower(key), '[^./][.]([a-z0-9_-]{2,20})$', 1) AS suffix,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE operation IN ('REST.PUT.OBJECT', 'REST.POST.OBJECT', 'REST.COPY.OBJECT', 'REST.POST.UPLOAD')
        AND served AND key IS NOT NULL AND NOT by_service
),

notes AS (
    SELECT w.actor, w.bucket, w.name
    FROM writes AS w
    WHERE regexp_matches(w.name, $notes)
    GROUP BY w.actor, w.bucket, w.name
    HAVING count_if(strpos(w.key, '/') = 0) > 0
        OR count(DISTINCT substring(w.key, 1, length(w.key) - length(w.name))) >= $folders
),

likely AS (
    SELECT actor, bucket, suffix
    FROM writes
    WHERE suffix <> '' AND NOT regexp_matches(suffix, $harmless)
    GROUP BY actor, bucket, suffix
    HAVING count(*) >= $suffixed
),

old_suffixes AS (
    SELECT DISTINCT b.bucket, regexp_extract(lower(b.key), '[^./][.]([a-z0-9_-]{2,20})$', 1) AS suffix
    FROM baseline_log AS b
    JOIN (SELECT DISTINCT bucket FROM likely) AS l ON l.bucket = b.bucket
    WHERE b.served
),

extended AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.evidence, w.suffix, w.half,
        substring(w.key, 1, length(w.key) - length(w.suffix) - 1) AS original
    FROM writes AS w
    JOIN likely AS l ON l.actor = w.actor AND l.bucket = w.bucket AND l.suffix = w.suffix
    LEFT JOIN old_suffixes AS o ON o.bucket = w.bucket AND o.suffix = w.suffix
    WHERE o.suffix IS NULL
),

existing AS (
    SELECT w.bucket, w.key, min(w.second) AS first_known
    FROM whole_log AS w
    JOIN (SELECT DISTINCT bucket, original FROM extended) AS e ON e.bucket = w.bucket AND e.original = w.key
    WHERE w.served
    GROUP BY w.bucket, w.key
),

taken AS (
    SELECT
        e.actor, e.principal, e.remote_ip, e.bucket, e.key, e.second, e.evidence, e.suffix, e.half
    FROM extended AS e
    JOIN existing AS k ON k.bucket = e.bucket AND k.key = e.original
    WHERE k.first_known <= e.second
),

spans AS (
    SELECT
        t.actor, t.bucket, t.suffix, t.half - s.back * $window_minutes * 30 AS began, count(DISTINCT t.key) AS keys
    FROM taken AS t
    CROSS JOIN halves AS s
    GROUP BY 1, 2, 3, 4
),

densest AS (
    SELECT
        actor, bucket, suffix, began,
        row_number() OVER (PARTITION BY actor, bucket, suffix ORDER BY keys DESC, began) AS rank
    FROM spans
    WHERE keys >= $suffixed
),

events AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.evidence, n.name AS label,
        'called' AS pattern
    FROM notes AS n
    JOIN writes AS w ON w.actor = n.actor AND w.bucket = n.bucket AND w.name = n.name
    UNION ALL
    SELECT
        t.actor, t.principal, t.remote_ip, t.bucket, t.key, t.second, t.evidence, concat('.', t.suffix) AS label,
        'that add to known keys the suffix' AS pattern
    FROM densest AS d
    JOIN taken AS t
        ON t.actor = d.actor AND t.bucket = d.bucket AND t.suffix = d.suffix
        AND t.second >= d.began AND t.second < d.began + $window_minutes * 60
    WHERE d.rank = 1
)

SELECT
    min(principal) AS principal,
    CASE WHEN count(DISTINCT remote_ip) = 1 THEN min(remote_ip) END AS remote_ip,
    CASE WHEN count(DISTINCT key) = 1 THEN min(key) END AS key,
    bucket,
    min(second) AS first_seen,
    max(second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(evidence, second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    pattern,
    label
FROM events
GROUP BY actor, bucket, pattern, label

/*
id = "list-then-sweep"
catalogue = "S3L-014"
title = "A prefix listed and then read through"
says = """
{who} listed {where} below "{prefix}" and then read {keys:object|objects} of it: {coverage_percent}% of those that
the log knows."""
severity = "high"
use_cases = ["Data Exfiltration"]
techniques = ["T1619", "T1530"]
minimum_width = 17
needs = ["baseline"]
uses = []
false_positives = """
New synchronisation jobs. A caller who listed the same prefix before, or who lists the bucket on many days, is left
out."""
blind_spots = """
The prefix is the client's text and is compared up to its first encoded character other than a slash. How many keys a
prefix has is known from the log only."""

[parameters.follow_minutes]
default = 30
unit = "minutes"
meaning = "how long after a listing reads belong to it"

[parameters.keys]
default = 20
unit = "keys"
meaning = "distinct keys below the prefix that must be read"

[parameters.coverage]
default = 0.5
unit = "share of the keys seen below the prefix"
meaning = "what must be read of them, unless the tool says that it copies recursively"

[parameters.regular_days]
default = 5
unit = "days"
meaning = "days of the baseline on which a caller lists a bucket to be regular there"
*/
WITH listings AS (
    SELECT
        actor, bucket, second, second - second % ($follow_minutes * 60) AS slot,
        regexp_extract(
            replace(
                replace(coalesce(regexp_extract(request_uri, '[?&]prefix=([^& ]*)', 1), ''), '%2F', '/'), '%2f', '/'
            ),
            '^[^%+]*'
        ) AS prefix
    FROM window_log
    WHERE operation IN ('REST.GET.BUCKET', 'REST.GET.BUCKETVERSIONS') AND served AND NOT by_service
),

past AS (
    SELECT
        actor, bucket, second - second % 86400 AS day,
        regexp_extract(
            replace(
                replace(coalesce(regexp_extract(request_uri, '[?&]prefix=([^& ]*)', 1), ''), '%2F', '/'), '%2f', '/'
            ),
            '^[^%+]*'
        ) AS prefix
    FROM baseline_log
    WHERE operation IN ('REST.GET.BUCKET', 'REST.GET.BUCKETVERSIONS') AND served
),

regulars AS (
    SELECT actor, bucket
    FROM past
    GROUP BY actor, bucket
    HAVING count(DISTINCT day) >= $regular_days
),

seen_before AS (
    SELECT DISTINCT actor, bucket, prefix
    FROM past
),

listed AS (
    SELECT l.actor, l.bucket, l.prefix, l.slot, min(l.second) AS first_listed, max(l.second) AS last_listed
    FROM listings AS l
    LEFT JOIN regulars AS r ON r.actor = l.actor AND r.bucket = l.bucket
    LEFT JOIN seen_before AS b ON b.actor = l.actor AND b.bucket = l.bucket AND b.prefix = l.prefix
    WHERE r.actor IS NULL AND b.actor IS NULL
    GROUP BY l.actor, l.bucket, l.prefix, l.slot
),

reads AS (
    SELECT
        actor, principal, remote_ip, bucket, key, second, volume, evidence,
        second - second % ($follow_minutes * 60) AS slot,
        CASE
            WHEN regexp_matches(user_agent, 'command[/#]s3[.](sync|cp|mv)') THEN 1
            ELSE 0
        END AS recursive_tool
    FROM window_log
    WHERE served AND is_read AND NOT by_service
),

followed AS (
    SELECT DISTINCT
        l.actor, l.bucket, l.prefix, r.principal, r.remote_ip, r.key, r.second, r.volume, r.evidence, r.recursive_tool
    FROM listed AS l
    CROSS JOIN halves AS s
    JOIN reads AS r
        ON r.actor = l.actor AND r.bucket = l.bucket AND r.slot = l.slot + s.back * $follow_minutes * 60
    WHERE r.second >= l.first_listed AND r.second <= l.last_listed + $follow_minutes * 60
        AND starts_with(r.key, l.prefix)
),

swept AS (
    SELECT actor, bucket, prefix, count(DISTINCT key) AS keys, max(recursive_tool) AS recursive_tool
    FROM followed
    GROUP BY actor, bucket, prefix
    HAVING count(DISTINCT key) >= $keys
),

known AS (
    SELECT s.bucket, s.prefix, count(DISTINCT w.key) AS keys
    FROM (SELECT DISTINCT bucket, prefix FROM swept) AS s
    JOIN whole_log AS w ON w.bucket = s.bucket AND starts_with(w.key, s.prefix)
    WHERE w.served
    GROUP BY s.bucket, s.prefix
),

widest AS (
    SELECT
        s.actor, s.bucket, s.prefix, s.keys, k.keys AS known_keys, s.recursive_tool,
        row_number() OVER (PARTITION BY s.actor, s.bucket ORDER BY s.keys DESC, s.prefix) AS place
    FROM swept AS s
    JOIN known AS k ON k.bucket = s.bucket AND k.prefix = s.prefix
    WHERE s.keys >= $coverage * k.keys OR s.recursive_tool = 1
)

SELECT
    min(f.principal) AS principal,
    CASE WHEN count(DISTINCT f.remote_ip) = 1 THEN min(f.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    f.bucket,
    min(f.second) AS first_seen,
    max(f.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(f.volume) AS BIGINT) AS bytes,
    min_by(f.evidence, f.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    f.prefix,
    max(w.keys) AS keys,
    CAST(floor(100 * max(w.keys) / max(w.known_keys)) AS BIGINT) AS coverage_percent,
    max(w.recursive_tool) = 1 AS recursive_tool
FROM widest AS w
JOIN followed AS f ON f.actor = w.actor AND f.bucket = w.bucket AND f.prefix = w.prefix
WHERE w.place = 1
GROUP BY f.actor, f.bucket, f.prefix

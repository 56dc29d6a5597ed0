/*
id = "self-copy-wave"
catalogue = "S3L-052"
title = "Many objects copied onto themselves"
says = """
{who} copied {keys:object|objects} of {where} onto themselves within {window_minutes:minute|minutes}, as it is done
to encrypt them with another key."""
severity = "critical"
use_cases = ["Destruction and Ransomware"]
techniques = ["T1486"]
minimum_width = 17
needs = []
uses = []
false_positives = "Ordered jobs that encrypt anew, change the storage class or rewrite metadata: allow their roles."
blind_spots = "The record does not hold the encryption headers, so the new key is not seen: look at the objects."

[parameters.window_minutes]
default = 10
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.keys]
default = 20
unit = "keys"
meaning = "distinct keys that one caller copies onto themselves in a window"
*/
WITH sources AS (
    SELECT DISTINCT request_id, bucket, key
    FROM window_log
    WHERE operation IN ('REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET')
),

copies AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.key, w.second, w.evidence, w.object_size,
        concat(w.bucket, '/', w.key) AS place,
        w.second - w.second % ($window_minutes * 30) AS half
    FROM window_log AS w
    JOIN sources AS s ON s.request_id = w.request_id AND s.bucket = w.bucket AND s.key = w.key
    WHERE w.operation IN ('REST.COPY.OBJECT', 'REST.COPY.PART') AND w.served
        AND coalesce(w.principal_kind, '') <> 'service'
),

spans AS (
    SELECT c.actor, c.half - s.back * $window_minutes * 30 AS began, count(DISTINCT c.place) AS keys
    FROM copies AS c
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

densest AS (
    SELECT actor, began, row_number() OVER (PARTITION BY actor ORDER BY keys DESC, began) AS rank
    FROM spans
    WHERE keys >= $keys
)

SELECT
    min(c.principal) AS principal,
    CASE WHEN count(DISTINCT c.remote_ip) = 1 THEN min(c.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT c.bucket) = 1 THEN min(c.bucket) END AS bucket,
    min(c.second) AS first_seen,
    max(c.second) AS last_seen,
    count(*) AS event_count,
    CAST(coalesce(sum(c.object_size), 0) AS BIGINT) AS bytes,
    min_by(c.evidence, c.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT c.place) AS keys,
    count(DISTINCT c.bucket) AS buckets
FROM densest AS d
JOIN copies AS c
    ON c.actor = d.actor AND c.second >= d.began AND c.second < d.began + $window_minutes * 60
WHERE d.rank = 1
GROUP BY c.actor

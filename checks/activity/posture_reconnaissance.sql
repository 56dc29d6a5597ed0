/*
id = "posture-reconnaissance"
catalogue = "S3L-007"
title = "Settings of many buckets read in a short time"
says = "{who} read {kinds:kind|kinds} of settings of {buckets:bucket|buckets} within {window_minutes:minute|minutes}."
severity = "medium"
use_cases = ["Unauthorized Access"]
techniques = ["T1580", "T1526"]
minimum_width = 17
needs = []
uses = []
false_positives = "Posture scanners, this auditor included: allow their roles."
blind_spots = "Settings can be read through other services, which these logs do not show."

[parameters.window_minutes]
default = 5
unit = "minutes"
meaning = "length of the windows, which begin every half of it"

[parameters.kinds]
default = 3
unit = "settings"
meaning = "distinct settings that one caller reads in a window"

[parameters.buckets]
default = 8
unit = "buckets"
meaning = "distinct buckets whose settings one caller reads in a window"
*/
WITH asked AS (
    SELECT
        actor, principal, remote_ip, bucket, operation, second, served, evidence,
        second - second % ($window_minutes * 30) AS half
    FROM window_log
    WHERE NOT by_service
        AND operation IN (
            'REST.GET.ACL', 'REST.GET.BUCKETPOLICY', 'REST.GET.POLICY_STATUS', 'REST.GET.PUBLIC_ACCESS_BLOCK',
            'REST.GET.VERSIONING', 'REST.GET.LOGGING_STATUS', 'REST.GET.ENCRYPTION', 'REST.GET.LIFECYCLE',
            'REST.GET.REPLICATION', 'REST.GET.OWNERSHIP_CONTROLS'
        )
),

spans AS (
    SELECT
        a.actor, a.half - s.back * $window_minutes * 30 AS began,
        count(DISTINCT a.operation) AS kinds, count(DISTINCT a.bucket) AS buckets
    FROM asked AS a
    CROSS JOIN halves AS s
    GROUP BY 1, 2
),

densest AS (
    SELECT actor, began, row_number() OVER (PARTITION BY actor ORDER BY buckets DESC, kinds DESC, began) AS rank
    FROM spans
    WHERE kinds >= $kinds AND buckets >= $buckets
)

SELECT
    min(a.principal) AS principal,
    CASE WHEN count(DISTINCT a.remote_ip) = 1 THEN min(a.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT a.bucket) = 1 THEN min(a.bucket) END AS bucket,
    min(a.second) AS first_seen,
    max(a.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(a.evidence, a.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    count(DISTINCT a.operation) AS kinds,
    count(DISTINCT a.bucket) AS buckets,
    count_if(NOT a.served) AS refused
FROM densest AS n
JOIN asked AS a
    ON a.actor = n.actor AND a.second >= n.began AND a.second < n.began + $window_minutes * 60
WHERE n.rank = 1
GROUP BY a.actor

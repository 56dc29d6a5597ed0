/*
id = "logging-changed"
catalogue = "S3L-080"
title = "Access logging of a bucket was changed"
says = """
{who} changed the access logging of {where} {event_count:time|times}; whether it was switched off is not in the log."""
severity = "critical"
use_cases = ["Log Integrity", "Insider Threats"]
techniques = ["T1562.008"]
minimum_width = 17
needs = []
uses = ["infrastructure_principals"]
false_positives = "Switching logging on, and changes by infrastructure principals, which are reported as medium."
blind_spots = "On and off look the same: read the bucket, or look for silence. The change may go unlogged for an hour."

[parameters.look_minutes]
default = 10
unit = "minutes"
meaning = "how long before the change reading the setting counts as looking at it first"
*/
WITH changes AS (
    SELECT
        w.actor, w.principal, w.remote_ip, w.bucket, w.second, w.evidence, i.principal AS infrastructure
    FROM window_log AS w
    LEFT JOIN principal_list AS i ON i.list = 'infrastructure_principals' AND i.principal = w.principal
    WHERE w.operation IN ('REST.PUT.LOGGING_STATUS', 'REST.POST.LOGGING_STATUS', 'REST.DELETE.LOGGING_STATUS')
        AND w.served
),

looks AS (
    SELECT c.actor, c.bucket, count(*) AS looks
    FROM changes AS c
    JOIN whole_log AS w ON w.actor = c.actor AND w.bucket = c.bucket
    WHERE w.operation = 'REST.GET.LOGGING_STATUS'
        AND w.second <= c.second AND w.second >= c.second - $look_minutes * 60
    GROUP BY c.actor, c.bucket
)

SELECT
    min(c.principal) AS principal,
    CASE WHEN count(DISTINCT c.remote_ip) = 1 THEN min(c.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    c.bucket,
    min(c.second) AS first_seen,
    max(c.second) AS last_seen,
    count(*) AS event_count,
    0 AS bytes,
    min_by(c.evidence, c.second, 5) AS examples,
    CASE WHEN count(c.infrastructure) > 0 THEN 'medium' END AS severity,
    coalesce(max(l.looks), 0) > 0 AS looked_first
FROM changes AS c
LEFT JOIN looks AS l ON l.actor = c.actor AND l.bucket = c.bucket
GROUP BY c.actor, c.bucket

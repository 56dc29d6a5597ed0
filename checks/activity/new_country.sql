/*
id = "new-country"
catalogue = "S3L-040"
title = "A known caller from a country never seen with it"
says = """
{who} made {event_count:successful request|successful requests} from {country}, where it was not seen in the
{past_days:day|days} before."""
severity = "medium"
use_cases = ["Access From Suspicious IPs", "Insider Threats"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["geoip", "baseline"]
uses = []
false_positives = "Journeys, VPNs, content networks, and a database of locations that is out of date."
blind_spots = """
Private addresses and requests by AWS services have no country. A caller without a past is not compared. The address
hides who is behind a proxy."""

[parameters.past_days]
default = 90
unit = "days"
meaning = "days before the window that are looked at"

[parameters.support]
default = 20
unit = "records"
meaning = "located records of the caller that the past must hold"
*/
WITH past AS (
    SELECT b.actor, a.country, count(*) AS records
    FROM baseline_log AS b
    JOIN address AS a ON a.remote_ip = b.remote_ip
    WHERE a.country IS NOT NULL AND b.principal <> 'anonymous' AND b.second >= $window_first - $past_days * 86400
    GROUP BY b.actor, a.country
),

established AS (
    SELECT p.actor
    FROM past AS p
    GROUP BY p.actor
    HAVING sum(p.records) >= $support
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
    a.country,
    count(DISTINCT w.remote_ip) AS addresses
FROM window_log AS w
JOIN address AS a ON a.remote_ip = w.remote_ip
JOIN established AS e ON e.actor = w.actor
LEFT JOIN past AS p ON p.actor = w.actor AND p.country = a.country
WHERE w.served AND NOT w.by_service AND a.country IS NOT NULL AND p.actor IS NULL
GROUP BY w.actor, a.country

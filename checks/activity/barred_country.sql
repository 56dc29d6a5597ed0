/*
id = "barred-country"
catalogue = "S3L-040"
title = "Success from a country that is barred"
says = "{who} made {event_count:successful request|successful requests} to {where} from {country}, which is barred."
severity = "high"
use_cases = ["Access From Suspicious IPs"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["geoip", "barred_countries"]
uses = []
false_positives = "Journeys, VPNs, content networks, and a database of locations that is out of date."
blind_spots = "Private addresses and requests by AWS services have no country. A proxy elsewhere hides the country."
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
    CAST(NULL AS VARCHAR) AS severity,
    a.country,
    count(DISTINCT w.remote_ip) AS addresses
FROM window_log AS w
JOIN address AS a ON a.remote_ip = w.remote_ip
JOIN word_list AS l ON l.list = 'barred_countries' AND l.word = a.country
WHERE w.served AND NOT w.by_service
GROUP BY w.actor, a.country

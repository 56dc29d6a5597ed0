/*
id = "first-seen-network"
catalogue = "S3L-020"
title = "A known caller from a network never seen with it"
says = """
{who} made {event_count:successful request|successful requests} from {network}, where it was not seen in the
{past_days:day|days} before."""
severity = "medium"
use_cases = ["Insider Threats", "Access From Suspicious IPs"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["baseline"]
uses = ["geoip"]
false_positives = """
Changed addresses of an office, a provider or a NAT gateway. A network that several other callers used before is left
out, and so is a caller who comes from many networks."""
blind_spots = """
The address hides who is behind a proxy. Private addresses, which come through a VPC endpoint, and requests by AWS
services are left out. A caller without a past is not compared."""

[parameters.requests]
default = 3
unit = "requests"
meaning = "successful requests from the network"

[parameters.past_days]
default = 30
unit = "days"
meaning = "days before the window that are looked at"

[parameters.others]
default = 5
unit = "callers"
meaning = "callers who make a network known to all"

[parameters.most_networks]
default = 20
unit = "networks"
meaning = "a caller who came from more of them is on the move, and a new one tells nothing"
*/
WITH past AS (
    SELECT DISTINCT b.actor, a.network, a.country, b.user_agent_family
    FROM baseline_log AS b
    JOIN address AS a ON a.remote_ip = b.remote_ip
    WHERE b.principal <> 'anonymous' AND a.public AND b.second >= $window_first - $past_days * 86400
),

settled AS (
    SELECT actor
    FROM past
    GROUP BY actor
    HAVING count(DISTINCT network) <= $most_networks
),

crowded AS (
    SELECT network
    FROM past
    GROUP BY network
    HAVING count(DISTINCT actor) >= $others
),

networks AS (
    SELECT DISTINCT actor, network
    FROM past
),

countries AS (
    SELECT DISTINCT actor, country
    FROM past
    WHERE country IS NOT NULL
),

tools AS (
    SELECT DISTINCT actor, user_agent_family
    FROM past
    WHERE user_agent_family IS NOT NULL
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
    CASE
        WHEN count_if(w.user_agent_family IS NOT NULL AND t.actor IS NULL) > 0 THEN 'high'
        WHEN count_if(a.country IS NOT NULL AND c.actor IS NULL) > 0 THEN 'high'
    END AS severity,
    a.network,
    min(a.country) AS country,
    count_if(a.country IS NOT NULL AND c.actor IS NULL) > 0 AS new_country,
    count_if(w.user_agent_family IS NOT NULL AND t.actor IS NULL) > 0 AS new_tool
FROM window_log AS w
JOIN address AS a ON a.remote_ip = w.remote_ip
JOIN settled AS s ON s.actor = w.actor
LEFT JOIN networks AS n ON n.actor = w.actor AND n.network = a.network
LEFT JOIN crowded AS k ON k.network = a.network
LEFT JOIN countries AS c ON c.actor = w.actor AND c.country = a.country
LEFT JOIN tools AS t ON t.actor = w.actor AND t.user_agent_family = w.user_agent_family
WHERE w.served AND a.public AND NOT w.by_service AND w.principal <> 'anonymous'
    AND n.actor IS NULL AND k.network IS NULL
GROUP BY w.actor, a.network
HAVING count(*) >= $requests

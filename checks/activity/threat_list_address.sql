/*
id = "threat-list-address"
catalogue = "S3L-044"
title = "A request from an address on a threat list"
says = """
{who} sent {event_count:request|requests} to {where} from {remote_ip}, which is on the list "{threat_list}";
{successes:request|requests} succeeded."""
severity = "high"
use_cases = ["Access From Suspicious IPs"]
techniques = ["T1090.003"]
minimum_width = 17
needs = ["threat_lists"]
uses = []
false_positives = "Lists that are out of date, and shared exits of VPNs."
blind_spots = "Addresses that are on no list."
*/
WITH listed AS (
    SELECT remote_ip, min(name) AS name, count(*) AS lists
    FROM address_list
    WHERE list = 'threat_lists'
    GROUP BY remote_ip
)

SELECT
    min(w.principal) AS principal,
    w.remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT w.bucket) = 1 THEN min(w.bucket) END AS bucket,
    min(w.second) AS first_seen,
    max(w.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(w.volume) AS BIGINT) AS bytes,
    min_by(w.evidence, w.second, 5) AS examples,
    CASE WHEN count_if(w.served) = 0 THEN 'medium' END AS severity,
    min(t.name) AS threat_list,
    max(t.lists) AS lists,
    count_if(w.served) AS successes
FROM window_log AS w
JOIN listed AS t ON t.remote_ip = w.remote_ip
GROUP BY w.actor, w.remote_ip

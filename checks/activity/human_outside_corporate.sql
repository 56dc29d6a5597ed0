/*
id = "human-outside-corporate"
catalogue = "S3L-041"
title = "A person outside the corporate networks"
says = """
{who} made {event_count:successful request|successful requests} to {where} from {remote_ip}, outside the corporate
networks."""
severity = "medium"
use_cases = ["Access From Suspicious IPs"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["corporate_networks"]
uses = []
false_positives = "Work from home without the VPN, and IAM users that are programs."
blind_spots = "Private addresses, which come through a VPC endpoint, are taken for the organisation's own."
*/
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
    CAST(NULL AS VARCHAR) AS severity,
    min(w.user_agent_family) AS tool
FROM window_log AS w
JOIN address AS a ON a.remote_ip = w.remote_ip
LEFT JOIN address_list AS n ON n.list = 'corporate_networks' AND n.remote_ip = w.remote_ip
WHERE w.human AND w.served AND NOT w.by_service AND a.public AND n.remote_ip IS NULL
GROUP BY w.actor, w.remote_ip

/*
id = "instance-credential-away"
catalogue = "S3L-042"
title = "Credentials of an instance used from somewhere else"
says = """
The session {session} of {who} made {event_count:request|requests} from {remote_ip}, while the instance was at
{home}."""
severity = "critical"
use_cases = ["Insider Threats", "Access From Suspicious IPs"]
techniques = ["T1552.005"]
minimum_width = 17
needs = []
uses = []
false_positives = """
A NAT gateway with several addresses. When several instances turn up at one new network it is left out as a move, and
one address that takes over from another for good is left out, too."""
blind_spots = "Use through a VPC endpoint shows private addresses, which are not compared."

[parameters.together]
default = 3
unit = "instances"
meaning = "instances that turn up at one network and so have moved together"
*/
WITH used AS (
    SELECT
        w.principal, w.session, w.remote_ip, a.network, w.bucket, w.second, w.volume, w.evidence,
        w.source_region, w.field_count,
        CASE WHEN strpos(w.remote_ip, ':') > 0 THEN 6 ELSE 4 END AS version
    FROM whole_log AS w
    JOIN address AS a ON a.remote_ip = w.remote_ip
    WHERE w.served AND a.public AND regexp_matches(w.session, '^i-[0-9a-f]{8,17}$')
),

spots AS (
    SELECT
        principal, session, remote_ip, network, version,
        min(second) AS first_used,
        max(second) AS last_used,
        max(source_region) AS region,
        count_if(field_count >= 27 AND source_region IS NULL) AS regionless,
        count(*) AS requests
    FROM used
    GROUP BY principal, session, remote_ip, network, version
),

away AS (
    SELECT b.principal, b.session, b.remote_ip, b.network, min(h.remote_ip) AS home
    FROM spots AS b
    JOIN spots AS h ON h.principal = b.principal AND h.session = b.session AND h.version = b.version
    WHERE h.remote_ip <> b.remote_ip
        AND h.first_used < b.first_used
        AND b.first_used >= $window_first
        AND (
            (h.last_used > b.first_used AND h.last_used >= b.first_used - 86400 AND h.network <> b.network)
            OR (h.region IS NOT NULL AND b.regionless = b.requests)
        )
    GROUP BY b.principal, b.session, b.remote_ip, b.network
),

moves AS (
    SELECT network
    FROM away
    GROUP BY network
    HAVING count(DISTINCT session) >= $together
)

SELECT
    u.principal,
    u.remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT u.bucket) = 1 THEN min(u.bucket) END AS bucket,
    min(u.second) AS first_seen,
    max(u.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(u.volume) AS BIGINT) AS bytes,
    min_by(u.evidence, u.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    u.session,
    min(a.home) AS home
FROM away AS a
JOIN used AS u ON u.principal = a.principal AND u.session = a.session AND u.remote_ip = a.remote_ip
LEFT JOIN moves AS m ON m.network = a.network
WHERE m.network IS NULL
GROUP BY u.principal, u.session, u.remote_ip

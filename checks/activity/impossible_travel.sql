/*
id = "impossible-travel"
catalogue = "S3L-043"
title = "One caller at two places too far apart"
says = """
{who} made successful requests from {from_address} ({from_country}) and {remote_ip} ({country}), {kilometres:,} km
apart, within {minutes:minute|minutes}."""
severity = "high"
use_cases = ["Access From Suspicious IPs", "Insider Threats"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["geoip"]
uses = []
false_positives = "VPNs, carriers that route through another country, and an IAM user that several programs share."
blind_spots = """
Sessions of a role are compared by name, so two people with one session name look like one. Requests from inside AWS
are left out where the record tells the source Region. Locations are only as good as the database."""

[parameters.speed]
default = 900
unit = "kilometres per hour"
meaning = "faster than this nobody travels"

[parameters.distance]
default = 500
unit = "kilometres"
meaning = "nearer than this a location may be wrong"
*/
WITH located AS (
    SELECT
        concat(w.principal, '/', coalesce(w.session, '')) AS who, w.principal, w.remote_ip, w.bucket, w.second,
        w.volume, w.evidence, a.country, a.latitude, a.longitude
    FROM window_log AS w
    JOIN address AS a ON a.remote_ip = w.remote_ip
    WHERE w.served AND NOT w.by_service AND w.principal <> 'anonymous' AND w.source_region IS NULL
        AND a.public AND a.latitude IS NOT NULL AND a.longitude IS NOT NULL
),

travellers AS (
    SELECT who
    FROM located
    GROUP BY who
    HAVING count(DISTINCT latitude) > 1 OR count(DISTINCT longitude) > 1
),

steps AS (
    SELECT
        l.who, l.principal, l.remote_ip, l.bucket, l.second, l.volume, l.evidence, l.country, l.latitude, l.longitude,
        lag(l.remote_ip) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_address,
        lag(l.country) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_country,
        lag(l.second) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_second,
        lag(l.latitude) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_latitude,
        lag(l.longitude) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_longitude,
        lag(l.evidence) OVER (PARTITION BY l.who ORDER BY l.second, l.remote_ip) AS from_evidence
    FROM located AS l
    JOIN travellers AS t ON t.who = l.who
),

measured AS (
    SELECT
        who, principal, remote_ip, bucket, second, volume, evidence, country, from_address, from_country, from_second,
        from_evidence,
        12742 * asin(
            least(
                1.0,
                sqrt(
                    sin(radians(latitude - from_latitude) * 0.5) * sin(radians(latitude - from_latitude) * 0.5)
                    + cos(radians(latitude)) * cos(radians(from_latitude))
                    * sin(radians(longitude - from_longitude) * 0.5) * sin(radians(longitude - from_longitude) * 0.5)
                )
            )
        ) AS kilometres
    FROM steps
    WHERE from_address IS NOT NULL
),

jumps AS (
    SELECT
        who, principal, remote_ip, bucket, second, volume, evidence, country, from_address, from_country, from_second,
        from_evidence, kilometres,
        row_number() OVER (PARTITION BY who ORDER BY second, remote_ip) AS place
    FROM measured
    WHERE kilometres > $distance AND kilometres * 3600 > $speed * (second - from_second)
),

ends AS (
    SELECT who, evidence, second, volume, bucket
    FROM jumps
    UNION ALL
    SELECT who, from_evidence AS evidence, from_second AS second, 0 AS volume, bucket
    FROM jumps
)

SELECT
    min(j.principal) AS principal,
    min(j.remote_ip) AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT e.bucket) = 1 THEN min(e.bucket) END AS bucket,
    min(e.second) AS first_seen,
    max(e.second) AS last_seen,
    count(DISTINCT e.evidence) AS event_count,
    CAST(sum(e.volume) AS BIGINT) AS bytes,
    min_by(e.evidence, e.second, 5) AS examples,
    CAST(NULL AS VARCHAR) AS severity,
    min(j.from_address) AS from_address,
    coalesce(min(j.from_country), 'unknown country') AS from_country,
    coalesce(min(j.country), 'unknown country') AS country,
    CAST(round(min(j.kilometres)) AS BIGINT) AS kilometres,
    CAST(ceil(min(j.second - j.from_second) / 60) AS BIGINT) AS minutes
FROM jumps AS j
JOIN ends AS e ON e.who = j.who
WHERE j.place = 1
GROUP BY j.who

/*
id = "first-seen-tool"
catalogue = "S3L-022"
title = "A known caller with a tool never seen with it"
says = """
{who} used {tool} for {event_count:successful request|successful requests}; it was not seen with this tool before."""
severity = "medium"
use_cases = ["Insider Threats", "Tool Misuse"]
techniques = ["T1078.004"]
minimum_width = 17
needs = ["baseline"]
uses = ["sanctioned_tools"]
false_positives = "A new program or a person's new tool. A new version of a known tool is not reported."
blind_spots = "A client may send any user agent, so a change tells something and sameness tells nothing."

[parameters.support]
default = 200
unit = "records"
meaning = "records of the caller that the baseline must hold"
*/
WITH used AS (
    SELECT
        actor, principal, principal_kind, human, remote_ip, bucket, second, volume, evidence,
        CASE
            WHEN user_agent_family = 'other' THEN lower(regexp_extract(user_agent, '^[^/ ]*'))
            ELSE user_agent_family
        END AS tool
    FROM window_log
    WHERE served AND NOT by_service AND user_agent IS NOT NULL AND principal <> 'anonymous'
),

past AS (
    SELECT
        actor,
        CASE
            WHEN user_agent_family = 'other' THEN lower(regexp_extract(user_agent, '^[^/ ]*'))
            ELSE user_agent_family
        END AS tool,
        count(*) AS records
    FROM baseline_log
    WHERE user_agent IS NOT NULL AND principal <> 'anonymous'
    GROUP BY 1, 2
),

established AS (
    SELECT
        p.actor,
        count_if(starts_with(p.tool, 'aws-sdk') OR p.tool IN ('boto3', 'botocore', 'boto', 'Hadoop', 'Athena', 'Java'))
            AS libraries,
        count(*) AS tools
    FROM past AS p
    GROUP BY p.actor
    HAVING sum(p.records) >= $support
)

SELECT
    min(u.principal) AS principal,
    CASE WHEN count(DISTINCT u.remote_ip) = 1 THEN min(u.remote_ip) END AS remote_ip,
    CAST(NULL AS VARCHAR) AS key,
    CASE WHEN count(DISTINCT u.bucket) = 1 THEN min(u.bucket) END AS bucket,
    min(u.second) AS first_seen,
    max(u.second) AS last_seen,
    count(*) AS event_count,
    CAST(sum(u.volume) AS BIGINT) AS bytes,
    min_by(u.evidence, u.second, 5) AS examples,
    CASE
        WHEN min(u.principal_kind) = 'role' AND count_if(u.human) = 0 AND max(e.libraries) = max(e.tools)
            AND NOT starts_with(u.tool, 'aws-sdk')
            AND u.tool NOT IN ('boto3', 'botocore', 'boto', 'Hadoop', 'Athena', 'Java') THEN 'high'
    END AS severity,
    u.tool
FROM used AS u
JOIN established AS e ON e.actor = u.actor
LEFT JOIN past AS p ON p.actor = u.actor AND p.tool = u.tool
LEFT JOIN word_list AS l ON l.list = 'sanctioned_tools' AND l.word = lower(u.tool)
WHERE p.actor IS NULL AND l.word IS NULL
GROUP BY u.actor, u.tool

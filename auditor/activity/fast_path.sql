-- The lines that can be read in one way only, and read fast. A line is split at its double quotes, and what S3 wrote
-- at its spaces. What makes a line certain is that no client text in it begins with a space, so none of its double
-- quotes stands before a space but the three that close a client text, and that every field which S3 wrote is of its
-- kind. Every other line keeps its text in raw. readings.py says why one reading is left; the two are tested against
-- each other.
WITH lines AS (
    SELECT $placement AS placement, line FROM $reader
), parted AS (
    SELECT placement, line, string_split(line, '"') AS q FROM lines
), texts AS (
    SELECT
        placement, line,
        len(q) = 7 AND q[5] = ' '
            AND NOT starts_with(q[2], ' ') AND NOT starts_with(q[4], ' ') AND NOT starts_with(q[6], ' ') AS quoted,
        q[1] AS head, q[2] AS uri, q[3] AS middle, q[4] AS referer, q[6] AS agent, q[7] AS tail,
        -- Records of S3's own actions have no quotes at all.
        CASE WHEN len(q) = 1 THEN
            regexp_extract(line, '^($head)- ($middle) - -( $tail)$$', ['head', 'middle', 'tail'])
        END AS bare
    FROM parted
), parts AS (
    SELECT
        placement, line, quoted,
        CASE WHEN quoted THEN uri END AS request_uri,
        CASE WHEN quoted THEN referer END AS referer,
        CASE WHEN quoted THEN agent END AS user_agent,
        CASE WHEN quoted THEN head ELSE bare.head END AS head,
        CASE WHEN quoted THEN middle ELSE concat(' ', bare.middle, ' ') END AS middle,
        CASE WHEN quoted THEN tail ELSE bare.tail END AS tail
    FROM texts
), split AS (
    SELECT
        placement, line, quoted, request_uri, referer, user_agent, middle,
        string_split(head, ' ') AS h,
        string_split(middle, ' ') AS m,
        string_split(tail, ' ') AS t
    FROM parts
), tokens AS (
    SELECT
        placement, line, quoted, request_uri, referer, user_agent, middle,
        len(h) AS head_count,
        h[1] AS bucket_owner, h[2] AS bucket, h[3] AS day_and_time, h[4] AS zone, h[5] AS remote_ip,
        h[6] AS requester, h[7] AS request_id, h[8] AS operation, h[9] AS key_raw, h[10] AS head_end,
        m[2] AS http_status, m[3] AS error_code, m[4] AS bytes_sent, m[5] AS object_size,
        m[6] AS total_time_ms, m[7] AS turn_around_time_ms,
        len(t) AS tail_count,
        t[1] AS tail_start, t[2] AS version_id, t[3] AS host_id, t[4] AS signature_version, t[5] AS cipher_suite,
        t[6] AS authentication_type, t[7] AS host_header, t[8] AS tls_version, t[9] AS access_point_arn,
        t[10] AS acl_required, t[11] AS source_region,
        CASE WHEN len(t) > 11 THEN array_to_string(t[12:], ' ') END AS extra
    FROM split
), timed AS (
    SELECT
        *,
        try_strptime(day_and_time, '[%d/%b/%Y:%H:%M:%S') AS moment,
        $decoded AS key_decoded,
        $encoded AS encoded
    FROM tokens
), judged AS (
    SELECT
        *,
        coalesce(
            head_count = 10 AND head_end = '' AND strlen(day_and_time) = 21 AND zone = '+0000]'
            AND moment IS NOT NULL AND $head_filled AND $usual_operation AND NOT ends_with(operation, '.')
            AND regexp_full_match(middle, ' $middle ')
            AND tail_start = '' AND tail_count >= 2 AND version_id <> ''
            -- A shorter host id could be the caller's unique id.
            AND (host_id IS NULL OR host_id = '-' OR strlen(host_id) > 32)
            AND (host_header IS NULL OR host_header <> '')
            -- Or else the fields behind the user agent could be status, sizes and times behind a request line.
            AND (tail_count < 9 OR NOT quoted OR host_header >= ':')
            AND $usual_tail
            -- An empty field behind those we know.
            AND (extra IS NULL OR NOT (extra = '' OR starts_with(extra, ' ') OR ends_with(extra, ' ') OR contains(extra, '  ')))
            AND (key_decoded IS NOT NULL OR NOT encoded),
            false
        ) AS certain
    FROM timed
)
SELECT
    placement,
    NULL AS line,
    CASE WHEN certain THEN 'record' END AS parse_state,
    CASE WHEN certain THEN NULL ELSE line END AS raw,
    coalesce(strlen(line), 0) AS size,
    $typed
FROM (SELECT * REPLACE (CASE WHEN certain THEN operation END AS operation), 16 + tail_count AS field_count FROM judged)

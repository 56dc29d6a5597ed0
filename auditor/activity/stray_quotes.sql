-- Lines with more double quotes than three client texts need, read as readings.py reads them: every place where
-- status, sizes and times fit, and every gap between referer and user agent, is listed. One pair makes a record,
-- several make the line ambiguous, and then a field is kept where all readings agree on it. Lines of rarer forms,
-- and broken ones, are left to Python: they have no parse_state. Those and ambiguous ones keep their text in raw.
WITH waiting AS (
    SELECT
        placement, r.rowid - first_row + first_line AS line, raw,
        CASE WHEN ends_with(raw, ' ') THEN rtrim(raw, ' ') ELSE raw END AS text
    FROM engine.records AS r JOIN engine.placements USING (placement)
    WHERE raw IS NOT NULL
), parted AS (
    SELECT placement, line, raw, string_split(text, '"') AS q FROM waiting
), marked AS (
    SELECT
        placement, line, raw, q, len(q) AS n,
        string_split(q[1], ' ') AS h,
        string_split(q[len(q)], ' ') AS t,
        -- Parts that may stand outside of client text, by their place: gaps below zero, the others above.
        list_filter(
            list_transform(q, lambda x, i: CASE
                WHEN NOT starts_with(x, ' ') THEN NULL
                WHEN x = ' ' THEN -i
                WHEN regexp_full_match(x, ' $middle ') THEN i
                WHEN regexp_full_match(x, ' $middle - ') THEN i + 10000000
            END),
            lambda mark: mark IS NOT NULL
        ) AS marks
    FROM parted
), placed AS (
    SELECT
        *,
        list_transform(list_filter(marks, lambda mark: mark < -2 AND mark > 1 - n), lambda mark: -mark) AS gaps,
        list_filter(marks, lambda mark: mark > 2 AND mark < n) AS middles,
        list_max(marks) > n AS dashed
    FROM marked
), fitted AS (
    SELECT *, list_filter(middles, lambda place: place + 2 <= gaps[-1]) AS fitting FROM placed
), opened AS (
    SELECT
        *,
        fitting[1] AS first,
        list_filter(gaps, lambda gap: gap >= fitting[1] + 2) AS opens,
        list_transform(fitting, lambda place: string_split(q[place], ' ')) AS places
    FROM fitted
), tokens AS (
    SELECT
        placement, line, raw,
        len(fitting) = 1 AND len(opens) = 1 AS sole,
        h[1] AS bucket_owner, h[2] AS bucket, h[5] AS remote_ip,
        -- The requester of a CloudFront origin access identity has four spaces.
        CASE WHEN len(h) = 10 THEN h[6] ELSE array_to_string(h[6:-5], ' ') END AS requester,
        h[-4] AS request_id, h[-3] AS operation, h[-2] AS key_raw,
        try_strptime(concat(h[3], h[4]), '[%d/%b/%Y:%H:%M:%S+0000]') AS moment,
        CASE WHEN len(fitting) = 1 THEN array_to_string(q[2:first - 1], '"') END AS request_uri,
        CASE WHEN len(fitting) = 1 AND len(opens) = 1 THEN array_to_string(q[first + 1:opens[1] - 1], '"') END AS referer,
        CASE WHEN len(opens) = 1 THEN array_to_string(q[opens[1] + 1:n - 1], '"') END AS user_agent,
        $agreed,
        t[2] AS version_id, t[3] AS host_id, t[4] AS signature_version, t[5] AS cipher_suite,
        t[6] AS authentication_type, t[7] AS host_header, t[8] AS tls_version, t[9] AS access_point_arn,
        t[10] AS acl_required, t[11] AS source_region,
        CASE WHEN len(t) > 11 THEN array_to_string(t[12:], ' ') END AS extra,
        len(t) + 16 AS field_count,
        coalesce(
            len(fitting) > 0 AND NOT dashed
            AND regexp_full_match(q[1], '$head')
            AND regexp_full_match(q[n], ' $tail') AND NOT regexp_full_match(coalesce(t[3], ''), '$unique_id')
            -- A record without referer and user agent, or without user agent, behind this very request line.
            AND NOT regexp_matches(q[n], '^ $middle - -( |$$)')
            AND NOT (list_contains(middles, n - 2) AND starts_with(q[n], ' -')),
            false
        ) AS fits
    FROM opened
), timed AS (
    SELECT *, $decoded AS key_decoded, $encoded AS encoded FROM tokens
), judged AS (
    SELECT
        *,
        coalesce(fits AND moment IS NOT NULL AND (key_decoded IS NOT NULL OR NOT encoded), false) AS certain
    FROM timed
)
SELECT
    placement,
    line,
    CASE WHEN certain AND sole THEN 'record' WHEN certain THEN 'ambiguous' END AS parse_state,
    CASE WHEN certain AND sole THEN NULL ELSE raw END AS raw,
    NULL AS size,
    $typed
FROM judged

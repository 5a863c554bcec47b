-- name: select-bulk-progress
-- Bulks that are not final, and those that became so in the last minute.
select id, state, waits_for, bulk_counts(id) as counts, segment_groups from cpe_bulk
 where state in ('reading', 'needs-mapping', 'checking', 'checked', 'running', 'paused')
    or finished_at > now() - interval '1 min';

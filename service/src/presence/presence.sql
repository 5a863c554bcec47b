-- name: enter-lines
-- params: row_ids, service_line_ids, subject, name
-- Adds the rows of a stream, one per line; those that exist count as seen now.
insert into line_presence (stream_id, service_line_id, subject, name)
select row_id, line_id, :subject, :name
  from unnest(:row_ids::uuid[], :service_line_ids::text[])
       as entered (row_id, line_id)
on conflict (stream_id) do update set seen_at = now();

-- name: delete-presence
-- params: row_ids
delete from line_presence where stream_id = any(:row_ids::uuid[]);

-- name: delete-stale-presence
-- params: stale_ms
-- Deletes rows of dead instances; skips rows that another instance deletes now.
delete from line_presence where stream_id in (
  select stream_id from line_presence where seen_at < now() - :stale_ms * interval '1 ms'
     for update skip locked);

-- name: select-others-present
-- params: service_line_ids, subject, stale_ms, segment_groups
-- columns: names!
-- Who else is viewing each line, every person once. Lines outside the segment groups have no row.
select l.id as service_line_id,
       array(select min(name) from line_presence p
              where p.service_line_id = l.id and p.subject <> :subject
                and p.seen_at > now() - :stale_ms * interval '1 ms'
              group by p.subject order by 1) as names
  from service_line l where l.id = any(:service_line_ids) and l.segment_group = any(:segment_groups)
 order by l.id;

-- name: notify-presence
-- params: service_line_ids
-- columns: pg_notify!
-- Every instance hears it.
select pg_notify('line_presence', line_id) from unnest(:service_line_ids::text[]) as line_id;

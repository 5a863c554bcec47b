-- name: probe-commit
-- Writes to the database's log (WAL) only. Its commit waits for the standby like any other.
with probe as materialized (select pg_logical_emit_message(true, 'cpe-desk', 'probe') as position)
select position from probe;

-- name: select-running-backends
-- params: process_ids, dropped_ms_ago
-- columns: pid!
-- The processes among these that still run. A process that began after the drop reuses the id.
select a.pid from unnest(:process_ids::int[], :dropped_ms_ago::float8[]) as dropped(pid, ms_ago)
  join pg_stat_activity a on a.pid = dropped.pid
   and a.backend_start < clock_timestamp() - dropped.ms_ago * interval '1 ms';

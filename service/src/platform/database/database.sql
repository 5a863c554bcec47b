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

-- name: select-oldest-statement
-- columns: ms_ago
-- How long the oldest statement of this role runs on this server, ms. Null: none does.
select (extract(epoch from clock_timestamp() - min(query_start)) * 1000)::float8 as ms_ago
  from pg_stat_activity
 where usename = current_user and datname = current_database() and pid <> pg_backend_pid()
   and state = 'active';

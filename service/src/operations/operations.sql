-- name: count-unsettled
-- columns: count!, oldest!
select state, count(*) as count,
       extract(epoch from now() - min(requested_at))::float8 as oldest
  from cpe_update
 where is_unsettled(state) group by state;

-- name: announce-log-level
-- params: request
-- Every instance that listens now sets the level when this is committed.
select pg_notify('log_level', :request);

-- name: select-replication
-- columns: is_recovering!
-- What the desk sees of the database's replication. The timeline rises at each promotion. The lag
-- is that of the slowest standby, s; null without one, and for a role without pg_monitor.
select pg_is_in_recovery() as is_recovering,
       split_part(database_identity(), '/', 2)::bigint as timeline,
       (select max(extract(epoch from replay_lag))::float8 from pg_stat_replication) as lag;

-- name: count-open-bulks
-- columns: bulks!, waiting!
-- Bulks that run or are paused, and their rows that wait.
select state, count(*) as bulks, sum((bulk_counts(id) ->> 'waiting')::int)::int as waiting
  from cpe_bulk where state in ('running', 'paused') group by state;

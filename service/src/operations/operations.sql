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

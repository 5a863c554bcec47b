-- name: read-clock
-- columns: at!
select clock_timestamp() as at;

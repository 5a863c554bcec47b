-- name: select-writing
-- columns: is_read_only!, is_recovering!
select current_setting('transaction_read_only')::boolean as is_read_only,
       pg_is_in_recovery() as is_recovering;

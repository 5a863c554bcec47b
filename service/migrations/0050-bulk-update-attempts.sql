-- no-transaction
-- At most one update for each attempt of a bulk's row.
create unique index concurrently cpe_update_bulk_attempt on cpe_update
  (bulk_id, bulk_row, bulk_attempt) where bulk_id is not null;
create index concurrently cpe_bulk_running on cpe_bulk (started_at) where state = 'running';

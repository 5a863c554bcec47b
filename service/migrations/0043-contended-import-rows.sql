-- no-transaction
-- The few rows of an import whose keys another record has.
create index concurrently import_row_contended on import_row (seq) where round is null or round > 1;

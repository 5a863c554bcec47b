-- The states that updates reached, each added by the transaction that reached it: what every instance tells those who have the
-- line open, in about the order of their commits. Kept for as long as an instance may be behind. (Not pg_notify: a transaction
-- that notifies holds a lock of the whole server until it is on disk, so that updates would reach the disk one by one.)
create table cpe_update_event (
  position bigint generated always as identity primary key,
  at timestamptz not null default now(),
  announcement jsonb not null
);

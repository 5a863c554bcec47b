-- The number of the newest heartbeat of an instance: a standby that shows it has replayed all that
-- was committed before it was sent.
alter table instance add column beat bigint not null default 0;

-- Who changed something lately. All instances read for them from the primary for some seconds.
create table recent_writer (
  caller_id text primary key,
  wrote_at timestamptz not null default now()
);

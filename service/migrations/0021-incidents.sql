-- What a failover or a restore changes: the cluster (system identifier) and its timeline. The timeline
-- is that of the WAL being written; pg_control_checkpoint() lags until the first checkpoint after a
-- promotion. Null on a standby, where nothing can be written.
create function database_identity() returns text language sql volatile as $$
  select case when not pg_is_in_recovery() then
    (select system_identifier from pg_control_system())::text || '/'
    || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint::text
  end
$$;

-- A database that lacks updates which an instance has seen, or of which an instance cannot prove that
-- it has them all. At most one is open; it closes when each line has been compared with NIG since.
create table incident (
  id uuid primary key default gen_random_uuid(),
  database text not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  cause text not null check (cause in ('updates-missing', 'not-proved')),
  missing jsonb not null
);
create unique index incident_one_open on incident ((true)) where closed_at is null;
create index incident_database on incident (database);

-- Lines that were compared since the incident began. Those that a person opened stay as evidence.
create table incident_line (
  incident_id uuid not null references incident,
  service_line_id text not null references service_line,
  compared_at timestamptz not null default now(),
  agrees boolean not null,
  opened_by text,
  reason text,
  primary key (incident_id, service_line_id),
  check ((opened_by is null) = (reason is null))
);

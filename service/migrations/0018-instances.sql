-- The instances that run on this database. An instance renews its row every 10 s; one whose row is
-- older than 60 s counts as dead. It writes only to schemas from oldest_schema to newest_schema.
create table instance (
  id uuid primary key,
  version text not null,
  oldest_schema integer not null,
  newest_schema integer not null,
  host text not null,
  process_id integer not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  check (oldest_schema <= newest_schema)
);

-- One row. Instances that do not know the schema oldest_writer may not write. Instances older than
-- this migration have no row in instance: the operator confirms that none of them runs any more.
create table schema_guard (
  one_row boolean primary key default true check (one_row),
  oldest_writer integer not null default 0,
  unregistered_gone_at timestamptz,
  unregistered_gone_by text,
  check ((unregistered_gone_at is null) = (unregistered_gone_by is null))
);
-- Each start of the desk loads the catalogue: without one no instance ran on this database.
insert into schema_guard (unregistered_gone_at, unregistered_gone_by)
select at, case when at is not null then 'new database' end
  from (select case when not exists (select from device_model) then now() end as at) as new_database;

-- A repair makes the desk and NIG equal again on lines where they differ: with NIG's values or the desk's.
create table repair (
  id uuid primary key,
  take text not null check (take in ('nig', 'desk')),
  reason text not null,
  actor_id text not null,
  actor_name text not null,
  segment_groups text[] not null,
  requested_at timestamptz not null default now()
);

-- One line of a repair. It has no verdict until it is done; it is leased by the instance that works on it.
-- There may be no such line: the verdict says so.
create table repair_line (
  repair_id uuid not null references repair,
  service_line_id text not null,
  number integer not null,
  leased_until timestamptz not null default now(),
  verdict text,
  detail text,
  update_id uuid,
  primary key (repair_id, service_line_id)
);
create index repair_line_to_do on repair_line (leased_until) where verdict is null;

-- Only on updates that a repair made, and on their history entries.
alter table cpe_update add column repair jsonb;
alter table cpe_history add column repair jsonb;

-- What NIG holds, as claims: a value that it holds for another line, too, is not free.
alter table drift add column held_values text[];
create index drift_held_values on drift using gin (held_values);

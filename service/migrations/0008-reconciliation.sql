-- One pass over all lines that compares the CPE with the corp-data record and with NIG.
create table reconciliation (
  id uuid primary key,
  started_at timestamptz not null default now(),
  -- Null while it is open: whoever comes next goes on after `after_line`.
  ended_at timestamptz,
  after_line text not null default '',
  -- One instance works on it at a time; one that died loses it by this time.
  leased_by uuid not null,
  leased_until timestamptz not null,
  compared bigint not null default 0,
  skipped bigint not null default 0,
  unanswered bigint not null default 0,
  repaired bigint not null default 0,
  drifted bigint not null default 0
);
create unique index reconciliation_one_open on reconciliation ((true)) where ended_at is null;
create index reconciliation_started on reconciliation (started_at);

-- A line whose recorded CPE is not what somebody else holds. That of the corp-data record is repaired at once and kept for a
-- while to be read; that of NIG stays until a comparison finds none, as only people can tell who is right.
create table drift (
  service_line_id text not null references service_line (id),
  holder text not null check (holder in ('corp-data', 'nig')),
  found_at timestamptz not null,
  seen_at timestamptz not null,
  repaired_at timestamptz,
  fields text[] not null,
  recorded jsonb not null,
  -- Null: the holder has nothing for the line.
  held jsonb,
  primary key (service_line_id, holder),
  check (repaired_at is null or holder = 'corp-data')
);
create index drift_open on drift (found_at, service_line_id) where repaired_at is null;

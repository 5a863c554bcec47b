-- Corrections and refreshes of a line's CPE, and what they leave behind.

-- Denormalised copy that other modules read.
create table corp_data_temp (
  service_line_id text primary key references service_line,
  customer text not null,
  segment_group text not null,
  technology text not null,
  manufacturer text not null,
  model text not null,
  ip_address text not null,
  down_kbps integer not null,
  up_kbps integer not null,
  port text not null,
  serial_number text,
  mac_address text,
  refreshed_at timestamptz not null
);

create table cpe_update (
  id uuid primary key,
  service_line_id text not null references service_line,
  ctt_id text not null references ctt,
  ticket_no text not null,
  kind text not null check (kind in ('refresh', 'correction', 'swap')),
  state text not null check (state in
    ('recorded', 'accepted', 'unknown', 'needs-attention', 'applied', 'rejected', 'abandoned')),
  before jsonb not null,
  after jsonb not null,
  changed text[] not null,
  warnings jsonb not null,
  reason text,
  actor_id text not null,
  actor_name text not null,
  rules text not null,
  requested_at timestamptz not null,
  settled_at timestamptz,
  nig_reference text,
  nig_code text,
  nig_message text,
  -- Settling: when NIG is asked next, how often it was, and when a person is asked instead.
  ask_at timestamptz not null,
  asked integer not null default 0,
  ask_until timestamptz not null
);
-- Invariant: at most one unsettled update per service line.
create unique index cpe_update_one_unsettled on cpe_update (service_line_id)
  where state in ('recorded', 'accepted', 'unknown', 'needs-attention');
create index cpe_update_to_ask on cpe_update (ask_at) where state in ('recorded', 'accepted', 'unknown');
create index cpe_update_line on cpe_update (service_line_id, requested_at);

-- What belongs to at most one line: held by its recorded CPE (update_id null) or by an update in flight.
create table cpe_claim (
  kind text not null check (kind in ('ip-address', 'port', 'serial-number', 'mac-address')),
  value text not null,
  service_line_id text not null references service_line,
  update_id uuid references cpe_update,
  primary key (kind, value)
);
create index cpe_claim_line on cpe_claim (service_line_id);

-- The answer of an update by the caller's key; null until the update is settled.
create table idempotency_key (
  caller_id text not null,
  key text not null,
  ctt_id text not null,
  body_hash text not null,
  update_id uuid not null references cpe_update,
  status integer,
  answer json,
  created_at timestamptz not null default now(),
  primary key (caller_id, key)
);
create index idempotency_key_update on idempotency_key (update_id);

-- One entry per applied update, chained by hash per line. Never changed, never deleted.
create table cpe_history (
  id uuid primary key,
  service_line_id text not null references service_line,
  sequence integer not null check (sequence > 0),
  at timestamptz not null,
  update_id uuid not null unique references cpe_update,
  ctt_id text not null,
  ticket_no text not null,
  kind text not null check (kind in ('refresh', 'correction', 'swap')),
  actor_id text not null,
  actor_name text not null,
  changed text[] not null,
  before jsonb not null,
  after jsonb not null,
  reason text,
  nig_reference text not null,
  rules text not null,
  previous_hash text,
  hash text not null,
  unique (service_line_id, sequence)
);

create function refuse_history_change() returns trigger language plpgsql as $$
begin
  raise exception 'cpe_history is never changed or deleted (%)', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger cpe_history_no_change before update or delete on cpe_history
  for each row execute function refuse_history_change();
create trigger cpe_history_no_truncate before truncate on cpe_history
  for each statement execute function refuse_history_change();

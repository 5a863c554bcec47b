-- Bulk corrections: a file of CPE updates, its check and its run.
create table cpe_bulk (
  id uuid primary key,
  kind text not null check (kind in ('upload', 'revert')),
  revert_of uuid references cpe_bulk,
  name text not null check (length(name) between 1 and 300),
  state text not null check (state in (
    'reading', 'unreadable', 'needs-mapping', 'checking', 'checked', 'running', 'paused',
    'cancelled', 'finished')),
  waits_for text check (waits_for in ('window', 'nig', 'freeze', 'turn')),
  pause jsonb,
  fault jsonb,
  questions jsonb not null default '[]',
  notes jsonb not null default '[]',
  -- The file as it was uploaded; a revert has none.
  format text check (format in ('csv', 'ndjson', 'xlsx')),
  encoding text,
  separator text,
  bytes bigint,
  file_sha256 text,
  headings text[] not null default '{}',
  -- SHA-256 of the headings, by which an earlier mapping is found.
  headings_key text,
  mapping jsonb,
  -- The check that judges rows with this number; each check again has the next one.
  check_no integer not null default 1,
  check_hash text,
  checked_at timestamptz,
  checked jsonb,
  rules text,
  policy_version text,
  settings jsonb,
  -- Of the start, for rows without one.
  reason text,
  counts jsonb not null,
  next_send_at timestamptz,
  -- Of the lines of its rows; before they are known, those of its creator.
  segment_groups text[] not null,
  created_by_id text not null,
  created_by_name text not null,
  -- What the creator may see: other tickets do not exist for the check.
  creator_groups text[] not null,
  created_at timestamptz not null default now(),
  started_by_id text,
  started_by_name text,
  started_at timestamptz,
  finished_at timestamptz,
  rows_deleted_at timestamptz,
  -- The instance that reads or checks it, and until when nobody else may.
  lease uuid,
  leased_until timestamptz,
  upload_key text,
  unique (created_by_id, upload_key),
  check ((kind = 'revert') = (revert_of is not null)),
  check ((kind = 'upload') = (format is not null and bytes is not null and file_sha256 is not null)),
  check ((check_hash is null) = (checked_at is null)),
  check ((started_at is null) = (started_by_id is null)),
  check (state not in ('unreadable', 'finished', 'cancelled') or finished_at is not null)
);
create index cpe_bulk_at_work on cpe_bulk (leased_until) where state in ('reading', 'checking');
create index cpe_bulk_open on cpe_bulk (created_by_id)
 where state not in ('unreadable', 'cancelled', 'finished');
create index cpe_bulk_file on cpe_bulk (file_sha256, id);
create index cpe_bulk_headings on cpe_bulk (headings_key, id);
create index cpe_bulk_old on cpe_bulk (finished_at)
 where finished_at is not null and rows_deleted_at is null;

create table cpe_bulk_row (
  bulk_id uuid not null references cpe_bulk,
  row integer not null check (row >= 1),
  line integer not null,
  -- Each cell as it was decoded, in the order of the headings. Empty: a row of a revert.
  cells text[] not null,
  -- Findings that make the row malformed, whatever its values.
  fault jsonb,
  -- The update of a revert, instead of cells.
  given jsonb,
  check_no integer not null default 1,
  ctt_id text,
  ticket_no text,
  service_line_id text,
  reason text,
  kind text check (kind in ('refresh', 'correction', 'swap')),
  changed text[],
  -- The CPE that the check saw, and the one that the row makes of it. Null: there is a problem.
  before jsonb,
  wanted jsonb,
  verdict jsonb,
  -- The code of the verdict's problem, after the run that of the outcome.
  code text,
  state text not null default 'waiting' check (state in (
    'waiting', 'sending', 'unknown', 'applied', 'refused', 'failed', 'left-out', 'cancelled')),
  attempt integer not null default 0 check (attempt >= 0),
  update_id uuid references cpe_update,
  outcome jsonb,
  settled_at timestamptz,
  primary key (bulk_id, row)
);
create unique index cpe_bulk_row_line on cpe_bulk_row (bulk_id, service_line_id)
 where state <> 'left-out';
create index cpe_bulk_row_waiting on cpe_bulk_row (bulk_id, row) where state = 'waiting';
create index cpe_bulk_row_state on cpe_bulk_row (bulk_id, state, row) where state <> 'waiting';
create index cpe_bulk_row_code on cpe_bulk_row (bulk_id, code, row) where code is not null;

-- The bytes of an upload, from its arrival until they are read.
create table cpe_bulk_part (
  bulk_id uuid not null,
  part integer not null check (part >= 0),
  content bytea not null,
  arrived_at timestamptz not null default now(),
  primary key (bulk_id, part)
);
-- Parts are read by their bytes; a spreadsheet does not shrink.
alter table cpe_bulk_part alter column content set storage external;
create index cpe_bulk_part_arrived on cpe_bulk_part (arrived_at);

-- The desk's role may not delete rows of bulks. This lets it delete what a setting calls too old.
-- The bulk itself stays: updates and history name it.
create function prune_bulk_rows(days int, most int) returns int language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  old uuid;
  gone int;
begin
  select id into old from public.cpe_bulk
   where finished_at < now() - make_interval(days => greatest(days, 1)) and rows_deleted_at is null
     and state in ('unreadable', 'cancelled', 'finished')
   order by finished_at limit 1 for update skip locked;
  if old is null then
    return -1;
  end if;
  delete from public.cpe_bulk_row
   where bulk_id = old and row in (select r.row from public.cpe_bulk_row r where r.bulk_id = old
                                    order by r.row limit most);
  get diagnostics gone = row_count;
  if gone < most then
    update public.cpe_bulk set rows_deleted_at = now() where id = old;
  end if;
  return gone;
end
$$;
revoke execute on function prune_bulk_rows from public;

-- The new list holds the old one, so every row that is there fits. Validating it here would keep the
-- log locked while it is read.
alter table access_log drop constraint access_log_event_check;
alter table access_log add constraint access_log_event_check check (event in (
  'signed-in', 'sign-in-refused', 'signed-out', 'signed-out-everywhere', 'action-refused',
  'evidence-exported', 'tickets-exported', 'policy-set', 'updates-held', 'updates-released',
  'values-probed', 'model-added', 'model-request-declined', 'session-ended', 'roles-changed',
  'token-created', 'token-revoked', 'token-used', 'bulk-uploaded', 'bulk-started', 'bulk-paused',
  'bulk-cancelled', 'bulk-exported')) not valid;

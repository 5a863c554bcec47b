-- What service/migrations builds, for reading. Written by npm run schema-dump; do not edit.

CREATE EXTENSION btree_gist;

CREATE EXTENSION pg_trgm;

CREATE OR REPLACE FUNCTION public.add_network_claim()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into public.network_claim values (new.value::inet, new.service_line_id)
  on conflict (network, service_line_id) do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.admit_bulk_updates()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  needed constant integer := 49;
begin
  update public.schema_guard set oldest_writer = greatest(oldest_writer, needed)
   where oldest_writer < needed and unregistered_gone_at is not null
     and not exists (select from public.instance
                      where newest_schema < needed and seen_at > now() - interval '60 s');
  return (select oldest_writer >= needed from public.schema_guard);
end
$function$;
REVOKE EXECUTE ON FUNCTION admit_bulk_updates() FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.announce_inbox_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('inbox_changed', new.person_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.announce_session_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('session_changed', old.subject);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.bulk_counts(bulk uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select case when t.bulk_id is null then b.counts
         else b.counts || jsonb_build_object(
           'waiting', greatest(0, (b.counts ->> 'rows')::int - (b.counts ->> 'leftOut')::int
              - (b.counts ->> 'cancelled')::int - t.applied - t.refused - t.failed
              - w.sending - w.unknown),
           'sending', w.sending, 'unknown', w.unknown,
           'applied', t.applied, 'refused', t.refused, 'failed', t.failed)
         end
    from public.cpe_bulk b
    left join public.cpe_bulk_tally t on t.bulk_id = b.id
   cross join lateral (
     select count(*) filter (where r.state = 'sending') as sending,
            count(*) filter (where r.state = 'unknown') as unknown
       from public.cpe_bulk_row r
      where r.bulk_id = b.id and r.state <> 'waiting' and r.state in ('sending', 'unknown')) w
   where b.id = bulk
$function$;

CREATE OR REPLACE FUNCTION public.check_history_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (
    select from public.cpe
     where service_line_id = new.service_line_id and history_sequence = new.sequence
       and history_hash = new.hash and history_at = new.at)
  then
    raise exception 'entry % of line % was added without moving the end of the chain',
        new.sequence, new.service_line_id
      using errcode = 'check_violation', constraint = 'cpe_history_moves_end';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.check_history_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  end_sequence integer;
  end_hash text;
  end_at timestamptz;
begin
  -- The desk keeps times in milliseconds.
  select history_sequence, history_hash, date_trunc('milliseconds', history_at)
    into end_sequence, end_hash, end_at
    from public.cpe where service_line_id = new.service_line_id;
  if new.sequence is distinct from end_sequence + 1 or new.previous_hash is distinct from end_hash then
    raise exception 'entry % of line % does not continue the chain, which ends with entry %',
        new.sequence, new.service_line_id, end_sequence
      using errcode = 'check_violation', constraint = 'cpe_history_continues_chain';
  end if;
  if new.at < end_at
     or new.at is distinct from end_at
        and new.at not between clock_timestamp() - interval '5 min'
                           and clock_timestamp() + interval '5 min' then
    raise exception 'entry % of line % is of %, the entry before it of %, the time is %',
        new.sequence, new.service_line_id, new.at, end_at, clock_timestamp()
      using errcode = 'check_violation', constraint = 'cpe_history_has_time';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.count_tickets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, count(*) from added group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  elsif tg_op = 'UPDATE' then
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, sum(n) from (
        select status, technology, managed_services, segment_group, 1 as n from added
        union all
        select status, technology, managed_services, segment_group, -1 from removed) moved
      group by 1, 2, 3, 4 having sum(n) <> 0 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  else
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, -count(*) from removed group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.database_identity()
 RETURNS text
 LANGUAGE sql
AS $function$
  select case when not pg_is_in_recovery() then
    (select system_identifier from pg_control_system())::text || '/'
    || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint::text
  end
$function$;

CREATE OR REPLACE FUNCTION public.delete_network_claim()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from public.network_claim
   where network = old.value::inet and service_line_id = old.service_line_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.fill_search_text(before timestamp with time zone, most integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with next as (
    select id from ctt where search_text is null and opened_at <= before
     order by opened_at desc limit most for no key update skip locked),
  filled as (
    update ctt set search_text = search_text_of(ticket_no, service_line_id)
     where id = any(array(select id from next)) returning opened_at)
  select min(opened_at) from filled
$function$;
REVOKE EXECUTE ON FUNCTION fill_search_text(timestamp with time zone,integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.find_device_model(manufacturer text, model text)
 RETURNS SETOF device_model
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select * from (
    select m.* from device_model m
     where lower(m.manufacturer) = lower($1) and lower(m.model) = lower($2)
    union all
    select m.* from device_model_alias a join device_model m using (manufacturer, model)
     where lower(a.manufacturer) = lower($1) and lower(a.alias) = lower($2)) as found
  limit 1
$function$;

CREATE OR REPLACE FUNCTION public.follow_customer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update ctt set search_text = search_text_of(ticket_no, service_line_id) where service_line_id = new.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.is_past_deadline(ask_until timestamp with time zone, recorded_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select ask_until <= now() or recorded_at > now() + interval '1 min'
$function$;

CREATE OR REPLACE FUNCTION public.is_to_ask(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select state in ('recorded', 'accepted', 'unknown')
$function$;

CREATE OR REPLACE FUNCTION public.is_unsettled(state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select state in ('recorded', 'accepted', 'unknown', 'needs-attention')
$function$;

CREATE OR REPLACE FUNCTION public.keep_history_months()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
begin
  perform public.make_history_month((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date)
     from generate_series(0, 3) n;
end
$function$;
REVOKE EXECUTE ON FUNCTION keep_history_months() FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.knows_dual_stack()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select oldest_writer >= 29
         or unregistered_gone_at is not null
            and not exists (select from public.instance
                             where newest_schema < 29 and seen_at > now() - interval '60 s')
    from public.schema_guard
$function$;

CREATE OR REPLACE FUNCTION public.make_history_month(month date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  first date := date_trunc('month', month);
  name text := 'cpe_history_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass('public.' || name) is not null or exists (
    select from pg_class where oid = to_regclass('public.cpe_history_before') and relispartition
       and first < substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''\)')::timestamptz at time zone 'UTC')
  then
    return;
  end if;
  execute format('create table public.%I partition of public.cpe_history for values from (%L) to (%L)', name,
    first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
  -- Triggers of a statement are not inherited.
  execute format('create trigger cpe_history_no_truncate before truncate on public.%I
    for each statement execute function public.refuse_history_change()', name);
end
$function$;
REVOKE EXECUTE ON FUNCTION make_history_month(date) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.network_of_claim(kind text, value text)
 RETURNS inet
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when kind = 'ipv6-prefix' or kind = 'ip-address' and value like '%:%'
              then value::inet end
$function$;

CREATE OR REPLACE FUNCTION public.notify_of_bulk()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into public.inbox_entry (person_id, kind, target)
  select distinct person, 'bulk-finished',
         jsonb_build_object('kind', 'bulk', 'id', new.id, 'name', new.name, 'state', new.state)
    from unnest(array[new.created_by_id, new.started_by_id]) as person
   where person is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.notify_of_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  settler jsonb := new.settlement -> 'by';
  about jsonb := jsonb_build_object('kind', 'cpe-update', 'id', new.id, 'state', new.state);
begin
  if new.state = 'needs-attention' then
    insert into public.inbox_entry (person_id, kind, ctt_id, target, by_id, by_name)
    select distinct person, 'needs-attention', new.ctt_id, about, new.actor_id, new.actor_name
      from (select new.actor_id as person
            union
            select s.subject
              from public.portal_session s
             where s.expires_at > now() and 'supervisor' = any (s.roles)
               and (select l.segment_group from public.service_line l
                     where l.id = new.service_line_id) = any (s.segment_groups)) readers;
  elsif settler ->> 'id' is distinct from new.actor_id then
    insert into public.inbox_entry (person_id, kind, ctt_id, target, by_id, by_name)
    values (new.actor_id, 'update-settled', new.ctt_id, about, settler ->> 'id',
            settler ->> 'name');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.plain_identifier(raw text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select translate(lower(raw), '.:-', 'x')
$function$;

CREATE OR REPLACE FUNCTION public.plain_text(raw text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  plain text;
begin
  if octet_length(raw) = length(raw) then
    return regexp_replace(lower(raw), '[^a-z0-9]+', '', 'g');
  end if;
  plain := translate(lower(normalize(raw, NFKD)), 'łđøðħıŧŋ', 'ldodhitn');
  plain := replace(replace(replace(replace(plain, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  -- Controls, spaces, punctuation, symbols, modifier letters, and marks of Latin, Cyrillic, Hebrew and Arabic.
  plain := regexp_replace(plain, '[\u0001-/:-`{-\u00bf\u00d7\u00f7\u02b0-\u036f\u0483-\u0489\u0591-\u05c7'
    '\u060c\u061b-\u061f\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u2000-\u214f\u2190-\u2bff'
    '\u2e00-\u2e7f\u3000-\u303f\u30fb\ufe00-\ufe2f\ufeff]+', '', 'g');
  if octet_length(plain) = length(plain) then
    return plain;
  end if;
  return (select string_agg(case when ascii(c) < 128 then c else 'u' || to_hex(ascii(c)) end, '' order by n)
            from regexp_split_to_table(plain, '') with ordinality as letter(c, n));
end
$function$;

CREATE OR REPLACE FUNCTION public.prune_access_log(days integer, most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
  with old as (
    select id from public.access_log
     where at < now() - make_interval(days => greatest(days, 30))
       and id <> coalesce((select max(id) from public.access_log where event = 'policy-set'), 0)
     order by id limit most
  ), gone as (
    delete from public.access_log where id in (select id from old) returning 1
  )
  select count(*)::int from gone
$function$;
REVOKE EXECUTE ON FUNCTION prune_access_log(integer,integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.prune_bulk_rows(days integer, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
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
$function$;
REVOKE EXECUTE ON FUNCTION prune_bulk_rows(integer,integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.recount_bulk(bulk uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  with counted as (
    select count(*)::int as rows,
           count(*) filter (where state = 'left-out')::int as left_out,
           count(*) filter (where state = 'cancelled')::int as cancelled,
           count(*) filter (where state = 'applied')::int as applied,
           count(*) filter (where state = 'refused')::int as refused,
           count(*) filter (where state = 'failed')::int as failed
      from public.cpe_bulk_row where bulk_id = bulk),
  kept as (
    update public.cpe_bulk b
       set counts = b.counts || jsonb_build_object(
             'rows', c.rows, 'leftOut', c.left_out, 'cancelled', c.cancelled)
      from counted c where b.id = bulk)
  insert into public.cpe_bulk_tally (bulk_id, applied, refused, failed)
  select bulk, applied, refused, failed from counted
  on conflict (bulk_id) do update
     set (applied, refused, failed, in_a_row, settled_since, refused_since, unknown_since, since)
       = (excluded.applied, excluded.refused, excluded.failed, 0, 0, 0, 0, now())
$function$;

CREATE OR REPLACE FUNCTION public.refuse_anchor_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'history_anchor is never changed or deleted (%)', tg_op
    using errcode = 'insufficient_privilege';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_chain_move()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the chain of line % ends with entry %, its end cannot move to entry %',
      old.service_line_id, old.history_sequence, new.history_sequence
    using errcode = 'check_violation', constraint = 'cpe_history_moves_by_one';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_history_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'cpe_history is never changed or deleted (%)', tg_op using errcode = 'insufficient_privilege';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_older_writers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not public.knows_dual_stack() then
    raise exception 'an instance of an older version may still run; IPv6 addresses beside IPv4 and '
        'IPv6 prefixes can be recorded when all are upgraded (npm run instances)'
      using errcode = 'check_violation', constraint = 'cpe_dual_stack_known';
  end if;
  update public.schema_guard set oldest_writer = 29 where oldest_writer < 29;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.search_text_of(ticket_no text, line_id text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
AS $function$
  select plain_text(ticket_no) || ' ' || plain_text(customer) || ' ' || plain_text(id) from service_line where id = line_id
$function$;

CREATE OR REPLACE FUNCTION public.set_search_text()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.search_text := search_text_of(new.ticket_no, new.service_line_id);
  return new;
end
$function$;

CREATE TABLE access_log (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamp with time zone NOT NULL DEFAULT now(),
  event text NOT NULL,
  subject text,
  name text,
  address text,
  request_id text,
  detail jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT access_log_pkey PRIMARY KEY (id),
  CONSTRAINT access_log_event_check CHECK ((event = ANY (ARRAY['signed-in'::text, 'sign-in-refused'::text, 'signed-out'::text, 'signed-out-everywhere'::text, 'action-refused'::text, 'evidence-exported'::text, 'tickets-exported'::text, 'policy-set'::text, 'updates-held'::text, 'updates-released'::text, 'values-probed'::text, 'model-added'::text, 'model-request-declined'::text, 'session-ended'::text, 'roles-changed'::text, 'token-created'::text, 'token-revoked'::text, 'token-used'::text, 'bulk-uploaded'::text, 'bulk-started'::text, 'bulk-paused'::text, 'bulk-cancelled'::text, 'bulk-exported'::text, 'log-level-set'::text]))) NOT VALID
);
CREATE INDEX access_log_event ON public.access_log USING btree (event, id);
CREATE INDEX access_log_subject ON public.access_log USING btree (subject, id);

CREATE TABLE api_token (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  token_hash text NOT NULL,
  prefix text NOT NULL,
  roles text[] NOT NULL,
  segment_groups text[] NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  created_by_id text NOT NULL,
  created_by_name text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  logged_on date,
  addresses text[] NOT NULL DEFAULT '{}'::text[],
  CONSTRAINT api_token_pkey PRIMARY KEY (id),
  CONSTRAINT api_token_token_hash_key UNIQUE (token_hash),
  CONSTRAINT api_token_check CHECK ((expires_at <= (created_at + '366 days'::interval))),
  CONSTRAINT api_token_roles_check CHECK (((roles <> '{}'::text[]) AND (NOT ('admin'::text = ANY (roles)))))
);
CREATE UNIQUE INDEX api_token_name ON public.api_token USING btree (lower(name)) WHERE (revoked_at IS NULL);

CREATE TABLE corp_data_temp (
  service_line_id text NOT NULL,
  customer text NOT NULL,
  segment_group text NOT NULL,
  technology text NOT NULL,
  manufacturer text NOT NULL,
  model text NOT NULL,
  ip_address text NOT NULL,
  down_kbps integer NOT NULL,
  up_kbps integer NOT NULL,
  port text NOT NULL,
  serial_number text,
  mac_address text,
  refreshed_at timestamp with time zone NOT NULL,
  ipv6_address text,
  ipv6_prefix text,
  CONSTRAINT corp_data_temp_pkey PRIMARY KEY (service_line_id),
  CONSTRAINT corp_data_temp_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
) WITH (fillfactor=85);

CREATE TABLE cpe (
  service_line_id text NOT NULL,
  network_element_id text NOT NULL,
  name text NOT NULL,
  manufacturer text NOT NULL,
  model text NOT NULL,
  ip_address text NOT NULL,
  down_kbps integer NOT NULL,
  up_kbps integer NOT NULL,
  port text NOT NULL,
  serial_number text,
  mac_address text,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  history_sequence integer NOT NULL DEFAULT 0,
  history_hash text,
  history_at timestamp with time zone,
  ipv6_address text,
  ipv6_prefix text,
  CONSTRAINT cpe_pkey PRIMARY KEY (service_line_id),
  CONSTRAINT cpe_network_element_id_key UNIQUE (network_element_id),
  CONSTRAINT cpe_check CHECK ((((history_sequence = 0) = (history_hash IS NULL)) AND ((history_hash IS NULL) = (history_at IS NULL)))),
  CONSTRAINT cpe_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);
CREATE INDEX cpe_model ON public.cpe USING btree (lower(model) COLLATE "C");
CREATE INDEX cpe_part ON public.cpe USING gin (plain_identifier(((((((((COALESCE(serial_number, ''::text) || ' '::text) || COALESCE(mac_address, ''::text)) || ' '::text) || ip_address) || ' '::text) || COALESCE(ipv6_address, ''::text)) || ' '::text) || COALESCE(ipv6_prefix, ''::text))) gin_trgm_ops);
CREATE INDEX cpe_port ON public.cpe USING btree (port);
CREATE TRIGGER cpe_chain_moves_by_one BEFORE UPDATE OF history_sequence, history_hash, history_at ON public.cpe FOR EACH ROW WHEN (((new.history_sequence <> (old.history_sequence + 1)) AND (((old.history_sequence IS DISTINCT FROM new.history_sequence) OR (old.history_hash IS DISTINCT FROM new.history_hash)) OR (old.history_at IS DISTINCT FROM new.history_at)))) EXECUTE FUNCTION refuse_chain_move();
CREATE TRIGGER cpe_dual_stack BEFORE INSERT OR UPDATE OF ipv6_address, ipv6_prefix ON public.cpe FOR EACH ROW WHEN (((new.ipv6_address IS NOT NULL) OR (new.ipv6_prefix IS NOT NULL))) EXECUTE FUNCTION refuse_older_writers();

CREATE TABLE cpe_bulk (
  id uuid NOT NULL,
  kind text NOT NULL,
  revert_of uuid,
  name text NOT NULL,
  state text NOT NULL,
  waits_for text,
  pause jsonb,
  fault jsonb,
  questions jsonb NOT NULL DEFAULT '[]'::jsonb,
  notes jsonb NOT NULL DEFAULT '[]'::jsonb,
  format text,
  encoding text,
  separator text,
  bytes bigint,
  file_sha256 text,
  headings text[] NOT NULL DEFAULT '{}'::text[],
  headings_key text,
  mapping jsonb,
  check_no integer NOT NULL DEFAULT 1,
  check_hash text,
  checked_at timestamp with time zone,
  checked jsonb,
  rules text,
  policy_version text,
  settings jsonb,
  reason text,
  counts jsonb NOT NULL,
  next_send_at timestamp with time zone,
  segment_groups text[] NOT NULL,
  created_by_id text NOT NULL,
  created_by_name text NOT NULL,
  creator_groups text[] NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  started_by_id text,
  started_by_name text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  rows_deleted_at timestamp with time zone,
  lease uuid,
  leased_until timestamp with time zone,
  upload_key text,
  nig_down_since timestamp with time zone,
  CONSTRAINT cpe_bulk_pkey PRIMARY KEY (id),
  CONSTRAINT cpe_bulk_created_by_id_upload_key_key UNIQUE (created_by_id, upload_key),
  CONSTRAINT cpe_bulk_check CHECK (((kind = 'revert'::text) = (revert_of IS NOT NULL))),
  CONSTRAINT cpe_bulk_check1 CHECK (((kind = 'upload'::text) = ((format IS NOT NULL) AND (bytes IS NOT NULL) AND (file_sha256 IS NOT NULL)))),
  CONSTRAINT cpe_bulk_check2 CHECK (((check_hash IS NULL) = (checked_at IS NULL))),
  CONSTRAINT cpe_bulk_check3 CHECK (((started_at IS NULL) = (started_by_id IS NULL))),
  CONSTRAINT cpe_bulk_check4 CHECK (((state <> ALL (ARRAY['unreadable'::text, 'finished'::text, 'cancelled'::text])) OR (finished_at IS NOT NULL))),
  CONSTRAINT cpe_bulk_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text, 'xlsx'::text]))),
  CONSTRAINT cpe_bulk_kind_check CHECK ((kind = ANY (ARRAY['upload'::text, 'revert'::text]))),
  CONSTRAINT cpe_bulk_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300))),
  CONSTRAINT cpe_bulk_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'unreadable'::text, 'needs-mapping'::text, 'checking'::text, 'checked'::text, 'running'::text, 'paused'::text, 'cancelled'::text, 'finished'::text]))),
  CONSTRAINT cpe_bulk_waits_for_check CHECK ((waits_for = ANY (ARRAY['window'::text, 'nig'::text, 'freeze'::text, 'turn'::text]))),
  CONSTRAINT cpe_bulk_revert_of_fkey FOREIGN KEY (revert_of) REFERENCES cpe_bulk(id)
);
CREATE INDEX cpe_bulk_at_work ON public.cpe_bulk USING btree (leased_until) WHERE (state = ANY (ARRAY['reading'::text, 'checking'::text]));
CREATE INDEX cpe_bulk_file ON public.cpe_bulk USING btree (file_sha256, id);
CREATE INDEX cpe_bulk_headings ON public.cpe_bulk USING btree (headings_key, id);
CREATE INDEX cpe_bulk_old ON public.cpe_bulk USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (rows_deleted_at IS NULL));
CREATE INDEX cpe_bulk_open ON public.cpe_bulk USING btree (created_by_id) WHERE (state <> ALL (ARRAY['unreadable'::text, 'cancelled'::text, 'finished'::text]));
CREATE INDEX cpe_bulk_running ON public.cpe_bulk USING btree (started_at) WHERE (state = 'running'::text);
CREATE TRIGGER notify_of_bulk AFTER UPDATE OF state ON public.cpe_bulk FOR EACH ROW WHEN (((new.state IS DISTINCT FROM old.state) AND ((new.state = 'finished'::text) OR ((new.state = 'paused'::text) AND ((new.pause -> 'by'::text) = 'null'::jsonb))))) EXECUTE FUNCTION notify_of_bulk();

CREATE TABLE cpe_bulk_part (
  bulk_id uuid NOT NULL,
  part integer NOT NULL,
  content bytea NOT NULL,
  arrived_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT cpe_bulk_part_pkey PRIMARY KEY (bulk_id, part),
  CONSTRAINT cpe_bulk_part_part_check CHECK ((part >= 0))
);
CREATE INDEX cpe_bulk_part_arrived ON public.cpe_bulk_part USING btree (arrived_at);

CREATE TABLE cpe_bulk_row (
  bulk_id uuid NOT NULL,
  "row" integer NOT NULL,
  line integer NOT NULL,
  cells text[] NOT NULL,
  fault jsonb,
  given jsonb,
  check_no integer NOT NULL DEFAULT 1,
  ctt_id text,
  ticket_no text,
  service_line_id text,
  reason text,
  kind text,
  changed text[],
  before jsonb,
  wanted jsonb,
  verdict jsonb,
  code text,
  state text NOT NULL DEFAULT 'waiting'::text,
  attempt integer NOT NULL DEFAULT 0,
  update_id uuid,
  outcome jsonb,
  settled_at timestamp with time zone,
  tries smallint NOT NULL DEFAULT 0,
  CONSTRAINT cpe_bulk_row_pkey PRIMARY KEY (bulk_id, "row"),
  CONSTRAINT cpe_bulk_row_attempt_check CHECK ((attempt >= 0)),
  CONSTRAINT cpe_bulk_row_kind_check CHECK ((kind = ANY (ARRAY['refresh'::text, 'correction'::text, 'swap'::text]))),
  CONSTRAINT cpe_bulk_row_row_check CHECK (("row" >= 1)),
  CONSTRAINT cpe_bulk_row_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'unknown'::text, 'applied'::text, 'refused'::text, 'failed'::text, 'left-out'::text, 'cancelled'::text]))),
  CONSTRAINT cpe_bulk_row_bulk_id_fkey FOREIGN KEY (bulk_id) REFERENCES cpe_bulk(id),
  CONSTRAINT cpe_bulk_row_update_id_fkey FOREIGN KEY (update_id) REFERENCES cpe_update(id)
);
CREATE INDEX cpe_bulk_row_code ON public.cpe_bulk_row USING btree (bulk_id, code, "row") WHERE (code IS NOT NULL);
CREATE UNIQUE INDEX cpe_bulk_row_line ON public.cpe_bulk_row USING btree (bulk_id, service_line_id) WHERE (state <> 'left-out'::text);
CREATE INDEX cpe_bulk_row_state ON public.cpe_bulk_row USING btree (bulk_id, state, "row") WHERE (state <> 'waiting'::text);
CREATE INDEX cpe_bulk_row_waiting ON public.cpe_bulk_row USING btree (bulk_id, "row") WHERE (state = 'waiting'::text);

CREATE TABLE cpe_bulk_tally (
  bulk_id uuid NOT NULL,
  applied integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  in_a_row integer NOT NULL DEFAULT 0,
  settled_since integer NOT NULL DEFAULT 0,
  refused_since integer NOT NULL DEFAULT 0,
  unknown_since integer NOT NULL DEFAULT 0,
  since timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT cpe_bulk_tally_pkey PRIMARY KEY (bulk_id),
  CONSTRAINT cpe_bulk_tally_bulk_id_fkey FOREIGN KEY (bulk_id) REFERENCES cpe_bulk(id)
) WITH (fillfactor=50);

CREATE TABLE cpe_claim (
  kind text NOT NULL,
  value text NOT NULL,
  service_line_id text NOT NULL,
  update_id uuid,
  CONSTRAINT cpe_claim_pkey PRIMARY KEY (kind, value),
  CONSTRAINT cpe_claim_kind_check CHECK ((kind = ANY (ARRAY['ip-address'::text, 'port'::text, 'serial-number'::text, 'mac-address'::text, 'ipv6-prefix'::text]))) NOT VALID,
  CONSTRAINT cpe_claim_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id),
  CONSTRAINT cpe_claim_update_id_fkey FOREIGN KEY (update_id) REFERENCES cpe_update(id)
) WITH (fillfactor=90);
CREATE INDEX cpe_claim_line ON public.cpe_claim USING btree (service_line_id);
CREATE INDEX cpe_claim_network ON public.cpe_claim USING btree (((value)::inet)) WHERE (kind = ANY (ARRAY['ip-address'::text, 'ipv6-prefix'::text]));
CREATE TRIGGER cpe_claim_adds_network AFTER INSERT ON public.cpe_claim FOR EACH ROW WHEN (((new.kind = 'ipv6-prefix'::text) OR ((new.kind = 'ip-address'::text) AND (new.value ~~ '%:%'::text)))) EXECUTE FUNCTION add_network_claim();
CREATE TRIGGER cpe_claim_deletes_network AFTER DELETE ON public.cpe_claim FOR EACH ROW WHEN (((old.kind = 'ipv6-prefix'::text) OR ((old.kind = 'ip-address'::text) AND (old.value ~~ '%:%'::text)))) EXECUTE FUNCTION delete_network_claim();

CREATE TABLE cpe_history (
  id uuid NOT NULL,
  service_line_id text NOT NULL,
  sequence integer NOT NULL,
  at timestamp with time zone NOT NULL,
  update_id uuid NOT NULL,
  ctt_id text NOT NULL,
  ticket_no text NOT NULL,
  kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  changed text[] NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  reason text,
  nig_reference text NOT NULL,
  rules text NOT NULL,
  previous_hash text,
  hash text NOT NULL,
  settlement jsonb,
  repair jsonb,
  bulk jsonb,
  CONSTRAINT cpe_history_pkey PRIMARY KEY (service_line_id, sequence, at),
  CONSTRAINT cpe_history_update_id_at_key UNIQUE (update_id, at),
  CONSTRAINT cpe_history_kind_check CHECK ((kind = ANY (ARRAY['refresh'::text, 'correction'::text, 'swap'::text]))),
  CONSTRAINT cpe_history_sequence_check CHECK ((sequence > 0)),
  CONSTRAINT cpe_history_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id),
  CONSTRAINT cpe_history_update_id_fkey FOREIGN KEY (update_id) REFERENCES cpe_update(id)
) PARTITION BY RANGE (at);
CREATE INDEX cpe_history_at ON ONLY public.cpe_history USING brin (at) WITH (autosummarize='on');
CREATE TRIGGER cpe_history_continues_chain BEFORE INSERT ON public.cpe_history FOR EACH ROW EXECUTE FUNCTION check_history_entry();
CREATE TRIGGER cpe_history_moves_end AFTER INSERT ON public.cpe_history FOR EACH ROW EXECUTE FUNCTION check_history_end();
CREATE TRIGGER cpe_history_no_change BEFORE DELETE OR UPDATE ON public.cpe_history FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER cpe_history_no_truncate BEFORE TRUNCATE ON public.cpe_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

CREATE TABLE cpe_update (
  id uuid NOT NULL,
  service_line_id text NOT NULL,
  ctt_id text NOT NULL,
  ticket_no text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  changed text[] NOT NULL,
  warnings jsonb NOT NULL,
  reason text,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  rules text NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  nig_reference text,
  nig_code text,
  nig_message text,
  ask_at timestamp with time zone NOT NULL,
  asked integer NOT NULL DEFAULT 0,
  ask_until timestamp with time zone NOT NULL,
  settlement jsonb,
  recorded_at timestamp with time zone NOT NULL DEFAULT now(),
  attempts jsonb NOT NULL DEFAULT '[]'::jsonb,
  request_id text,
  attention jsonb,
  repair jsonb,
  instance text,
  revert_of uuid,
  nig_handle text,
  bulk_id uuid,
  bulk_row integer,
  bulk_attempt integer,
  CONSTRAINT cpe_update_pkey PRIMARY KEY (id),
  CONSTRAINT cpe_update_kind_check CHECK ((kind = ANY (ARRAY['refresh'::text, 'correction'::text, 'swap'::text]))),
  CONSTRAINT cpe_update_nig_handle_check CHECK ((length(nig_handle) <= 500)) NOT VALID,
  CONSTRAINT cpe_update_state_check CHECK ((state = ANY (ARRAY['recorded'::text, 'accepted'::text, 'unknown'::text, 'needs-attention'::text, 'applied'::text, 'rejected'::text, 'abandoned'::text]))),
  CONSTRAINT cpe_update_ctt_id_fkey FOREIGN KEY (ctt_id) REFERENCES ctt(id),
  CONSTRAINT cpe_update_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);
CREATE INDEX cpe_update_applied ON public.cpe_update USING btree (service_line_id) WHERE (state = 'applied'::text);
CREATE INDEX cpe_update_attention ON public.cpe_update USING btree (requested_at) WHERE (state = 'needs-attention'::text);
CREATE UNIQUE INDEX cpe_update_bulk_attempt ON public.cpe_update USING btree (bulk_id, bulk_row, bulk_attempt) WHERE (bulk_id IS NOT NULL);
CREATE UNIQUE INDEX cpe_update_one_unsettled ON public.cpe_update USING btree (service_line_id) WHERE (state = ANY (ARRAY['recorded'::text, 'accepted'::text, 'unknown'::text, 'needs-attention'::text]));
CREATE INDEX cpe_update_settled ON public.cpe_update USING btree (settled_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX cpe_update_to_ask ON public.cpe_update USING btree (ask_at) WHERE (state = ANY (ARRAY['recorded'::text, 'accepted'::text, 'unknown'::text]));
CREATE TRIGGER cpe_update_dual_stack BEFORE INSERT ON public.cpe_update FOR EACH ROW WHEN ((new.after ?| ARRAY['ipv6Address'::text, 'ipv6Prefix'::text])) EXECUTE FUNCTION refuse_older_writers();
CREATE TRIGGER notify_of_update AFTER UPDATE OF state ON public.cpe_update FOR EACH ROW WHEN (((new.state IS DISTINCT FROM old.state) AND ((new.state = 'needs-attention'::text) OR ((new.bulk_id IS NULL) AND (new.state = ANY (ARRAY['applied'::text, 'rejected'::text, 'abandoned'::text])) AND ((new.asked > 0) OR (old.state = 'needs-attention'::text)))))) EXECUTE FUNCTION notify_of_update();

CREATE TABLE cpe_update_event (
  "position" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamp with time zone NOT NULL DEFAULT now(),
  announcement jsonb NOT NULL,
  CONSTRAINT cpe_update_event_pkey PRIMARY KEY ("position")
);

CREATE TABLE ctt (
  id text NOT NULL,
  ticket_no text NOT NULL,
  status text NOT NULL,
  title text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  service_line_id text NOT NULL,
  technology text NOT NULL,
  managed_services boolean NOT NULL,
  segment_group text NOT NULL,
  search_text text,
  CONSTRAINT ctt_pkey PRIMARY KEY (id),
  CONSTRAINT ctt_ticket_no_key UNIQUE (ticket_no),
  CONSTRAINT ctt_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
  CONSTRAINT ctt_status_check CHECK ((status = ANY (ARRAY['acknowledged'::text, 'inProgress'::text, 'held'::text, 'pending'::text, 'resolved'::text, 'closed'::text, 'cancelled'::text, 'rejected'::text]))),
  CONSTRAINT ctt_facets_fkey FOREIGN KEY (service_line_id, technology, managed_services, segment_group) REFERENCES service_line(id, technology, managed_services, segment_group) ON UPDATE CASCADE,
  CONSTRAINT ctt_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);
CREATE INDEX ctt_facets_number ON public.ctt USING btree (status, technology, managed_services, segment_group, ticket_no);
CREATE INDEX ctt_facets_opened ON public.ctt USING btree (status, technology, managed_services, segment_group, opened_at, id);
CREATE INDEX ctt_line ON public.ctt USING btree (service_line_id, opened_at DESC, id DESC);
CREATE INDEX ctt_number_part ON public.ctt USING gin (ticket_no gin_trgm_ops);
CREATE INDEX ctt_number_plain ON public.ctt USING btree (plain_text(ticket_no));
CREATE INDEX ctt_opened ON public.ctt USING btree (opened_at, id);
CREATE INDEX ctt_search_text ON public.ctt USING gin (search_text gin_trgm_ops);
CREATE INDEX ctt_search_text_missing ON public.ctt USING btree (opened_at) WHERE (search_text IS NULL);
CREATE TRIGGER ctt_counted_delete AFTER DELETE ON public.ctt REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_tickets();
CREATE TRIGGER ctt_counted_insert AFTER INSERT ON public.ctt REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_tickets();
CREATE TRIGGER ctt_counted_update AFTER UPDATE ON public.ctt REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_tickets();
CREATE TRIGGER ctt_search_text BEFORE INSERT OR UPDATE OF ticket_no, service_line_id ON public.ctt FOR EACH ROW EXECUTE FUNCTION set_search_text();

CREATE TABLE device_model (
  manufacturer text NOT NULL,
  model text NOT NULL,
  part_number text,
  access text,
  lan_ports integer,
  wan_ports integer,
  max_port_kbps integer,
  withdrawn boolean NOT NULL DEFAULT false,
  source text,
  note text,
  CONSTRAINT device_model_pkey PRIMARY KEY (manufacturer, model)
);
CREATE UNIQUE INDEX device_model_any_case ON public.device_model USING btree (lower(manufacturer), lower(model));

CREATE TABLE device_model_alias (
  manufacturer text NOT NULL,
  alias text NOT NULL,
  model text NOT NULL,
  CONSTRAINT device_model_alias_pkey PRIMARY KEY (manufacturer, alias),
  CONSTRAINT device_model_alias_alias_check CHECK (((length(alias) >= 1) AND (length(alias) <= 64))),
  CONSTRAINT device_model_alias_manufacturer_model_fkey FOREIGN KEY (manufacturer, model) REFERENCES device_model(manufacturer, model) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE UNIQUE INDEX device_model_alias_any_case ON public.device_model_alias USING btree (lower(manufacturer), lower(alias));

CREATE TABLE drift (
  service_line_id text NOT NULL,
  holder text NOT NULL,
  found_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  repaired_at timestamp with time zone,
  fields text[] NOT NULL,
  recorded jsonb NOT NULL,
  held jsonb,
  held_values text[],
  CONSTRAINT drift_pkey PRIMARY KEY (service_line_id, holder),
  CONSTRAINT drift_check CHECK (((repaired_at IS NULL) OR (holder = 'corp-data'::text))),
  CONSTRAINT drift_holder_check CHECK ((holder = ANY (ARRAY['corp-data'::text, 'nig'::text]))),
  CONSTRAINT drift_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);
CREATE INDEX drift_held_values ON public.drift USING gin (held_values);
CREATE INDEX drift_open ON public.drift USING btree (found_at, service_line_id) WHERE (repaired_at IS NULL);

CREATE TABLE gpon_vendor_id (
  vendor_id text NOT NULL,
  vendor text NOT NULL,
  CONSTRAINT gpon_vendor_id_pkey PRIMARY KEY (vendor_id)
);

CREATE TABLE history_anchor (
  number integer NOT NULL,
  kind text NOT NULL,
  at timestamp with time zone NOT NULL,
  digest text NOT NULL,
  body text NOT NULL,
  CONSTRAINT history_anchor_pkey PRIMARY KEY (number),
  CONSTRAINT history_anchor_kind_check CHECK ((kind = ANY (ARRAY['anchor'::text, 'restore'::text]))),
  CONSTRAINT history_anchor_number_check CHECK ((number > 0))
);
CREATE TRIGGER history_anchor_no_change BEFORE DELETE OR UPDATE ON public.history_anchor FOR EACH ROW EXECUTE FUNCTION refuse_anchor_change();
CREATE TRIGGER history_anchor_no_truncate BEFORE TRUNCATE ON public.history_anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_anchor_change();

CREATE TABLE history_key (
  key_id text NOT NULL,
  public_key text NOT NULL,
  registered_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamp with time zone,
  vouched text,
  CONSTRAINT history_key_pkey PRIMARY KEY (key_id),
  CONSTRAINT history_key_check CHECK (((retired_at IS NULL) = (vouched IS NULL)))
);
CREATE UNIQUE INDEX history_key_current ON public.history_key USING btree (((retired_at IS NULL))) WHERE (retired_at IS NULL);

CREATE TABLE history_lease (
  id boolean NOT NULL DEFAULT true,
  holder uuid,
  until timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  posted integer NOT NULL DEFAULT 0,
  CONSTRAINT history_lease_pkey PRIMARY KEY (id),
  CONSTRAINT history_lease_id_check CHECK (id)
);

CREATE TABLE idempotency_key (
  caller_id text NOT NULL,
  key text NOT NULL,
  ctt_id text NOT NULL,
  body_hash text NOT NULL,
  update_id uuid NOT NULL,
  status integer,
  answer json,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_key_pkey PRIMARY KEY (caller_id, key),
  CONSTRAINT idempotency_key_update_id_fkey FOREIGN KEY (update_id) REFERENCES cpe_update(id)
);
CREATE INDEX idempotency_key_update ON public.idempotency_key USING btree (update_id);

CREATE UNLOGGED TABLE import_row (
  seq bigint NOT NULL,
  line bigint NOT NULL,
  type text NOT NULL,
  id text NOT NULL,
  name text,
  kind text,
  manufacturer text,
  model text,
  olt_ports jsonb,
  addresses text[],
  technology text,
  access_type text,
  managed_services boolean,
  segment_group text,
  customer text,
  plan_down_kbps integer,
  plan_up_kbps integer,
  path text[],
  olt_id text,
  keeps_cpe boolean,
  network_element_id text,
  ip_address text,
  down_kbps integer,
  up_kbps integer,
  port text,
  serial_number text,
  mac_address text,
  ipv6_address text,
  ipv6_prefix text,
  says_ipv6_address boolean,
  says_ipv6_prefix boolean,
  ticket_no text,
  status text,
  title text,
  opened_at timestamp with time zone,
  service_line_id text,
  keys text[] NOT NULL DEFAULT '{}'::text[],
  round integer DEFAULT 1,
  outcome text,
  fault text,
  value text,
  rival text,
  rival_line bigint,
  CONSTRAINT import_row_pkey PRIMARY KEY (seq)
);
CREATE INDEX import_row_contended ON public.import_row USING btree (seq) WHERE ((round IS NULL) OR (round > 1));
CREATE INDEX import_row_record ON public.import_row USING btree (type, id);

CREATE TABLE inbox_entry (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  person_id text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  ctt_id text,
  target jsonb NOT NULL,
  by_id text,
  by_name text,
  read_at timestamp with time zone,
  CONSTRAINT inbox_entry_pkey PRIMARY KEY (id),
  CONSTRAINT inbox_entry_kind_check CHECK ((kind = ANY (ARRAY['update-settled'::text, 'needs-attention'::text, 'bulk-finished'::text]))),
  CONSTRAINT inbox_entry_ctt_id_fkey FOREIGN KEY (ctt_id) REFERENCES ctt(id)
);
CREATE INDEX inbox_entry_at ON public.inbox_entry USING btree (at);
CREATE INDEX inbox_entry_person ON public.inbox_entry USING btree (person_id, id DESC);
CREATE INDEX inbox_entry_unread ON public.inbox_entry USING btree (person_id) WHERE (read_at IS NULL);
CREATE TRIGGER announce_inbox_change AFTER INSERT ON public.inbox_entry FOR EACH ROW EXECUTE FUNCTION announce_inbox_change();

CREATE TABLE incident (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  database text NOT NULL,
  opened_at timestamp with time zone NOT NULL DEFAULT now(),
  closed_at timestamp with time zone,
  cause text NOT NULL,
  missing jsonb NOT NULL,
  CONSTRAINT incident_pkey PRIMARY KEY (id),
  CONSTRAINT incident_cause_check CHECK ((cause = ANY (ARRAY['updates-missing'::text, 'not-proved'::text])))
);
CREATE INDEX incident_database ON public.incident USING btree (database);
CREATE UNIQUE INDEX incident_one_open ON public.incident USING btree ((true)) WHERE (closed_at IS NULL);

CREATE TABLE incident_line (
  incident_id uuid NOT NULL,
  service_line_id text NOT NULL,
  compared_at timestamp with time zone NOT NULL DEFAULT now(),
  agrees boolean NOT NULL,
  opened_by text,
  reason text,
  CONSTRAINT incident_line_pkey PRIMARY KEY (incident_id, service_line_id),
  CONSTRAINT incident_line_check CHECK (((opened_by IS NULL) = (reason IS NULL))),
  CONSTRAINT incident_line_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident(id),
  CONSTRAINT incident_line_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);

CREATE TABLE instance (
  id uuid NOT NULL,
  version text NOT NULL,
  oldest_schema integer NOT NULL,
  newest_schema integer NOT NULL,
  host text NOT NULL,
  process_id integer NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  seen_at timestamp with time zone NOT NULL DEFAULT now(),
  beat bigint NOT NULL DEFAULT 0,
  CONSTRAINT instance_pkey PRIMARY KEY (id),
  CONSTRAINT instance_check CHECK ((oldest_schema <= newest_schema))
);

CREATE TABLE line_path (
  service_line_id text NOT NULL,
  "position" smallint NOT NULL,
  network_element_id text NOT NULL,
  CONSTRAINT line_path_pkey PRIMARY KEY (service_line_id, "position"),
  CONSTRAINT line_path_network_element_id_fkey FOREIGN KEY (network_element_id) REFERENCES network_element(id),
  CONSTRAINT line_path_service_line_id_fkey FOREIGN KEY (service_line_id) REFERENCES service_line(id)
);
CREATE INDEX line_path_element ON public.line_path USING btree (network_element_id);

CREATE UNLOGGED TABLE line_presence (
  stream_id uuid NOT NULL,
  service_line_id text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  seen_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT line_presence_pkey PRIMARY KEY (stream_id)
);
CREATE INDEX line_presence_line ON public.line_presence USING btree (service_line_id);
CREATE INDEX line_presence_seen ON public.line_presence USING btree (seen_at);

CREATE TABLE model_request (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  manufacturer text NOT NULL,
  model text NOT NULL,
  note text,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT model_request_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX model_request_any_case ON public.model_request USING btree (lower(manufacturer), lower(model));

CREATE TABLE network_claim (
  network inet NOT NULL,
  service_line_id text NOT NULL,
  CONSTRAINT network_claim_pkey PRIMARY KEY (network, service_line_id),
  CONSTRAINT network_claim_no_overlap EXCLUDE USING gist (network inet_ops WITH &&, service_line_id WITH <>)
);

CREATE TABLE network_element (
  id text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  manufacturer text,
  model text,
  olt_ports jsonb,
  addresses text[] NOT NULL DEFAULT '{}'::text[],
  CONSTRAINT network_element_pkey PRIMARY KEY (id),
  CONSTRAINT network_element_check CHECK (((kind = 'OLT'::text) = (olt_ports IS NOT NULL))),
  CONSTRAINT network_element_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
  CONSTRAINT network_element_kind_check CHECK ((kind = ANY (ARRAY['OLT'::text, 'SPLITTER'::text, 'ONT'::text])))
);

CREATE TABLE policy_hold (
  id boolean NOT NULL DEFAULT true,
  held boolean NOT NULL,
  reason text,
  actor_id text,
  actor_name text,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT policy_hold_pkey PRIMARY KEY (id),
  CONSTRAINT policy_hold_check CHECK (((NOT held) OR ((reason IS NOT NULL) AND (actor_id IS NOT NULL) AND (actor_name IS NOT NULL)))),
  CONSTRAINT policy_hold_id_check CHECK (id)
);

CREATE TABLE portal_session (
  token_hash text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL,
  segment_groups text[] NOT NULL,
  id_token text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL DEFAULT now(),
  issuer_subject text,
  sid text,
  refresh_token text,
  roles_read_at timestamp with time zone,
  renewing_until timestamp with time zone,
  CONSTRAINT portal_session_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX portal_session_expiry ON public.portal_session USING btree (expires_at);
CREATE INDEX portal_session_subject ON public.portal_session USING btree (subject);
CREATE TRIGGER announce_session_change AFTER DELETE OR UPDATE OF roles, segment_groups ON public.portal_session FOR EACH ROW EXECUTE FUNCTION announce_session_change();

CREATE TABLE recent_writer (
  caller_id text NOT NULL,
  wrote_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT recent_writer_pkey PRIMARY KEY (caller_id)
);

CREATE TABLE reconciliation (
  id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  ended_at timestamp with time zone,
  after_line text NOT NULL DEFAULT ''::text,
  leased_by uuid NOT NULL,
  leased_until timestamp with time zone NOT NULL,
  compared bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  unanswered bigint NOT NULL DEFAULT 0,
  repaired bigint NOT NULL DEFAULT 0,
  drifted bigint NOT NULL DEFAULT 0,
  CONSTRAINT reconciliation_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX reconciliation_one_open ON public.reconciliation USING btree ((true)) WHERE (ended_at IS NULL);
CREATE INDEX reconciliation_started ON public.reconciliation USING btree (started_at);

CREATE TABLE repair (
  id uuid NOT NULL,
  take text NOT NULL,
  reason text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  segment_groups text[] NOT NULL,
  requested_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT repair_pkey PRIMARY KEY (id),
  CONSTRAINT repair_take_check CHECK ((take = ANY (ARRAY['nig'::text, 'desk'::text])))
);

CREATE TABLE repair_line (
  repair_id uuid NOT NULL,
  service_line_id text NOT NULL,
  number integer NOT NULL,
  leased_until timestamp with time zone NOT NULL DEFAULT now(),
  verdict text,
  detail text,
  update_id uuid,
  CONSTRAINT repair_line_pkey PRIMARY KEY (repair_id, service_line_id),
  CONSTRAINT repair_line_repair_id_fkey FOREIGN KEY (repair_id) REFERENCES repair(id)
);
CREATE INDEX repair_line_to_do ON public.repair_line USING btree (leased_until) WHERE (verdict IS NULL);

CREATE TABLE saved_view (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  person_id text NOT NULL,
  name text NOT NULL,
  query jsonb NOT NULL,
  saved_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT saved_view_pkey PRIMARY KEY (id),
  CONSTRAINT saved_view_person_id_name_key UNIQUE (person_id, name)
);

CREATE TABLE schema_guard (
  one_row boolean NOT NULL DEFAULT true,
  oldest_writer integer NOT NULL DEFAULT 0,
  unregistered_gone_at timestamp with time zone,
  unregistered_gone_by text,
  history_ordered_since timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT schema_guard_pkey PRIMARY KEY (one_row),
  CONSTRAINT schema_guard_check CHECK (((unregistered_gone_at IS NULL) = (unregistered_gone_by IS NULL))),
  CONSTRAINT schema_guard_one_row_check CHECK (one_row)
);

CREATE TABLE schema_migration (
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT schema_migration_pkey PRIMARY KEY (name)
);

CREATE TABLE service_line (
  id text NOT NULL,
  technology text NOT NULL,
  access_type text,
  managed_services boolean NOT NULL,
  segment_group text NOT NULL,
  customer text NOT NULL,
  plan_down_kbps integer NOT NULL,
  plan_up_kbps integer NOT NULL,
  CONSTRAINT service_line_pkey PRIMARY KEY (id),
  CONSTRAINT service_line_facets_key UNIQUE (id, technology, managed_services, segment_group),
  CONSTRAINT service_line_access_type_check CHECK ((access_type = ANY (ARRAY['GPON'::text, 'XGS-PON'::text]))),
  CONSTRAINT service_line_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64))),
  CONSTRAINT service_line_plan_down_kbps_check CHECK ((plan_down_kbps > 0)),
  CONSTRAINT service_line_plan_up_kbps_check CHECK ((plan_up_kbps > 0)),
  CONSTRAINT service_line_segment_group_check CHECK ((segment_group = ANY (ARRAY['ENTERPRISE'::text, 'GOVERNMENT'::text, 'SME'::text, 'WHOLESALE'::text, 'CONSUMER'::text]))),
  CONSTRAINT service_line_technology_check CHECK ((technology = ANY (ARRAY['FTTH'::text, 'FTTB'::text, 'COPPER'::text, 'FWA'::text])))
);
CREATE INDEX line_customer_part ON public.service_line USING gin (customer gin_trgm_ops);
CREATE INDEX line_id_part ON public.service_line USING gin (id gin_trgm_ops);
CREATE TRIGGER service_line_search_text AFTER UPDATE OF customer ON public.service_line FOR EACH ROW WHEN ((old.customer IS DISTINCT FROM new.customer)) EXECUTE FUNCTION follow_customer();

CREATE TABLE ticket_count (
  status text NOT NULL,
  technology text NOT NULL,
  managed_services boolean NOT NULL,
  segment_group text NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT ticket_count_pkey PRIMARY KEY (status, technology, managed_services, segment_group)
);

CREATE TABLE update_summary (
  day date NOT NULL,
  segment_group text NOT NULL,
  fact text NOT NULL,
  key text NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT update_summary_pkey PRIMARY KEY (day, segment_group, fact, key),
  CONSTRAINT update_summary_fact_check CHECK ((fact = ANY (ARRAY['outcome'::text, 'answer-ms'::text, 'refusal'::text, 'correction'::text, 'swap'::text])))
);

CREATE TABLE update_summary_until (
  id boolean NOT NULL DEFAULT true,
  until timestamp with time zone NOT NULL,
  CONSTRAINT update_summary_until_pkey PRIMARY KEY (id),
  CONSTRAINT update_summary_until_id_check CHECK (id)
);

CREATE TABLE zone_summary (
  time_zone text NOT NULL,
  day date NOT NULL,
  segment_group text NOT NULL,
  fact text NOT NULL,
  key text NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT zone_summary_pkey PRIMARY KEY (time_zone, day, segment_group, fact, key),
  CONSTRAINT zone_summary_fact_check CHECK ((fact = ANY (ARRAY['outcome'::text, 'answer-ms'::text, 'refusal'::text, 'correction'::text, 'swap'::text])))
);

CREATE TABLE zone_summary_until (
  time_zone text NOT NULL,
  until timestamp with time zone NOT NULL,
  CONSTRAINT zone_summary_until_pkey PRIMARY KEY (time_zone)
);

CREATE VIEW import_holder AS
 SELECT held.seq,
    held.line,
    held.type,
    held.id,
    held.round,
    held.outcome,
    held.key,
    held.kind,
    held.value,
    held.holder,
    held.network,
    s.line AS holder_line,
    COALESCE(((s.outcome IS NULL) AND (NOT (held.key = ANY (s.keys))) AND ((held.network IS NULL) OR (NOT (EXISTS ( SELECT
           FROM import_key r
          WHERE ((r.seq = s.seq) AND (network_of_claim(r.kind, r.value) && held.network))))))), false) AS is_released,
    s.round AS holder_round
   FROM (( SELECT k.seq,
            k.line,
            k.type,
            k.id,
            k.round,
            k.outcome,
            k.key,
            k.kind,
            k.value,
            c.service_line_id AS holder,
            NULL::inet AS network
           FROM (import_key k
             JOIN cpe_claim c ON (((c.kind = k.kind) AND (c.value = k.value))))
          WHERE (k.type = 'serviceLine'::text)
        UNION ALL
         SELECT k.seq,
            k.line,
            k.type,
            k.id,
            k.round,
            k.outcome,
            k.key,
            k.kind,
            k.value,
            n.service_line_id,
            n.network
           FROM (import_key k
             JOIN network_claim n ON ((n.network && network_of_claim(k.kind, k.value))))
          WHERE ((k.type = 'serviceLine'::text) AND (k.value ~~ '%:%'::text))
        UNION ALL
         SELECT k.seq,
            k.line,
            k.type,
            k.id,
            k.round,
            k.outcome,
            k.key,
            k.kind,
            k.value,
            c.service_line_id,
            NULL::inet
           FROM (import_key k
             JOIN cpe c ON ((c.network_element_id = k.value)))
          WHERE (k.kind = 'cpe'::text)
        UNION ALL
         SELECT k.seq,
            k.line,
            k.type,
            k.id,
            k.round,
            k.outcome,
            k.key,
            k.kind,
            k.value,
            t.id,
            NULL::inet
           FROM (import_key k
             JOIN ctt t ON ((t.ticket_no = k.value)))
          WHERE (k.kind = 'number'::text)) held
     LEFT JOIN import_row s ON (((s.type = held.type) AND (s.id = held.holder) AND (s.outcome IS DISTINCT FROM 'replaced'::text))))
  WHERE (held.holder <> held.id);

CREATE VIEW import_key AS
 SELECT import_row.seq,
    import_row.line,
    import_row.type,
    import_row.id,
    import_row.round,
    import_row.outcome,
    key.key,
    split_part(key.key, ' '::text, 1) AS kind,
    substr(key.key, (strpos(key.key, ' '::text) + 1)) AS value
   FROM import_row,
    LATERAL unnest(import_row.keys) key(key);

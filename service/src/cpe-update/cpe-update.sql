-- The update flow in its order: load, check, record, apply.

-- name: select-update-contexts
-- params: ctt_ids: (string | null)[], segment_groups, manufacturers: (string | null)[],
--   models: (string | null)[], caller_ids: (string | null)[], keys: (string | null)[]
-- columns: number!, is_key_used!, incident_id?, is_compared!, knows_dual_stack!
-- What each of a batch of updates is judged on, by its number in the batch from 1: always one row.
-- `segment_groups` are joined by commas. `ticket` is as in `select-ticket`. A manufacturer or model
-- that is null is the recorded one. Each table is read by an index for each row, whatever the
-- planner expects of the batch.
select w.number, to_json(found) as ticket, to_json(m) as model,
       exists (select from idempotency_key as k
                where k.caller_id = w.caller_id and k.key = w.key) as is_key_used,
       (select knows_dual_stack()) as knows_dual_stack,
       (select database_identity()) as database, i.id as incident_id,
       exists (select from incident_line as e where e.incident_id = i.id
                  and e.service_line_id = found.service_line_id and e.agrees) as is_compared,
       (select to_json(h) from policy_hold as h where h.held) as hold
  from unnest(:ctt_ids::text[], :segment_groups::text[], :manufacturers::text[], :models::text[],
              :caller_ids::text[], :keys::text[]) with ordinality
       as w(ctt_id, segment_groups, manufacturer, model, caller_id, key, number)
  left join incident as i on i.closed_at is null
  left join lateral (
  select t.id, t.ticket_no, t.status, t.title, t.opened_at, t.service_line_id,
         l.technology, l.access_type, l.managed_services, l.segment_group, l.customer,
         l.plan_down_kbps, l.plan_up_kbps, to_json(c) as cpe, to_json(d) as corp_data,
         (select coalesce(json_agg(to_json(n) order by p.position), '[]')
            from line_path p join network_element n on n.id = p.network_element_id
           where p.service_line_id = l.id) as network_elements,
         (select to_json(u)
            from (select id, state, requested_at, actor_name from cpe_update
                   where service_line_id = l.id and is_unsettled(state)) u) as unsettled_update
    from ctt t
    join service_line l on l.id = t.service_line_id
    left join cpe c on c.service_line_id = l.id
    left join corp_data_temp d on d.service_line_id = l.id
   where t.id = w.ctt_id and l.segment_group = any(string_to_array(w.segment_groups, ','))
   limit 1
) as found on true
  left join lateral find_device_model(
    coalesce(w.manufacturer, btrim(found.cpe->>'manufacturer')),
    coalesce(w.model, btrim(found.cpe->>'model'))) as m on true;

-- name: select-unsettled-of-line
-- params: service_line_id
select id, state, actor_name from cpe_update
 where service_line_id = :service_line_id and is_unsettled(state);

-- name: select-foreign-claims
-- params: service_line_ids, kinds, values
-- columns: service_line_id!, kind!: ClaimKind, value!, holder!
-- The claims among these that another line than theirs holds, and the networks that overlap one of
-- another line, each with its holder.
select w.service_line_id, w.kind, w.value, c.service_line_id as holder
  from unnest(:service_line_ids::text[], :kinds::text[], :values::text[])
    as w(service_line_id, kind, value)
 cross join lateral (
   select service_line_id from cpe_claim
    where kind = w.kind and value = w.value and service_line_id <> w.service_line_id limit 1) c
 union
select w.service_line_id, w.kind, w.value, n.service_line_id
  from unnest(:service_line_ids::text[], :kinds::text[], :values::text[])
    as w(service_line_id, kind, value)
 cross join lateral (
   select service_line_id from network_claim
    where network && network_of_claim(w.kind, w.value) and service_line_id <> w.service_line_id) n
 where network_of_claim(w.kind, w.value) is not null;

-- name: select-values-held-elsewhere
-- params: service_line_ids, kinds, values
-- columns: service_line_id!, kind!: ClaimKind, value!
-- The values among these that NIG held for another line than theirs at the last comparison. A
-- difference found before that line's last update no longer counts.
select w.service_line_id, w.kind, w.value
  from unnest(:service_line_ids::text[], :kinds::text[], :values::text[])
    as w(service_line_id, kind, value)
 where exists (select from drift d join cpe c using (service_line_id)
                where d.held_values @> array[w.kind || ' ' || w.value] and d.holder = 'nig'
                  and d.repaired_at is null and d.service_line_id <> w.service_line_id
                  and d.seen_at >= c.updated_at)
    or network_of_claim(w.kind, w.value) is not null
       and exists (select from drift d join cpe c using (service_line_id), unnest(d.held_values) h
                    where d.holder = 'nig' and d.repaired_at is null
                      and d.service_line_id <> w.service_line_id and d.seen_at >= c.updated_at
                      and network_of_claim(split_part(h, ' ', 1), split_part(h, ' ', 2))
                          && network_of_claim(w.kind, w.value));

-- name: record-intents
-- params: ids, service_line_ids, ctt_ids, ticket_nos, kinds: CpeUpdateKind[], befores, afters,
--   changed, warnings, reasons: (string | null)[], actor_ids, actor_names, requested_at,
--   request_ids, repairs: (string | null)[], revert_ofs: (string | null)[],
--   bulk_ids: (string | null)[], bulk_rows: (number | null)[], bulk_attempts: (number | null)[],
--   caller_ids: (string | null)[], keys: (string | null)[], body_hashes: (string | null)[],
--   announcements, versions, manufacturers, models, ip_addresses, down_kbps, up_kbps, ports,
--   serial_numbers: (string | null)[], mac_addresses: (string | null)[],
--   ipv6_addresses: (string | null)[], ipv6_prefixes: (string | null)[], claim_lines, claim_kinds,
--   claim_values, rules, instance, retry_after_ms, deadline_ms, newest_schema, oldest_schema,
--   database
-- columns: id!, at!, is_recorded!, is_current!, history_sequence!
-- Records a batch of intents, each with its claims and its key, and announces them. The batch has
-- each line, claim and key once, and is in the order of the lines: so that two batches lock the
-- CPEs in one order, they cannot deadlock. The CPE's columns are those of the snapshot.
-- Answers for each intent whether it was recorded. It was not, with nothing written for it, in
-- these cases: the CPE differs from the snapshot, this instance does not know the schema, or the
-- database is a different one (`is_current` is false); the line has an unsettled update; another
-- line has one of the claims; the key was used.
-- The lock on the CPE reads its present row, not that of the statement's start. A claim or a key
-- that is taken in the meantime breaks its primary key, and so the whole batch: the caller then
-- records each intent alone. Claims that an unsettled update of the line made are locked, because
-- that update may settle now and release them.
with wanted as materialized (
  select * from unnest(
      :ids::uuid[], :service_line_ids::text[], :ctt_ids::text[], :ticket_nos::text[],
      :kinds::text[], :befores::jsonb[], :afters::jsonb[], :changed::text[], :warnings::jsonb[],
      :reasons::text[], :actor_ids::text[], :actor_names::text[], :requested_at::timestamptz[],
      :request_ids::text[], :repairs::jsonb[], :revert_ofs::uuid[], :bulk_ids::uuid[],
      :bulk_rows::int[], :bulk_attempts::int[], :caller_ids::text[],
      :keys::text[], :body_hashes::text[], :announcements::jsonb[], :versions::int[],
      :manufacturers::text[], :models::text[], :ip_addresses::text[], :down_kbps::int[],
      :up_kbps::int[], :ports::text[], :serial_numbers::text[], :mac_addresses::text[],
      :ipv6_addresses::text[], :ipv6_prefixes::text[])
    as w(id, service_line_id, ctt_id, ticket_no, kind, before, after, changed, warnings, reason,
         actor_id, actor_name, requested_at, request_id, repair, revert_of, bulk_id, bulk_row,
         bulk_attempt, caller_id, key, body_hash, announcement, version, manufacturer, model, ip_address, down_kbps, up_kbps,
         port, serial_number, mac_address, ipv6_address, ipv6_prefix)),
claim as materialized (
  select * from unnest(:claim_lines::text[], :claim_kinds::text[], :claim_values::text[])
    as k(service_line_id, kind, value)),
allowed as materialized (
  select database_identity() = :database
         and :newest_schema::int >= (select oldest_writer from schema_guard)
         and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration) as ok),
line as materialized (
  select w.id, c.history_sequence, c.history_hash, c.history_at
    from wanted w cross join lateral (
      select c.history_sequence, c.history_hash, c.history_at from cpe c
       where c.service_line_id = w.service_line_id and (select ok from allowed)
         and (c.version, c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps, c.port,
              c.serial_number, c.mac_address, c.ipv6_address, c.ipv6_prefix)
             is not distinct from
             (w.version, w.manufacturer, w.model, w.ip_address, w.down_kbps, w.up_kbps, w.port,
              w.serial_number, w.mac_address, w.ipv6_address, w.ipv6_prefix)
         for no key update) c),
taken as materialized (
  select k.service_line_id from claim k cross join lateral (
    select from cpe_claim c where c.kind = k.kind and c.value = k.value
       and c.service_line_id <> k.service_line_id limit 1) c
   union all
  select k.service_line_id from claim k cross join lateral (
    select from network_claim n where n.network && network_of_claim(k.kind, k.value)
       and n.service_line_id <> k.service_line_id limit 1) n
   where network_of_claim(k.kind, k.value) is not null),
intent as (
  insert into cpe_update (
    id, service_line_id, ctt_id, ticket_no, kind, before, after, changed, warnings, reason,
    actor_id, actor_name, rules, requested_at, request_id, repair, instance, revert_of, bulk_id,
    bulk_row, bulk_attempt, state, ask_at, ask_until)
  select w.id, w.service_line_id, w.ctt_id, w.ticket_no, w.kind, w.before, w.after,
         string_to_array(w.changed, ','), w.warnings, w.reason, w.actor_id, w.actor_name, :rules,
         w.requested_at, w.request_id, w.repair, :instance, w.revert_of, w.bulk_id, w.bulk_row,
         w.bulk_attempt, 'recorded', now() + :retry_after_ms * interval '1 ms', now() + :deadline_ms * interval '1 ms'
    from wanted w join line using (id)
   where w.service_line_id not in (select service_line_id from taken)
     and not exists (select from idempotency_key as k
                      where k.caller_id = w.caller_id and k.key = w.key)
  on conflict (service_line_id) where is_unsettled(state) do nothing
  returning id, service_line_id, ctt_id),
own as materialized (
  select c.kind, c.value from intent i cross join lateral (
    select kind, value from cpe_claim
     where service_line_id = i.service_line_id and update_id is null offset 0) c),
unsettled as materialized (
  select c.kind, c.value from intent i cross join lateral (
    select kind, value from cpe_claim
     where service_line_id = i.service_line_id and update_id is not null for update) c),
claimed as (
  insert into cpe_claim (kind, value, service_line_id, update_id)
  select k.kind, k.value, i.service_line_id, i.id from claim k join intent i using (service_line_id)
   where (k.kind, k.value) not in (select kind, value from own)
     and (k.kind, k.value) not in (select kind, value from unsettled) order by 1, 2),
bound as (
  insert into idempotency_key (caller_id, key, ctt_id, body_hash, update_id)
  select w.caller_id, w.key, w.ctt_id, w.body_hash, w.id
    from intent join wanted w using (id) where w.key is not null),
announced as (
  insert into cpe_update_event (announcement)
  select w.announcement from intent join wanted w using (id))
select w.id, clock_timestamp() as at, i.id is not null as is_recorded, l.id is not null as is_current,
       coalesce(l.history_sequence, 0) as history_sequence, l.history_hash, l.history_at
  from wanted w left join line l using (id) left join intent i using (id);

-- name: select-applicable
-- params: id, newest_schema, oldest_schema
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup, read_at!, may_write!
select u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle, u.bulk_id, u.bulk_row,
       (select b.name from cpe_bulk b where b.id = u.bulk_id) as bulk_name,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group,
       c.version, c.history_sequence, c.history_hash, c.history_at, clock_timestamp() as read_at,
       (:newest_schema::int >= (select oldest_writer from schema_guard)
        and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration))
         as may_write
  from cpe_update u join cpe c using (service_line_id) where u.id = :id;

-- name: write-applied
-- params: update_ids, service_line_ids, states: CpeUpdateState[], versions, manufacturers, models,
--   ip_addresses, down_kbps, up_kbps, ports, serial_numbers: (string | null)[],
--   mac_addresses: (string | null)[], ipv6_addresses: (string | null)[],
--   ipv6_prefixes: (string | null)[], entry_ids, sequences, entry_at,
--   previous_hashes: (string | null)[], hashes, nig_references, attempts, answers, announcements,
--   network_elements, bulks: (string | null)[], claim_lines, claim_kinds, claim_values,
--   newest_schema, oldest_schema
-- Applies a batch of updates of different lines, in the order of the lines: CPE, corp-data record,
-- claims, history entry, state, the answer for retries, its announcement, and the row of the bulk
-- that made it. `versions` are those of the new CPEs. Returns the updates that it applied. One is
-- left out, with nothing written for it, in these cases: it has left this state; the CPE, the end
-- of the line's chain or its network elements changed; this instance does not know the schema.
-- The CPEs are locked first, as by intents. The intent has claimed every value except one: the port
-- on another OLT, where the line moved to that OLT before the intent. If another line holds that
-- port, the statement breaks the primary key of the claims, and with it the batch.
with wanted as materialized (
  select * from unnest(
      :update_ids::uuid[], :service_line_ids::text[], :states::text[], :versions::int[],
      :manufacturers::text[], :models::text[], :ip_addresses::text[], :down_kbps::int[],
      :up_kbps::int[], :ports::text[], :serial_numbers::text[], :mac_addresses::text[],
      :ipv6_addresses::text[], :ipv6_prefixes::text[], :entry_ids::uuid[], :sequences::int[],
      :entry_at::timestamptz[], :previous_hashes::text[], :hashes::text[],
      :nig_references::text[], :attempts::jsonb[], :answers::text[], :announcements::jsonb[],
      :network_elements::jsonb[], :bulks::jsonb[])
    as w(update_id, service_line_id, state, version, manufacturer, model, ip_address, down_kbps,
         up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, entry_id, sequence,
         at, previous_hash, hash, nig_reference, attempts, answer, announcement,
         network_elements, bulk)),
claim as materialized (
  select * from unnest(:claim_lines::text[], :claim_kinds::text[], :claim_values::text[])
    as k(service_line_id, kind, value)),
allowed as materialized (
  select :newest_schema::int >= (select oldest_writer from schema_guard)
         and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration) as ok),
line as materialized (
  select w.* from wanted w cross join lateral (
    select from cpe c
     where c.service_line_id = w.service_line_id and c.version = w.version - 1
       and (select ok from allowed)
       and (select coalesce(jsonb_agg(jsonb_build_object(
                     'id', n.id, 'kind', n.kind, 'name', n.name,
                     'manufacturer', n.manufacturer, 'model', n.model) order by p.position), '[]')
              from line_path p join network_element n on n.id = p.network_element_id
             where p.service_line_id = c.service_line_id)
           || jsonb_build_object('id', c.network_element_id, 'kind', 'CPE', 'name', c.name,
                                 'manufacturer', w.manufacturer, 'model', w.model)
           = w.network_elements
       and (c.history_sequence, c.history_hash)
           is not distinct from (w.sequence - 1, w.previous_hash)
       for no key update) c),
settled as (
  update cpe_update u
     set state = 'applied', nig_reference = l.nig_reference, settled_at = l.at,
         attempts = u.attempts || l.attempts
    from line l where u.id = l.update_id and u.state = l.state
  returning u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.actor_id, u.actor_name,
            u.changed, u.before, u.after, u.reason, u.rules, u.settlement, u.repair, l.version,
            l.manufacturer, l.model, l.ip_address, l.down_kbps, l.up_kbps, l.port, l.serial_number,
            l.mac_address, l.ipv6_address, l.ipv6_prefix, l.entry_id, l.sequence, l.at,
            l.previous_hash, l.hash, l.nig_reference, l.answer, l.announcement, l.bulk, u.bulk_id,
            u.bulk_row),
written as (
  update cpe c
     set (version, manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number,
          mac_address, ipv6_address, ipv6_prefix, updated_at, history_sequence, history_hash,
          history_at)
       = (s.version, s.manufacturer, s.model, s.ip_address, s.down_kbps, s.up_kbps, s.port,
          s.serial_number, s.mac_address, s.ipv6_address, s.ipv6_prefix, s.at, s.sequence, s.hash,
          s.at)
    from settled s where c.service_line_id = s.service_line_id),
refreshed as (
  insert into corp_data_temp (
    service_line_id, customer, segment_group, technology, manufacturer, model, ip_address,
    down_kbps, up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
  select l.id, l.customer, l.segment_group, l.technology, s.manufacturer, s.model, s.ip_address,
         s.down_kbps, s.up_kbps, s.port, s.serial_number, s.mac_address, s.ipv6_address,
         s.ipv6_prefix, s.at
    from settled s cross join lateral (
      select id, customer, segment_group, technology from service_line
       where id = s.service_line_id limit 1) l
  on conflict (service_line_id) do update
     set (customer, segment_group, technology, manufacturer, model, ip_address, down_kbps, up_kbps,
          port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
       = (excluded.customer, excluded.segment_group, excluded.technology, excluded.manufacturer,
          excluded.model, excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
          excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix,
          excluded.refreshed_at)),
own as materialized (
  select c.kind, c.value, s.service_line_id, s.id as update_id, c.update_id = s.id as is_new,
         (s.service_line_id, c.kind, c.value)
           in (select service_line_id, kind, value from claim) as is_kept
    from settled s cross join lateral (
      select kind, value, update_id from cpe_claim
       where service_line_id = s.service_line_id offset 0) c),
dropped as (
  delete from cpe_claim c using own o
   where c.kind = o.kind and c.value = o.value and c.service_line_id = o.service_line_id
     and not o.is_kept),
kept as (
  update cpe_claim c set update_id = null from own o
   where c.kind = o.kind and c.value = o.value and c.update_id = o.update_id
     and o.is_new and o.is_kept),
claimed as (
  insert into cpe_claim (kind, value, service_line_id)
  select k.kind, k.value, s.service_line_id from settled s join claim k using (service_line_id)
   where (k.service_line_id, k.kind, k.value) not in (select service_line_id, kind, value from own)
   order by 1, 2),
appended as (
  insert into cpe_history (
    id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name,
    changed, before, after, reason, nig_reference, rules, previous_hash, hash, settlement, repair,
    bulk)
  select entry_id, service_line_id, sequence, at, id, ctt_id, ticket_no, kind, actor_id, actor_name,
         changed, before, after, reason, nig_reference, rules, previous_hash, hash, settlement,
         repair, bulk
    from settled),
of_bulk as (
  update cpe_bulk_row r set state = 'applied', outcome = null, code = null, settled_at = s.at
    from settled s where r.bulk_id = s.bulk_id and r.row = s.bulk_row and r.update_id = s.id
     and r.state in ('sending', 'unknown')
  returning r.bulk_id),
tally as materialized (
  select t.bulk_id from cpe_bulk_tally t where t.bulk_id in (select bulk_id from of_bulk)
   order by 1 for no key update of t),
tallied as (
  update cpe_bulk_tally t
     set applied = t.applied + n.applied, in_a_row = 0,
         settled_since = t.settled_since + n.applied
    from (select bulk_id, count(*)::int as applied from of_bulk join tally using (bulk_id)
           group by 1) n
   where t.bulk_id = n.bulk_id),
answered as (
  update idempotency_key k set status = 200, answer = s.answer::json
    from settled s where k.update_id = s.id),
announced as (
  insert into cpe_update_event (announcement) select announcement from settled)
select id from settled;

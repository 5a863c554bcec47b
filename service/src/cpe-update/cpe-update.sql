-- The update flow in its order: load, check, record, apply.

-- name: select-update-context
-- params: ctt_id?, segment_groups: SegmentGroup[], manufacturer?, model?, caller_id?, key?
-- columns: is_key_used!, incident_id?, is_compared!, knows_dual_stack!
-- What an update is judged on: always one row. `ticket` is as in `select-ticket`.
select to_json(found) as ticket, to_json(m) as model,
       exists (select from idempotency_key
                where caller_id = :caller_id and key = :key) as is_key_used,
       knows_dual_stack() as knows_dual_stack, database_identity() as database, i.id as incident_id,
       exists (select from incident_line as n where n.incident_id = i.id
                  and n.service_line_id = found.service_line_id and n.agrees) as is_compared,
       (select to_json(h) from policy_hold as h where h.held) as hold
  from (select) as always
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
   where t.id = :ctt_id
     and (:segment_groups::text[] is null or l.segment_group = any(:segment_groups))
) as found on true
  left join lateral find_device_model(:manufacturer, :model) as m on true;

-- name: select-unsettled-of-line
-- params: service_line_id
select id, state, actor_name from cpe_update
 where service_line_id = :service_line_id and is_unsettled(state);

-- name: select-foreign-claims
-- params: kinds, values, service_line_id
-- columns: kind!: ClaimKind, value!
-- The values among these that another line claims, and the networks that overlap one of its
-- networks.
select c.kind, c.value
  from cpe_claim c
  join unnest(:kinds::text[], :values::text[]) as w(kind, value) using (kind, value)
 where c.service_line_id <> :service_line_id
 union
select w.kind, w.value
  from unnest(:kinds::text[], :values::text[]) as w(kind, value)
  join network_claim n on n.network && network_of_claim(w.kind, w.value)
 where n.service_line_id <> :service_line_id;

-- name: select-values-held-elsewhere
-- params: kinds, values, service_line_id
-- columns: kind!: ClaimKind, value!
-- The values among these that NIG held for another line at the last comparison. A difference found
-- before that line's last update no longer counts.
select w.kind, w.value from unnest(:kinds::text[], :values::text[]) as w(kind, value)
 where exists (select from drift d join cpe c using (service_line_id)
                where d.held_values @> array[w.kind || ' ' || w.value] and d.holder = 'nig'
                  and d.repaired_at is null and d.service_line_id <> :service_line_id
                  and d.seen_at >= c.updated_at)
    or network_of_claim(w.kind, w.value) is not null
       and exists (select from drift d join cpe c using (service_line_id), unnest(d.held_values) h
                    where d.holder = 'nig' and d.repaired_at is null
                      and d.service_line_id <> :service_line_id and d.seen_at >= c.updated_at
                      and network_of_claim(split_part(h, ' ', 1), split_part(h, ' ', 2))
                          && network_of_claim(w.kind, w.value));

-- name: insert-intent
-- params: update, retry_after_ms, deadline_ms, snapshot, claim_kinds, claim_values, caller_id?,
--   key?, body_hash?, announcement, newest_schema, oldest_schema, database
-- columns: at!
-- Records an intent with its claims and its key, and announces it: all or nothing. `update` and
-- `snapshot` are JSON rows.
-- Returns no row, with nothing written, in these cases: the CPE differs from the snapshot, the line
-- has an unsettled update, this instance does not know the schema, or the database is a different
-- one. The lock on the CPE reads its present row, not that of the statement's start.
-- A claim that another line holds, or a key that was used meanwhile, breaks its primary key and so
-- the statement. Claims that the line holds are locked, because an update that settles now may
-- release them. Claims are locked in the order of their key, so that two updates cannot deadlock.
with wanted as materialized (select * from jsonb_populate_record(null::cpe_update, :update)),
line as materialized (
  select c.service_line_id, c.history_sequence, c.history_hash, c.history_at
    from cpe c, jsonb_populate_record(null::cpe, :snapshot) as s
   where c.service_line_id = (select service_line_id from wanted)
     and (select database_identity()) = :database
     and (c.version, c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps, c.port,
          c.serial_number, c.mac_address, c.ipv6_address, c.ipv6_prefix)
         is not distinct from
         (s.version, s.manufacturer, s.model, s.ip_address, s.down_kbps, s.up_kbps, s.port,
          s.serial_number, s.mac_address, s.ipv6_address, s.ipv6_prefix)
     and :newest_schema::int >= (select oldest_writer from schema_guard)
     and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration)
     for no key update of c),
intent as (
  insert into cpe_update (
    id, service_line_id, ctt_id, ticket_no, kind, before, after, changed, warnings, reason,
    actor_id, actor_name, rules, requested_at, request_id, repair, instance, revert_of, state,
    ask_at, ask_until)
  select w.id, w.service_line_id, w.ctt_id, w.ticket_no, w.kind, w.before, w.after, w.changed,
         w.warnings, w.reason, w.actor_id, w.actor_name, w.rules, w.requested_at, w.request_id,
         w.repair, w.instance, w.revert_of, 'recorded', now() + :retry_after_ms * interval '1 ms',
         now() + :deadline_ms * interval '1 ms'
    from wanted w, line
  on conflict (service_line_id) where is_unsettled(state) do nothing
  returning id, service_line_id, ctt_id),
own as materialized (
  select kind, value from cpe_claim
   where service_line_id = (select service_line_id from wanted) for update),
claimed as (
  insert into cpe_claim (kind, value, service_line_id, update_id)
  select c.kind, c.value, i.service_line_id, i.id
    from intent i, unnest(:claim_kinds::text[], :claim_values::text[]) as c(kind, value)
   where (c.kind, c.value) not in (select kind, value from own) order by 1, 2),
bound as (
  insert into idempotency_key (caller_id, key, ctt_id, body_hash, update_id)
  select :caller_id, :key, ctt_id, :body_hash, id from intent where :key::text is not null),
announced as (
  insert into cpe_update_event (announcement) select :announcement::jsonb from intent)
select clock_timestamp() as at, line.history_sequence, line.history_hash, line.history_at
  from line, intent;

-- name: select-applicable
-- params: id, newest_schema, oldest_schema
-- columns: deadline_passed!, age_ms!, segment_group!: SegmentGroup, read_at!, may_write!
select u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after,
       u.changed, u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at,
       u.settled_at, u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention,
       u.repair, u.asked, u.attempts, u.request_id, u.nig_handle,
       is_past_deadline(u.ask_until, u.recorded_at) as deadline_passed,
       (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
       (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group,
       c.version, c.history_sequence, c.history_hash, c.history_at, clock_timestamp() as read_at,
       (:newest_schema::int >= (select oldest_writer from schema_guard)
        and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration))
         as may_write
  from cpe_update u join cpe c using (service_line_id) where u.id = :id;

-- name: write-applied
-- params: entry, state: CpeUpdateState, cpe, claim_kinds, claim_values, attempts, answer,
--   announcement, network_elements, newest_schema, oldest_schema
-- Applies an update: CPE, corp-data record, claims, history entry, state, the answer for retries,
-- and its announcement: all or nothing. `entry` and `cpe` are JSON rows. Returns a row where it
-- applied the update. Returns none, with nothing written, in these cases: the update has left this
-- state; the CPE, the end of the line's chain or its network elements changed; this instance does
-- not know the schema.
-- The CPE is locked first, as by an intent. The intent has claimed every value except one: the port
-- on another OLT, where the line moved to that OLT before the intent. If another line holds that
-- port, the statement breaks the primary key of the claims.
with entry as materialized (select * from jsonb_populate_record(null::cpe_history, :entry)),
wanted as materialized (select * from jsonb_populate_record(null::cpe, :cpe)),
line as materialized (
  select c.service_line_id from cpe c, entry e, wanted w
   where c.service_line_id = e.service_line_id and c.version = w.version - 1
     and (select coalesce(jsonb_agg(jsonb_build_object(
                   'id', n.id, 'kind', n.kind, 'name', n.name,
                   'manufacturer', n.manufacturer, 'model', n.model) order by p.position), '[]')
            from line_path p join network_element n on n.id = p.network_element_id
           where p.service_line_id = c.service_line_id)
         || jsonb_build_object('id', c.network_element_id, 'kind', 'CPE', 'name', c.name,
                               'manufacturer', w.manufacturer, 'model', w.model)
         = :network_elements::jsonb
     and (c.history_sequence, c.history_hash) is not distinct from (e.sequence - 1, e.previous_hash)
     and :newest_schema::int >= (select oldest_writer from schema_guard)
     and :oldest_schema::int <= (select left(max(name), 4)::int from schema_migration)
     for no key update of c),
settled as (
  update cpe_update u
     set state = 'applied', nig_reference = e.nig_reference, settled_at = e.at,
         attempts = u.attempts || :attempts
    from entry e, line where u.id = e.update_id and u.state = :state
  returning u.id, u.service_line_id),
written as (
  update cpe c
     set (version, manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number,
          mac_address, ipv6_address, ipv6_prefix, updated_at, history_sequence, history_hash,
          history_at)
       = (w.version, w.manufacturer, w.model, w.ip_address, w.down_kbps, w.up_kbps, w.port,
          w.serial_number, w.mac_address, w.ipv6_address, w.ipv6_prefix, e.at, e.sequence, e.hash,
          e.at)
    from settled s, entry e, wanted w where c.service_line_id = s.service_line_id),
refreshed as (
  insert into corp_data_temp (
    service_line_id, customer, segment_group, technology, manufacturer, model, ip_address,
    down_kbps, up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
  select l.id, l.customer, l.segment_group, l.technology, w.manufacturer, w.model, w.ip_address,
         w.down_kbps, w.up_kbps, w.port, w.serial_number, w.mac_address, w.ipv6_address,
         w.ipv6_prefix, e.at
    from settled s join service_line l on l.id = s.service_line_id, entry e, wanted w
  on conflict (service_line_id) do update
     set (customer, segment_group, technology, manufacturer, model, ip_address, down_kbps, up_kbps,
          port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
       = (excluded.customer, excluded.segment_group, excluded.technology, excluded.manufacturer,
          excluded.model, excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
          excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix,
          excluded.refreshed_at)),
dropped as (
  delete from cpe_claim c using settled s where c.service_line_id = s.service_line_id
     and (c.kind, c.value) not in (
       select k.kind, k.value
         from unnest(:claim_kinds::text[], :claim_values::text[]) as k(kind, value))),
kept as (
  update cpe_claim c set update_id = null from settled s
   where c.service_line_id = s.service_line_id and c.update_id = s.id
     and (c.kind, c.value) in (
       select k.kind, k.value
         from unnest(:claim_kinds::text[], :claim_values::text[]) as k(kind, value))),
claimed as (
  insert into cpe_claim (kind, value, service_line_id)
  select k.kind, k.value, s.service_line_id
    from settled s, unnest(:claim_kinds::text[], :claim_values::text[]) as k(kind, value)
   where (k.kind, k.value) not in (
     select c.kind, c.value from cpe_claim c where c.service_line_id = s.service_line_id)
   order by 1, 2),
appended as (
  insert into cpe_history select e.* from entry e, settled),
answered as (
  update idempotency_key k set status = 200, answer = :answer
    from settled s where k.update_id = s.id),
announced as (
  insert into cpe_update_event (announcement) select :announcement::jsonb from settled)
select id from settled;

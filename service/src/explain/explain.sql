-- name: select-story-of-update
-- params: update_id
-- All facts in the database about one update, as JSON. No row where it does not exist.
select jsonb_build_object(
  'now', clock_timestamp(),
  'update', to_jsonb(u),
  'history', (select to_jsonb(h) from cpe_history h
               where h.update_id = u.id and h.service_line_id = u.service_line_id),
  'key', (select jsonb_build_object(
                   'at', k.created_at, 'body_hash', k.body_hash, 'status', k.status,
                   'key_hash', encode(sha256(convert_to(k.key, 'UTF8')), 'hex'))
            from idempotency_key k where k.update_id = u.id),
  'claims', (select jsonb_agg(c.kind || ' ' || c.value order by c.kind) from cpe_claim c
              where c.service_line_id = u.service_line_id and c.update_id = u.id),
  'events', (select jsonb_agg(jsonb_build_object('at', e.at, 'state', e.announcement ->> 'state')
                              order by e.position)
               from cpe_update_event e where e.announcement ->> 'updateId' = u.id::text),
  'access', (select jsonb_agg(to_jsonb(a) order by a.id) from access_log a
              where a.subject = u.actor_id and a.request_id = u.request_id),
  -- Both have an index by line; reverts that NIG refused have none.
  'reverts', (select jsonb_agg(to_jsonb(r) order by r.requested_at) from cpe_update r
               where r.service_line_id = u.service_line_id and r.revert_of = u.id
                 and (r.state = 'applied' or is_unsettled(r.state))),
  'repair', (select to_jsonb(p) || jsonb_build_object('verdict', l.verdict)
               from repair p join repair_line l on l.repair_id = p.id
              where p.id = (u.repair ->> 'repairId')::uuid
                and l.service_line_id = u.service_line_id),
  'incidents', (select jsonb_agg(to_jsonb(i) || jsonb_build_object('line', to_jsonb(n))
                                 order by i.opened_at)
                  from incident i
                  left join incident_line n
                    on n.incident_id = i.id and n.service_line_id = u.service_line_id
                 where i.opened_at <= around.until
                   and coalesce(i.closed_at, now()) >= around.since),
  'holds', (select jsonb_agg(to_jsonb(a) order by a.id) from access_log a
             where a.event in ('updates-held', 'updates-released')
               and a.at between around.since and around.until),
  'hold', (select to_jsonb(p) from policy_hold p where p.held),
  'instances', (select jsonb_agg(to_jsonb(i) order by i.started_at) from instance i)
) as story
  from cpe_update u, lateral (
    select u.requested_at - interval '15 min' as since,
           coalesce(u.settled_at, now()) + interval '15 min' as until) as around
 where u.id = :update_id;

-- name: select-ticket
-- params: id, segment_groups?: SegmentGroup[]
-- Null groups: any group, for the desk itself.
select to_json(found) as ticket from (
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
   where t.id = :id and (:segment_groups::text[] is null or l.segment_group = any(:segment_groups))
) found;

-- name: select-network
-- params: service_line_id
-- The present network elements of a line. No row where it has no CPE.
select c.network_element_id as cpe_element_id, c.name as cpe_element_name,
       (select coalesce(json_agg(to_json(n) order by p.position), '[]')
          from line_path p join network_element n on n.id = p.network_element_id
         where p.service_line_id = c.service_line_id) as network_elements
  from cpe c where c.service_line_id = :service_line_id;

-- name: select-line-context
-- params: service_line_id, ticket_id, most_others, olt_id?, most_addresses
-- columns: recorded_at?, addresses!, knows_dual_stack!
-- The context of a ticket: when its CPE was recorded and by whom, the line's other tickets, and
-- addresses of other lines on its OLT.
select c.updated_at as recorded_at, knows_dual_stack() as knows_dual_stack,
       (select jsonb_build_object('actor_name', h.actor_name, 'after', h.after) from cpe_history h
         where h.service_line_id = :service_line_id and h.sequence = c.history_sequence
           and h.at = c.history_at) as last_entry,
       -- A comparison from before the last change says nothing about the present CPE.
       (select jsonb_build_object('seen_at', d.seen_at, 'held', d.held) from drift d
         where d.service_line_id = l.id and d.holder = 'nig' and d.repaired_at is null
           and d.seen_at >= c.updated_at) as nig_drift,
       (select coalesce(jsonb_agg(to_jsonb(o) order by o.opened_at desc, o.id desc), '[]')
          from (select id, ticket_no, status, opened_at from ctt
                 where service_line_id = :service_line_id and id <> :ticket_id
                 order by opened_at desc, id desc limit :most_others) o) as others,
       -- Any of them will do: they show which prefixes the lines of this OLT use.
       array(select oc.ip_address from line_path p join cpe oc using (service_line_id)
              where p.network_element_id = :olt_id and p.service_line_id <> :service_line_id
              limit :most_addresses) as addresses
  from service_line l left join cpe c on c.service_line_id = l.id where l.id = :service_line_id;

-- name: select-lines-of-tickets
-- params: ids, segment_groups: SegmentGroup[]
select t.id, t.service_line_id
  from ctt t join service_line l on l.id = t.service_line_id
 where t.id = any(:ids) and l.segment_group = any(:segment_groups);

-- Each statement that writes takes many rows as the JSON of an array, and answers the rows that it
-- changed. Equal rows stay as they are, so importing a file again changes nothing.

-- name: import-force-index-scans
-- For the rest of a transaction PostgreSQL finds rows by their keys. A connection keeps its plans.
-- Those from the beginning of an import were made for empty tables and would scan the grown tables
-- once per batch.
select set_config('enable_seqscan', 'off', true) as seqscan,
       set_config('enable_hashjoin', 'off', true) as hashjoin,
       set_config('enable_mergejoin', 'off', true) as mergejoin;

-- name: import-upsert-network-elements
-- params: elements
insert into network_element as e (id, kind, name, manufacturer, model, olt_ports, addresses)
select id, kind, name, manufacturer, model, olt_ports, coalesce(addresses, '{}')
  from jsonb_to_recordset(:elements) as r(
         id text, kind text, name text, manufacturer text, model text, olt_ports jsonb,
         addresses text[])
on conflict (id) do update set name = excluded.name, manufacturer = excluded.manufacturer,
  model = excluded.model, olt_ports = excluded.olt_ports, addresses = excluded.addresses
where (e.name, e.manufacturer, e.model, e.olt_ports, e.addresses) is distinct from
  (excluded.name, excluded.manufacturer, excluded.model, excluded.olt_ports, excluded.addresses)
returning id;

-- name: import-select-other-kinds
-- params: elements
select e.id, e.kind
  from jsonb_to_recordset(:elements) as r(
         id text, kind text, name text, manufacturer text, model text, olt_ports jsonb)
  join network_element e on e.id = r.id
 where e.kind <> r.kind
 order by e.id;

-- name: import-lock-cpes
-- params: line_ids
-- Locks CPEs before their lines, in the order of a new `cpe_update`, so that the two cannot
-- deadlock.
select from cpe where service_line_id = any(:line_ids) order by service_line_id for update;

-- name: import-lock-lines
-- params: line_ids
-- Stronger than the lock that a new `cpe_update` takes on its line: no update is recorded during
-- the line's import.
select from service_line where id = any(:line_ids) order by id for update;

-- name: import-select-unsettled-lines
-- params: line_ids
select service_line_id as id from cpe_update
 where service_line_id = any(:line_ids) and is_unsettled(state);

-- name: import-upsert-lines
-- params: lines
insert into service_line as l (
  id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
  plan_up_kbps)
select id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
       plan_up_kbps
  from jsonb_populate_recordset(null::service_line, :lines)
on conflict (id) do update
   set (technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
        plan_up_kbps)
     = (excluded.technology, excluded.access_type, excluded.managed_services,
        excluded.segment_group, excluded.customer, excluded.plan_down_kbps, excluded.plan_up_kbps)
 where (l.technology, l.access_type, l.managed_services, l.segment_group, l.customer,
        l.plan_down_kbps, l.plan_up_kbps)
       is distinct from
       (excluded.technology, excluded.access_type, excluded.managed_services,
        excluded.segment_group, excluded.customer, excluded.plan_down_kbps, excluded.plan_up_kbps)
returning id;

-- name: import-upsert-path
-- params: path
insert into line_path as p (service_line_id, position, network_element_id)
select service_line_id, position, network_element_id
  from jsonb_populate_recordset(null::line_path, :path)
on conflict (service_line_id, position) do update
   set network_element_id = excluded.network_element_id
 where p.network_element_id <> excluded.network_element_id
returning service_line_id as id;

-- name: import-cut-path
-- params: path, line_ids
-- Removes the recorded path elements beyond the end of the new path.
delete from line_path
 where service_line_id = any(:line_ids)
   and (service_line_id, position) not in (
     select service_line_id, position from jsonb_populate_recordset(null::line_path, :path))
returning service_line_id as id;

-- name: import-upsert-cpes
-- params: cpes, at
-- columns: id!
-- A CPE that was corrected in the desk has a later version, and stays. So does a dual-stack value
-- of which the row lacks the key.
insert into cpe as c (
  service_line_id, network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps,
  port, serial_number, mac_address, ipv6_address, ipv6_prefix, updated_at)
select r.service_line_id, r.network_element_id, r.name, r.manufacturer, r.model, r.ip_address,
       r.down_kbps, r.up_kbps, r.port, r.serial_number, r.mac_address,
       case when e.json ? 'ipv6_address' then r.ipv6_address else k.ipv6_address end,
       case when e.json ? 'ipv6_prefix' then r.ipv6_prefix else k.ipv6_prefix end, :at
  from jsonb_array_elements(:cpes) as e(json)
  cross join jsonb_populate_record(null::cpe, e.json) as r
  left join cpe as k on k.service_line_id = r.service_line_id
on conflict (service_line_id) do update
   set (network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps, port,
        serial_number, mac_address, ipv6_address, ipv6_prefix, updated_at)
     = (excluded.network_element_id, excluded.name, excluded.manufacturer, excluded.model,
        excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix,
        :at)
 where c.version = 1
   and (c.network_element_id, c.name, c.manufacturer, c.model, c.ip_address, c.down_kbps,
        c.up_kbps, c.port, c.serial_number, c.mac_address, c.ipv6_address, c.ipv6_prefix)
       is distinct from
       (excluded.network_element_id, excluded.name, excluded.manufacturer, excluded.model,
        excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix)
returning service_line_id as id;

-- name: import-select-recorded-cpes
-- params: line_ids
-- The recorded CPEs of these lines, each with the OLT on its line's path.
select c.service_line_id, c.version, c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps,
       c.port, c.serial_number, c.mac_address, c.ipv6_address, c.ipv6_prefix,
       (select p.network_element_id from line_path p
         where p.service_line_id = c.service_line_id
           -- Not a join: that could begin with the network elements, of which there are many.
           and (select e.kind from network_element e where e.id = p.network_element_id) = 'OLT'
         order by p.position limit 1) as olt_id
  from cpe c where c.service_line_id = any(:line_ids);

-- name: import-release-claims
-- params: claims, line_ids
delete from cpe_claim
 where service_line_id = any(:line_ids) and update_id is null
   and (kind, value) not in (
     select kind, value from jsonb_populate_recordset(null::cpe_claim, :claims))
returning service_line_id as id;

-- name: import-upsert-claims
-- params: claims
insert into cpe_claim (kind, value, service_line_id)
select kind, value, service_line_id
  from jsonb_populate_recordset(null::cpe_claim, :claims)
on conflict (kind, value) do nothing
returning service_line_id as id;

-- name: import-select-claims-of-others
-- params: claims
select h.kind, h.value, h.service_line_id as holder
  from jsonb_populate_recordset(null::cpe_claim, :claims) r
  join cpe_claim h on h.kind = r.kind and h.value = r.value
 where h.service_line_id <> r.service_line_id
 order by h.kind, h.value limit 1;

-- name: import-upsert-tickets
-- params: tickets
-- columns: id!
insert into ctt as t (
  id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
  segment_group)
select r.id, r.ticket_no, r.status, r.title, r.opened_at, r.service_line_id,
       -- An unknown line breaks the foreign key.
       coalesce(l.technology, ''), coalesce(l.managed_services, false),
       coalesce(l.segment_group, '')
  from jsonb_populate_recordset(null::ctt, :tickets) r
  left join service_line l on l.id = r.service_line_id
on conflict (id) do update
   set (ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
        segment_group)
     = (excluded.ticket_no, excluded.status, excluded.title, excluded.opened_at,
        excluded.service_line_id, excluded.technology, excluded.managed_services,
        excluded.segment_group)
 where (t.ticket_no, t.status, t.title, t.opened_at, t.service_line_id, t.technology,
        t.managed_services, t.segment_group)
       is distinct from
       (excluded.ticket_no, excluded.status, excluded.title, excluded.opened_at,
        excluded.service_line_id, excluded.technology, excluded.managed_services,
        excluded.segment_group)
returning id;

-- name: import-savepoint
-- Around a group of records, so that a bad record does not undo the others.
savepoint import_group;

-- name: import-release-savepoint
release savepoint import_group;

-- name: import-rollback-to-savepoint
rollback to savepoint import_group;

-- The writing statements take the `seqs` of a batch of rows and run in one transaction.

-- name: import-force-index-scans
-- For the rest of a transaction PostgreSQL finds rows by their keys. A connection keeps its plans.
-- Those from the beginning of an import were made for empty tables and would scan the grown tables
-- once per batch.
select set_config('enable_seqscan', 'off', true) as seqscan,
       set_config('enable_hashjoin', 'off', true) as hashjoin,
       set_config('enable_mergejoin', 'off', true) as mergejoin;

-- name: import-clear
delete from import_row;

-- name: import-stage
-- params: rows
insert into import_row select * from jsonb_populate_recordset(null::import_row, :rows);

-- name: import-select-olts
-- columns: olt_ports!
select id, manufacturer, olt_ports from network_element where kind = 'OLT';

-- name: import-select-rounds
-- params: type
-- columns: round!
select distinct round from import_row where type = :type and outcome is null order by round;

-- name: import-select-batch
-- params: type, round, after, most
-- The next rows to write.
select seq, id from import_row
 where type = :type and round = :round and outcome is null and seq > :after
 order by seq limit :most;

-- name: import-write-elements
-- params: seqs
insert into network_element as e (id, kind, name, manufacturer, model, olt_ports, addresses)
select id, kind, name, manufacturer, model, olt_ports, addresses
  from import_row where seq = any(:seqs)
on conflict (id) do update set name = excluded.name, manufacturer = excluded.manufacturer,
  model = excluded.model, olt_ports = excluded.olt_ports, addresses = excluded.addresses;

-- name: import-lock-cpes
-- params: ids
-- Locks CPEs before their lines, in the order of a new `cpe_update`, so that the two cannot
-- deadlock.
select from cpe where service_line_id = any(:ids) order by service_line_id for update;

-- name: import-lock-lines
-- params: ids
-- Stronger than the lock that a new `cpe_update` takes on its line: no update is recorded during
-- the line's import.
select from service_line where id = any(:ids) order by id for update;

-- name: import-keep-changed
-- params: seqs
-- Lines that people changed after they were judged.
update import_row r set outcome = 'kept', fault = 'changed-meanwhile'
 where r.seq = any(:seqs) and r.outcome is null
   and (exists (select from cpe_update u
                 where u.service_line_id = r.id and is_unsettled(u.state))
        or not r.keeps_cpe
           and exists (select from cpe c where c.service_line_id = r.id and c.version > 1));

-- name: import-write-lines
-- params: seqs
insert into service_line as l (
  id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
  plan_up_kbps)
select id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
       plan_up_kbps
  from import_row where seq = any(:seqs) and outcome is null
on conflict (id) do update
   set (technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
        plan_up_kbps)
     = (excluded.technology, excluded.access_type, excluded.managed_services,
        excluded.segment_group, excluded.customer, excluded.plan_down_kbps, excluded.plan_up_kbps)
 where (l.technology, l.access_type, l.managed_services, l.segment_group, l.customer,
        l.plan_down_kbps, l.plan_up_kbps)
       is distinct from
       (excluded.technology, excluded.access_type, excluded.managed_services,
        excluded.segment_group, excluded.customer, excluded.plan_down_kbps, excluded.plan_up_kbps);

-- name: import-write-path
-- params: seqs
insert into line_path as p (service_line_id, position, network_element_id)
select r.id, e.position - 1, e.id
  from import_row r, unnest(r.path) with ordinality as e(id, position)
 where r.seq = any(:seqs) and r.outcome is null
on conflict (service_line_id, position) do update
   set network_element_id = excluded.network_element_id
 where p.network_element_id <> excluded.network_element_id;

-- name: import-cut-path
-- params: seqs
-- Removes the recorded path elements beyond the end of the new path.
delete from line_path p using import_row r
 where r.seq = any(:seqs) and r.outcome is null and p.service_line_id = r.id
   and p.position >= cardinality(r.path);

-- name: import-write-cpes
-- params: seqs, at
insert into cpe as c (
  service_line_id, network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps,
  port, serial_number, mac_address, ipv6_address, ipv6_prefix, updated_at)
select id, network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps, port,
       serial_number, mac_address, ipv6_address, ipv6_prefix, :at
  from import_row where seq = any(:seqs) and outcome is null and not keeps_cpe
on conflict (service_line_id) do update
   set (network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps, port,
        serial_number, mac_address, ipv6_address, ipv6_prefix, updated_at)
     = (excluded.network_element_id, excluded.name, excluded.manufacturer, excluded.model,
        excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix,
        :at)
 where (c.network_element_id, c.name, c.manufacturer, c.model, c.ip_address, c.down_kbps,
        c.up_kbps, c.port, c.serial_number, c.mac_address, c.ipv6_address, c.ipv6_prefix)
       is distinct from
       (excluded.network_element_id, excluded.name, excluded.manufacturer, excluded.model,
        excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix);

-- name: import-release-claims
-- params: seqs, ids
-- By the ids of the lines: a plan from the beginning of an import would read all claims.
delete from cpe_claim k
 where k.service_line_id = any(:ids) and k.update_id is null
   and exists (select from import_row r
                where r.type = 'serviceLine' and r.id = k.service_line_id and r.seq = any(:seqs)
                  and r.outcome is null and not k.kind || ' ' || k.value = any(r.keys));

-- name: import-write-claims
-- params: seqs
insert into cpe_claim (kind, value, service_line_id)
select kind, value, id from import_key
 where seq = any(:seqs) and outcome is null and kind <> 'cpe'
on conflict (kind, value) do nothing;

-- name: import-select-taken
-- params: seqs
-- A claim that another line took after the rows were judged.
select k.key, c.service_line_id as holder
  from import_key k join cpe_claim c on c.kind = k.kind and c.value = k.value
 where k.seq = any(:seqs) and k.outcome is null and c.service_line_id <> k.id
 order by k.key limit 1;

-- name: import-write-tickets
-- params: seqs
insert into ctt as t (
  id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
  segment_group)
select r.id, r.ticket_no, r.status, r.title, r.opened_at, r.service_line_id,
       -- An unknown line breaks the foreign key.
       coalesce(l.technology, ''), coalesce(l.managed_services, false),
       coalesce(l.segment_group, '')
  from import_row r left join service_line l on l.id = r.service_line_id
 where r.seq = any(:seqs) and r.outcome is null
on conflict (id) do update
   set (ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
        segment_group)
     = (excluded.ticket_no, excluded.status, excluded.title, excluded.opened_at,
        excluded.service_line_id, excluded.technology, excluded.managed_services,
        excluded.segment_group);

-- name: import-refuse-row
-- params: seq, reason
update import_row set outcome = 'bad', fault = 'refused-by-database', value = :reason
 where seq = :seq;

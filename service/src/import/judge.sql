-- Each statement judges all rows of `import_row` at once, before any is written. A row that is
-- still without an outcome at the end is written.

-- name: import-replace-earlier
-- Of rows with the same type and id the last one counts.
update import_row r set outcome = 'replaced', rival_line = l.line
  from (select type, id, max(seq) as seq from import_row group by type, id having count(*) > 1) d
  join import_row l on l.seq = d.seq
 where d.type = r.type and d.id = r.id and r.seq < d.seq;

-- name: import-refuse-other-kinds
-- Claims name an OLT by its id, so an OLT must stay an OLT.
update import_row r set outcome = 'bad', fault = 'other-kind', value = e.kind
  from network_element e
 where r.type = 'networkElement' and r.outcome is null and e.id = r.id and e.kind <> r.kind;

-- name: import-refuse-unknown-elements
update import_row r set outcome = 'bad', fault = 'no-network-element', value = missing.id
  from (select r.seq, min(p.id) as id
          from import_row r, unnest(r.path) as p(id)
         where r.type = 'serviceLine' and r.outcome is null
           and not exists (select from network_element e where e.id = p.id)
           and not exists (select from import_row s
                            where s.type = 'networkElement' and s.id = p.id
                              and s.outcome is distinct from 'bad')
         group by r.seq) missing
 where r.seq = missing.seq;

-- name: import-refuse-early-lines
-- A port is read by the OLT's manufacturer, so the OLT must be known before its lines.
update import_row r set outcome = 'bad', fault = 'olt-after-line', value = o.id, rival_line = o.line
  from import_row o
 where o.type = 'networkElement' and o.kind = 'OLT' and o.outcome is distinct from 'bad'
   and r.type = 'serviceLine' and r.outcome is null and o.seq > r.seq and o.id = any(r.path)
   and coalesce(array_position(r.path, o.id) < array_position(r.path, r.olt_id), true);

-- name: import-refuse-dual-stack
-- As a trigger of `cpe` would, for each row alone.
update import_row set outcome = 'bad', fault = 'older-release'
 where type = 'serviceLine' and outcome is null and not keeps_cpe
   and (ipv6_address is not null or ipv6_prefix is not null) and not knows_dual_stack();

-- name: import-keep-unsettled
update import_row r set outcome = 'kept', fault = 'unsettled'
  from cpe_update u
 where r.type = 'serviceLine' and r.outcome is null and u.service_line_id = r.id
   and is_unsettled(u.state);

-- name: import-keep-cpes
-- A CPE that was corrected in the desk stays, as one about which the file says nothing. It keeps
-- its claims; that of its port follows the OLT.
update import_row r
   set keeps_cpe = true,
       fault = case when c.version > 1 and r.network_element_id is not null
                     and ((lower(c.manufacturer), lower(c.model), c.ip_address, c.down_kbps,
                           c.up_kbps, c.port, c.serial_number, c.mac_address)
                          is distinct from
                          (lower(r.manufacturer), lower(r.model), r.ip_address, r.down_kbps,
                           r.up_kbps, r.port, r.serial_number, r.mac_address)
                          or r.says_ipv6_address and c.ipv6_address is distinct from r.ipv6_address
                          or r.says_ipv6_prefix and c.ipv6_prefix is distinct from r.ipv6_prefix)
               then 'corrected' end,
       keys = array(
         select k.kind || ' ' || k.value from cpe_claim k
          where k.service_line_id = r.id and k.update_id is null and k.kind <> 'port'
         union all
         select 'port ' || r.olt_id || '|' || c.port
          where r.olt_id is not null and c.port ~ '^\d+/\d+/\d+:\d+$'
         union all
         select 'cpe ' || c.network_element_id)
  from cpe c
 where r.type = 'serviceLine' and r.outcome is null and c.service_line_id = r.id
   and (c.version > 1 or r.keeps_cpe);

-- name: import-keep-dual-stack
-- What a row does not say of a CPE's dual stack stays as it is recorded, with its claims.
update import_row r
   set ipv6_address = case when r.says_ipv6_address then r.ipv6_address else c.ipv6_address end,
       ipv6_prefix = case when r.says_ipv6_prefix then r.ipv6_prefix else c.ipv6_prefix end,
       keys = keys || array(
         select k.kind || ' ' || k.value from cpe_claim k
          where k.service_line_id = r.id and k.update_id is null
            and (k.kind = 'ip-address' and k.value = c.ipv6_address and not r.says_ipv6_address
                 or k.kind = 'ipv6-prefix' and k.value = c.ipv6_prefix and not r.says_ipv6_prefix)
            and not k.kind || ' ' || k.value = any(r.keys))
  from cpe c
 where r.type = 'serviceLine' and r.outcome is null and not r.keeps_cpe and c.service_line_id = r.id
   and (c.ipv6_address is not null and not r.says_ipv6_address
        or c.ipv6_prefix is not null and not r.says_ipv6_prefix);

-- name: import-skip-same-elements
update import_row r set outcome = 'same'
  from network_element e
 where r.type = 'networkElement' and r.outcome is null and e.id = r.id
   and (e.name, e.manufacturer, e.model, e.olt_ports, e.addresses) is not distinct from
       (r.name, r.manufacturer, r.model, r.olt_ports, r.addresses);

-- name: import-skip-same-lines
-- Each part is a scalar subquery, which looks a row up by its key. As joins, the planner may take
-- them for one row and scan `service_line` for each row of the file.
update import_row r set outcome = 'same'
 where r.type = 'serviceLine' and r.outcome is null
   and (select (l.technology, l.access_type, l.managed_services, l.segment_group, l.customer,
                l.plan_down_kbps, l.plan_up_kbps) is not distinct from
               (r.technology, r.access_type, r.managed_services, r.segment_group, r.customer,
                r.plan_down_kbps, r.plan_up_kbps)
          from service_line l where l.id = r.id)
   and r.path = array(select p.network_element_id from line_path p
                       where p.service_line_id = r.id order by p.position)
   and (r.keeps_cpe
        or (select (c.network_element_id, c.name, c.manufacturer, c.model, c.ip_address,
                    c.down_kbps, c.up_kbps, c.port, c.serial_number, c.mac_address,
                    c.ipv6_address, c.ipv6_prefix) is not distinct from
                   (r.network_element_id, r.name, r.manufacturer, r.model, r.ip_address,
                    r.down_kbps, r.up_kbps, r.port, r.serial_number, r.mac_address,
                    r.ipv6_address, r.ipv6_prefix)
              from cpe c where c.service_line_id = r.id))
   and array(select k.kind || ' ' || k.value as key from cpe_claim k
              where k.service_line_id = r.id and k.update_id is null order by key)
       = array(select key from unnest(r.keys) as key where key not like 'cpe %' order by key)
   and (select (d.customer, d.segment_group, d.technology, d.manufacturer, d.model, d.ip_address,
                d.down_kbps, d.up_kbps, d.port, d.serial_number, d.mac_address, d.ipv6_address,
                d.ipv6_prefix) is not distinct from
               (r.customer, r.segment_group, r.technology, c.manufacturer, c.model, c.ip_address,
                c.down_kbps, c.up_kbps, c.port, c.serial_number, c.mac_address, c.ipv6_address,
                c.ipv6_prefix)
          from cpe c left join corp_data_temp d on d.service_line_id = c.service_line_id
         where c.service_line_id = r.id) is not false;

-- name: import-skip-same-tickets
update import_row r set outcome = 'same'
  from ctt t
 where r.type = 'ticket' and r.outcome is null and t.id = r.id
   and (t.ticket_no, t.status, t.title, t.opened_at, t.service_line_id) =
       (r.ticket_no, r.status, r.title, r.opened_at, r.service_line_id);

-- name: import-refuse-unknown-lines
update import_row r set outcome = 'bad', fault = 'no-service-line', value = r.service_line_id
 where r.type = 'ticket' and r.outcome is null
   and not exists (select from service_line l where l.id = r.service_line_id)
   and not exists (select from import_row s
                    where s.type = 'serviceLine' and s.id = r.service_line_id
                      and s.outcome is null);

-- name: import-find-contended
-- params: type
-- columns: rows!
-- Rows with a key that another record has, in the file or in the database.
with contended as (
  update import_row r set round = null
   where r.seq in (
     select k.seq
       from import_key k
       join (select key from import_key where type = :type and outcome is null
              group by key having count(*) > 1) twice on twice.key = k.key
      where k.type = :type and k.outcome is null
     union all
     select seq from import_holder where type = :type and outcome is null)
  returning 1)
select count(*) as rows from contended;

-- name: import-refuse-taken
-- params: type
-- Contended rows of which a key is certainly taken: its holder keeps it, or a row that is written
-- has it too. `value` names all keys that this one has, a line each.
update import_row r set outcome = 'bad', fault = 'in-use', value = t.key, rival = t.rival,
       rival_line = t.rival_line
  from (select distinct on (seq) seq, string_agg(distinct key, e'\n' order by key) as key, rival,
               rival_line
          from (select seq, key, holder as rival, holder_line as rival_line
                  from import_holder
                 where type = :type and outcome is null and round is null and not is_released
                union all
                select k.seq, k.key, s.id, s.line
                  from import_key k
                  join import_key s on s.type = k.type and s.key = k.key and s.seq <> k.seq
                 where k.type = :type and k.outcome is null and k.round is null
                   and s.outcome is null and s.round > 1) taken
         group by seq, rival, rival_line
         order by seq, min(key), rival) t
 where r.seq = t.seq;

-- name: import-accept-free
-- params: type, round
-- columns: rows!
-- Contended rows whose keys are free: released in an earlier round, and no contended row before
-- them has one.
with accepted as (
  update import_row r set round = :round
   where r.type = :type and r.outcome is null and r.round is null
     and not exists (select from import_holder h
                      where h.seq = r.seq
                        and (not h.is_released or h.holder_round is null
                             or h.holder_round >= :round))
     and not exists (select from import_key k
                       join import_key s on s.type = k.type and s.key = k.key and s.seq < k.seq
                      where k.seq = r.seq and s.outcome is null and s.round is null)
  returning 1)
select count(*) as rows from accepted;

-- name: import-refuse-waiting
-- params: type
-- Rows that wait for each other's keys.
update import_row r set outcome = 'bad', fault = 'in-use', value = h.key, rival = h.holder,
       rival_line = h.holder_line
  from (select distinct on (seq) seq, string_agg(distinct key, e'\n' order by key) as key, holder,
               holder_line
          from import_holder
         where type = :type and outcome is null and round is null
         group by seq, holder, holder_line
         order by seq, min(key), holder) h
 where r.seq = h.seq;

-- name: import-refuse-overlaps
-- columns: rows!
-- Of rows whose IPv6 networks overlap the first in the file is written, as of rows with one key. A
-- network is inside another if its beginning of the other's length is that one: each length in the
-- file is asked once, not each pair of networks. A row is refused once the row before is certain.
with network as materialized (
  select k.seq, k.line, k.id, k.key, network_of_claim(k.kind, k.value) as network
    from import_key k
   where k.type = 'serviceLine' and k.outcome is null and k.value like '%:%'
     and k.kind in ('ip-address', 'ipv6-prefix')
     and exists (select from import_row where ipv6_prefix is not null)),
overlap as materialized (
  select case when i.seq > o.seq then i.key else o.key end as key,
         greatest(i.seq, o.seq) as seq, least(i.seq, o.seq) as rival_seq,
         case when i.seq > o.seq then o.id else i.id end as rival,
         case when i.seq > o.seq then o.line else i.line end as rival_line
    from (select distinct masklen(network) as length from network) l
    join network i on masklen(i.network) > l.length
    join network o on o.network = network(set_masklen(i.network, l.length))::inet and o.id <> i.id),
refused as (
  update import_row r set outcome = 'bad', fault = 'in-use', value = w.key, rival = w.rival,
         rival_line = w.rival_line
    from (select distinct on (seq) seq, key, rival, rival_line
            from overlap w
           where not exists (select from overlap e where e.seq = w.rival_seq)
           order by seq, rival_seq, key) w
   where r.seq = w.seq
  returning 1)
select count(*) as rows from refused;

-- name: import-select-remarks
-- params: after
-- Rows about which there is something to say, in the order of the file. `rival_seq`: the record
-- that `rival_line` is about.
select seq, line, type, id, outcome, fault, value, rival, rival_line,
       (select max(o.seq) from import_row o
         where o.line = r.rival_line
           and (o.type = r.type and o.id = coalesce(r.rival, r.id)
                or o.type = 'networkElement' and o.id = r.value)) as rival_seq
  from import_row r
 where seq > :after and (outcome in ('replaced', 'bad', 'kept') or fault is not null)
 order by seq limit 1000;

-- name: import-count-written
-- columns: rows!
select count(*) as rows from import_row where outcome is null;

-- name: refresh-corp-data
-- params: line_ids, at
-- Writes the corp-data temp records of these lines from their recorded line and CPE.
insert into corp_data_temp as d (
  service_line_id, customer, segment_group, technology, manufacturer, model, ip_address, down_kbps,
  up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
select service_line_id, customer, segment_group, technology, manufacturer, model, ip_address,
       down_kbps, up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, :at
  from service_line l join cpe c on c.service_line_id = l.id where l.id = any(:line_ids)
on conflict (service_line_id) do update
   set (customer, segment_group, technology, manufacturer, model, ip_address, down_kbps, up_kbps,
        port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
     = (excluded.customer, excluded.segment_group, excluded.technology, excluded.manufacturer,
        excluded.model, excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix,
        :at)
 where (d.customer, d.segment_group, d.technology, d.manufacturer, d.model, d.ip_address,
        d.down_kbps, d.up_kbps, d.port, d.serial_number, d.mac_address, d.ipv6_address,
        d.ipv6_prefix)
       is distinct from
       (excluded.customer, excluded.segment_group, excluded.technology, excluded.manufacturer,
        excluded.model, excluded.ip_address, excluded.down_kbps, excluded.up_kbps, excluded.port,
        excluded.serial_number, excluded.mac_address, excluded.ipv6_address, excluded.ipv6_prefix)
returning service_line_id as id;

-- name: import-insert-lines
-- params: lines, at
-- Lines with their CPEs and corp-data temp records. `network_element_id` is null where a line has
-- no CPE.
with r as materialized (
  select * from jsonb_to_recordset(:lines) as r (
    id text, technology text, access_type text, managed_services boolean, segment_group text,
    customer text, plan_down_kbps int, plan_up_kbps int, network_element_id text, name text,
    manufacturer text, model text, ip_address text, down_kbps int, up_kbps int, port text,
    serial_number text, mac_address text, ipv6_address text, ipv6_prefix text)),
lines as (
  insert into service_line (
    id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
    plan_up_kbps)
  select id, technology, access_type, managed_services, segment_group, customer, plan_down_kbps,
         plan_up_kbps
    from r),
cpes as (
  insert into cpe (
    service_line_id, network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps,
    port, serial_number, mac_address, ipv6_address, ipv6_prefix, updated_at)
  select id, network_element_id, name, manufacturer, model, ip_address, down_kbps, up_kbps, port,
         serial_number, mac_address, ipv6_address, ipv6_prefix, :at
    from r where network_element_id is not null)
insert into corp_data_temp (
  service_line_id, customer, segment_group, technology, manufacturer, model, ip_address, down_kbps,
  up_kbps, port, serial_number, mac_address, ipv6_address, ipv6_prefix, refreshed_at)
select id, customer, segment_group, technology, manufacturer, model, ip_address, down_kbps, up_kbps,
       port, serial_number, mac_address, ipv6_address, ipv6_prefix, :at
  from r where network_element_id is not null;

-- name: import-insert-paths
-- params: line_ids, positions, element_ids
insert into line_path (service_line_id, position, network_element_id)
select * from unnest(:line_ids::text[], :positions::smallint[], :element_ids::text[]);

-- name: import-insert-claims
-- params: kinds, values, line_ids
insert into cpe_claim (kind, value, service_line_id)
select * from unnest(:kinds::text[], :values::text[], :line_ids::text[]);

-- name: import-insert-tickets
-- params: ids, ticket_nos, statuses, titles, opened_at, line_ids
insert into ctt (
  id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
  segment_group)
select r.*, coalesce(l.technology, ''), coalesce(l.managed_services, false),
       coalesce(l.segment_group, '')
  from unnest(:ids::text[], :ticket_nos::text[], :statuses::text[], :titles::text[],
              :opened_at::timestamptz[], :line_ids::text[])
         as r (id, ticket_no, status, title, opened_at, service_line_id)
  left join service_line l on l.id = r.service_line_id;

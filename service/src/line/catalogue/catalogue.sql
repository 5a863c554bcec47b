-- name: insert-models-if-none
-- params: models
-- `models`: a JSON array of rows without `withdrawn`. Only two first starts at the same time can
-- conflict.
insert into device_model (
  manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps)
select manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps
  from jsonb_populate_recordset(null::device_model, :models)
 where not exists (select from device_model)
on conflict do nothing;

-- name: insert-vendor-ids-if-none
-- params: vendor_ids
insert into gpon_vendor_id (vendor_id, vendor)
select vendor_id, vendor from jsonb_populate_recordset(null::gpon_vendor_id, :vendor_ids)
 where not exists (select from gpon_vendor_id)
on conflict do nothing;

-- name: select-models-like
-- params: part, limit
-- Models whose full name begins with the text come first, then those whose model does.
select manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps, withdrawn
  from device_model
 where position(lower(:part) in lower(manufacturer || ' ' || model)) > 0
 order by starts_with(lower(manufacturer || ' ' || model), lower(:part)) desc,
          starts_with(lower(model), lower(:part)) desc, lower(manufacturer), lower(model)
 limit :limit;

-- name: select-vendor-ids
select vendor_id, vendor from gpon_vendor_id;

-- name: select-known-models
-- params: manufacturers: (string | null)[], models: (string | null)[]
-- columns: known!
-- Whether the catalogue has each of these models, in their order. A null manufacturer is any.
select exists (select from device_model m
                where lower(m.model) = lower(n.model)
                  and (n.manufacturer is null or lower(m.manufacturer) = lower(n.manufacturer)))
         as known
  from unnest(:manufacturers::text[], :models::text[])
         with ordinality as n(manufacturer, model, position)
 order by position;

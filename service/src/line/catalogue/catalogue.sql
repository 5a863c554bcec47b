-- name: has-models
-- columns: has!
select exists (select from device_model) as has;

-- name: save-models
-- params: models
-- columns: is_new!
-- `models`: a JSON array of rows without `withdrawn`. Adds models. Of a model that the catalogue
-- has, in any case, it fills in what the row knows; null changes nothing. A manufacturer keeps the
-- catalogue's spelling. Returns what it wrote.
with r as materialized (
  select coalesce(m.manufacturer,
                  (select o.manufacturer from device_model o
                    where lower(o.manufacturer) = lower(n.manufacturer) order by 1 limit 1),
                  n.manufacturer) as manufacturer,
         coalesce(m.model, n.model) as model,
         n.part_number, n.access, n.lan_ports, n.wan_ports, n.max_port_kbps, n.note, n.source
    from jsonb_populate_recordset(null::device_model, :models) n
    left join device_model m
      on lower(m.manufacturer) = lower(n.manufacturer) and lower(m.model) = lower(n.model))
insert into device_model as m (
  manufacturer, model, part_number, access, lan_ports, wan_ports, max_port_kbps, note, source)
select * from r
on conflict (manufacturer, model) do update
   set part_number = coalesce(excluded.part_number, m.part_number),
       access = coalesce(excluded.access, m.access),
       lan_ports = coalesce(excluded.lan_ports, m.lan_ports),
       wan_ports = coalesce(excluded.wan_ports, m.wan_ports),
       max_port_kbps = coalesce(excluded.max_port_kbps, m.max_port_kbps),
       note = coalesce(excluded.note, m.note), source = coalesce(excluded.source, m.source)
 where (coalesce(excluded.part_number, m.part_number), coalesce(excluded.access, m.access),
        coalesce(excluded.lan_ports, m.lan_ports), coalesce(excluded.wan_ports, m.wan_ports),
        coalesce(excluded.max_port_kbps, m.max_port_kbps), coalesce(excluded.note, m.note),
        coalesce(excluded.source, m.source))
       is distinct from
       (m.part_number, m.access, m.lan_ports, m.wan_ports, m.max_port_kbps, m.note, m.source)
returning xmax = 0 as is_new;

-- name: save-aliases
-- params: manufacturers: string[], aliases: string[], models: string[]
-- Adds aliases of models. Leaves out the name of a model, and an alias of another model. Returns
-- the new ones.
insert into device_model_alias (manufacturer, alias, model)
select m.manufacturer, n.alias, m.model
  from unnest(:manufacturers::text[], :aliases::text[], :models::text[])
         as n(manufacturer, alias, model)
  join device_model m
    on lower(m.manufacturer) = lower(n.manufacturer) and lower(m.model) = lower(n.model)
 where not exists (select from device_model o where lower(o.manufacturer) = lower(n.manufacturer)
                      and lower(o.model) = lower(n.alias))
on conflict do nothing
returning alias;

-- name: insert-model
-- params: manufacturer, model, access?, max_port_kbps?, note?
-- Adds a model, with the catalogue's spelling of the manufacturer. No row where it is there.
insert into device_model (manufacturer, model, access, max_port_kbps, note)
select coalesce((select m.manufacturer from device_model m
                  where lower(m.manufacturer) = lower(:manufacturer) order by 1 limit 1),
                :manufacturer),
       :model, :access, :max_port_kbps, :note
 where not exists (select from find_device_model(:manufacturer, :model))
on conflict do nothing
returning manufacturer, model;

-- name: insert-vendor-ids-if-none
-- params: vendor_ids
insert into gpon_vendor_id (vendor_id, vendor)
select vendor_id, vendor from jsonb_populate_recordset(null::gpon_vendor_id, :vendor_ids)
 where not exists (select from gpon_vendor_id)
on conflict do nothing;

-- name: select-models-like
-- params: part, limit
-- columns: aliases!
-- Models with the text in their full name or in that of an alias. Those whose full name begins with
-- it come first, then those whose model does.
select m.manufacturer, m.model, m.part_number, m.access, m.lan_ports, m.wan_ports, m.max_port_kbps,
       m.withdrawn, m.note, m.source,
       array(select a.alias from device_model_alias a
              where (a.manufacturer, a.model) = (m.manufacturer, m.model) order by 1) as aliases
  from device_model m
 where position(lower(:part) in lower(m.manufacturer || ' ' || m.model)) > 0
    or exists (select from device_model_alias a
                where (a.manufacturer, a.model) = (m.manufacturer, m.model)
                  and position(lower(:part) in lower(a.manufacturer || ' ' || a.alias)) > 0)
 order by starts_with(lower(m.manufacturer || ' ' || m.model), lower(:part)) desc,
          starts_with(lower(m.model), lower(:part)) desc, lower(m.manufacturer), lower(m.model)
 limit :limit;

-- name: select-model
-- params: manufacturer, model
-- columns: aliases!
select m.manufacturer, m.model, m.part_number, m.access, m.lan_ports, m.wan_ports, m.max_port_kbps,
       m.withdrawn, m.note, m.source,
       array(select a.alias from device_model_alias a
              where (a.manufacturer, a.model) = (m.manufacturer, m.model) order by 1) as aliases
  from find_device_model(:manufacturer, :model) as m;

-- name: select-vendor-ids
select vendor_id, vendor from gpon_vendor_id;

-- name: select-named-models
-- params: manufacturers: (string | null)[], models: (string | null)[]
-- The model of each name or alias, in their order. Null where the catalogue has none, and where
-- several manufacturers have one and none is named.
select case when count(distinct f.manufacturer) = 1 then jsonb_agg(f) -> 0 end as model,
       count(f.model)::int as found
  from unnest(:manufacturers::text[], :models::text[])
         with ordinality as n(manufacturer, model, position)
  left join lateral (
    select f.* from (select distinct m.manufacturer from device_model m
                      where n.manufacturer is null
                         or lower(m.manufacturer) = lower(n.manufacturer)) as o
     cross join lateral find_device_model(o.manufacturer, n.model) as f) as f on true
 group by n.position order by n.position;

-- name: insert-model-request
-- params: manufacturer, model, note?, actor_id, actor_name
-- The first request of a model stays.
insert into model_request as r (manufacturer, model, note, actor_id, actor_name)
values (:manufacturer, :model, :note, :actor_id, :actor_name)
on conflict (lower(manufacturer), lower(model)) do update set manufacturer = r.manufacturer
returning id, manufacturer, model, note, actor_id, actor_name, at;

-- name: select-model-requests
-- params: limit
-- Requests of models that the catalogue still lacks, the oldest first.
select r.id, r.manufacturer, r.model, r.note, r.actor_id, r.actor_name, r.at
  from model_request r
 where not exists (select from find_device_model(r.manufacturer, r.model))
 order by r.at, r.id limit :limit;

-- name: delete-model-request
-- params: id
delete from model_request where id = :id returning manufacturer, model;

-- name: delete-answered-request
-- params: manufacturer, model
-- The request of a model that was added.
delete from model_request
 where lower(manufacturer) = lower(:manufacturer) and lower(model) = lower(:model);

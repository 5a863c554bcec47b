-- The catalogue: where the facts of a model are from, a note, and further names of models.
alter table device_model add column source text;
alter table device_model add column note text;

-- A name that devices, OLTs or people give a model of the same manufacturer. The model's own name
-- comes first where both exist.
create table device_model_alias (
  manufacturer text not null,
  alias text not null check (length(alias) between 1 and 64),
  model text not null,
  primary key (manufacturer, alias),
  foreign key (manufacturer, model) references device_model on update cascade on delete cascade
);
create unique index device_model_alias_any_case
  on device_model_alias (lower(manufacturer), lower(alias));

-- The model of this name, in any case, or of this alias: at most one row.
create function find_device_model(manufacturer text, model text) returns setof device_model
language sql stable parallel safe as $$
  select * from (
    select m.* from device_model m
     where lower(m.manufacturer) = lower($1) and lower(m.model) = lower($2)
    union all
    select m.* from device_model_alias a join device_model m using (manufacturer, model)
     where lower(a.manufacturer) = lower($1) and lower(a.alias) = lower($2)) as found
  limit 1
$$;

-- A model that an operator needs and the catalogue lacks. Whoever adds the model answers it.
create table model_request (
  id uuid primary key default gen_random_uuid(),
  manufacturer text not null,
  model text not null,
  note text,
  actor_id text not null,
  actor_name text not null,
  at timestamptz not null default now()
);
create unique index model_request_any_case
  on model_request (lower(manufacturer), lower(model));

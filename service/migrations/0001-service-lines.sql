-- Customers' lines, what they hang on, and their tickets.
create extension if not exists pg_trgm;

create table service_line (
  id text primary key check (length(id) between 1 and 64),
  technology text not null check (technology in ('FTTH', 'FTTB', 'COPPER', 'FWA')),
  access_type text check (access_type in ('GPON', 'XGS-PON')),
  managed_services boolean not null,
  segment_group text not null check (segment_group in ('ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE', 'CONSUMER')),
  customer text not null,
  plan_down_kbps integer not null check (plan_down_kbps > 0),
  plan_up_kbps integer not null check (plan_up_kbps > 0)
);

-- OLTs, splitters and ONTs. A line's CPE is in table cpe. olt_ports: contract's OltPorts, OLTs only.
create table network_element (
  id text primary key check (length(id) between 1 and 64),
  kind text not null check (kind in ('OLT', 'SPLITTER', 'ONT')),
  name text not null,
  manufacturer text,
  model text,
  olt_ports jsonb,
  check ((kind = 'OLT') = (olt_ports is not null))
);

-- The path of a line, from the exchange to the customer.
create table line_path (
  service_line_id text not null references service_line,
  position smallint not null,
  network_element_id text not null references network_element,
  primary key (service_line_id, position)
);

-- The recorded CPE of a line: one at most. Recorded values may break today's rules; new ones may not.
create table cpe (
  service_line_id text primary key references service_line,
  network_element_id text not null unique,
  name text not null,
  manufacturer text not null,
  model text not null,
  ip_address text not null,
  down_kbps integer not null,
  up_kbps integer not null,
  port text not null,
  serial_number text,
  mac_address text,
  version integer not null default 1,
  updated_at timestamptz not null default now()
);

create table ctt (
  id text primary key check (length(id) between 1 and 64),
  ticket_no text not null unique,
  status text not null check (status in
    ('acknowledged', 'inProgress', 'held', 'pending', 'resolved', 'closed', 'cancelled', 'rejected')),
  title text not null,
  opened_at timestamptz not null,
  service_line_id text not null references service_line
);

create index ctt_opened on ctt (opened_at, id);
create index ctt_line on ctt (service_line_id);
create index ctt_number_part on ctt using gin (ticket_no gin_trgm_ops);
create index line_customer_part on service_line using gin (customer gin_trgm_ops);
create index line_id_part on service_line using gin (id gin_trgm_ops);
create index cpe_serial_part on cpe using gin (serial_number gin_trgm_ops);
create index cpe_address_part on cpe using gin (ip_address gin_trgm_ops);

-- The device catalogue. Unknown facts are null and refuse nothing. Speeds in kbit/s.
create table device_model (
  manufacturer text not null,
  model text not null,
  part_number text,
  access text,
  lan_ports integer,
  wan_ports integer,
  max_port_kbps integer,
  withdrawn boolean not null default false,
  primary key (manufacturer, model)
);
create unique index device_model_any_case on device_model (lower(manufacturer), lower(model));

-- GPON vendor ids, for warnings only.
create table gpon_vendor_id (
  vendor_id text primary key,
  vendor text not null
);

-- The rows of a running import: COPY writes them here, and set-based statements judge and apply
-- them. Unlogged: after a crash the file is imported again.
create unlogged table import_row (
  seq bigint primary key,
  -- Where the file has it.
  line bigint not null,
  type text not null,
  id text not null,
  name text,
  kind text,
  manufacturer text,
  model text,
  olt_ports jsonb,
  addresses text[],
  technology text,
  access_type text,
  managed_services boolean,
  segment_group text,
  customer text,
  plan_down_kbps integer,
  plan_up_kbps integer,
  path text[],
  -- The first OLT on the path.
  olt_id text,
  -- The CPE stays as it is recorded.
  keeps_cpe boolean,
  network_element_id text,
  ip_address text,
  down_kbps integer,
  up_kbps integer,
  port text,
  serial_number text,
  mac_address text,
  ipv6_address text,
  ipv6_prefix text,
  -- False: what is recorded stays.
  says_ipv6_address boolean,
  says_ipv6_prefix boolean,
  ticket_no text,
  status text,
  title text,
  opened_at timestamptz,
  service_line_id text,
  -- What only one record may have: claims, the id of the CPE, the ticket number. `kind value`.
  keys text[] not null default '{}',
  -- Rows of a lower round are written before. Null: another record may have one of the keys.
  round integer default 1,
  -- `replaced`, `bad`, `kept`, `same`. Null: the row is written.
  outcome text,
  fault text,
  value text,
  -- The record that is in the way, and its line in the file.
  rival text,
  rival_line bigint
);
create index import_row_record on import_row (type, id);

create view import_key as
select seq, line, type, id, round, outcome, key, split_part(key, ' ', 1) as kind,
       substr(key, strpos(key, ' ') + 1) as value
  from import_row, unnest(keys) as key;

-- Keys that another record of the database has.
create view import_holder as
select held.*, s.line as holder_line,
       -- The file takes the key from its holder: when the holder's row is written, it is free.
       coalesce(
         s.outcome is null and not held.key = any(s.keys)
         and (held.network is null
              or not exists (select from import_key r
                              where r.seq = s.seq
                                and network_of_claim(r.kind, r.value) && held.network)),
         false) as is_released,
       s.round as holder_round
  from (
    select k.*, c.service_line_id as holder, null::inet as network
      from import_key k join cpe_claim c on c.kind = k.kind and c.value = k.value
     where k.type = 'serviceLine'
    union all
    select k.*, n.service_line_id, n.network
      from import_key k join network_claim n on n.network && network_of_claim(k.kind, k.value)
     where k.type = 'serviceLine' and k.value like '%:%'
    union all
    select k.*, c.service_line_id, null
      from import_key k join cpe c on c.network_element_id = k.value where k.kind = 'cpe'
    union all
    select k.*, t.id, null
      from import_key k join ctt t on t.ticket_no = k.value where k.kind = 'number'
  ) held
  left join import_row s
    on s.type = held.type and s.id = held.holder and s.outcome is distinct from 'replaced'
 where held.holder <> held.id;

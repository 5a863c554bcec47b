alter table cpe_claim drop constraint cpe_claim_kind_check;
alter table cpe_claim add constraint cpe_claim_kind_check check (
  kind in ('ip-address', 'port', 'serial-number', 'mac-address', 'ipv6-prefix')) not valid;

-- The IPv6 addresses and prefixes among the claims, as networks. NIG routes a delegated prefix to
-- one line, so networks of two lines must not overlap. Networks of one line may: while an update
-- is in flight, it claims its old prefix and a part of it.
create extension if not exists btree_gist;
create table network_claim (
  network inet not null,
  service_line_id text not null,
  primary key (network, service_line_id),
  constraint network_claim_no_overlap
    exclude using gist (network inet_ops with &&, service_line_id with <>)
);

-- The network of a claim; null: it is no IPv6 address or prefix.
create function network_of_claim(kind text, value text) returns inet
language sql immutable parallel safe as $$
  select case when kind = 'ipv6-prefix' or kind = 'ip-address' and value like '%:%'
              then value::inet end
$$;

-- `cpe_claim` is the only table that the desk writes, also the previous release.
create function add_network_claim() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.network_claim values (new.value::inet, new.service_line_id)
  on conflict (network, service_line_id) do nothing;
  return null;
end
$$;
create function delete_network_claim() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.network_claim
   where network = old.value::inet and service_line_id = old.service_line_id;
  return null;
end
$$;
create trigger cpe_claim_adds_network after insert on cpe_claim for each row
  when (new.kind = 'ipv6-prefix' or new.kind = 'ip-address' and new.value like '%:%')
  execute function add_network_claim();
create trigger cpe_claim_deletes_network after delete on cpe_claim for each row
  when (old.kind = 'ipv6-prefix' or old.kind = 'ip-address' and old.value like '%:%')
  execute function delete_network_claim();

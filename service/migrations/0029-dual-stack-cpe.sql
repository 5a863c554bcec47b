-- A CPE's IPv6 address beside its IPv4 address, and its delegated prefix (RFC 8415): text in the
-- form of RFC 5952. Null: none. Each file of the dual stack locks one table, so that none of them
-- deadlocks with the flow.
alter table cpe add column ipv6_address text, add column ipv6_prefix text;

-- Whether dual-stack values may be recorded: no instance runs that does not know them. An older
-- instance would release their claims, and compute another hash.
create function knows_dual_stack() returns boolean language sql stable as $$
  select oldest_writer >= 29
         or unregistered_gone_at is not null
            and not exists (select from public.instance
                             where newest_schema < 29 and seen_at > now() - interval '60 s')
    from public.schema_guard
$$;

-- From the first dual-stack value on, an older instance that starts again may not write.
create function refuse_older_writers() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  if not public.knows_dual_stack() then
    raise exception 'an instance of an older version may still run; IPv6 addresses beside IPv4 and '
        'IPv6 prefixes can be recorded when all are upgraded (npm run instances)'
      using errcode = 'check_violation', constraint = 'cpe_dual_stack_known';
  end if;
  update public.schema_guard set oldest_writer = 29 where oldest_writer < 29;
  return new;
end
$$;
create trigger cpe_dual_stack before insert or update of ipv6_address, ipv6_prefix on cpe
  for each row when (new.ipv6_address is not null or new.ipv6_prefix is not null)
  execute function refuse_older_writers();

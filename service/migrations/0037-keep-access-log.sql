-- The desk's role may only add to the access log. This lets it delete what a setting calls too old,
-- never the last 30 days, and not the policy that applies.
create function prune_access_log(days int, most int) returns int language sql security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
  with old as (
    select id from public.access_log
     where at < now() - make_interval(days => greatest(days, 30))
       and id <> coalesce((select max(id) from public.access_log where event = 'policy-set'), 0)
     order by id limit most
  ), gone as (
    delete from public.access_log where id in (select id from old) returning 1
  )
  select count(*)::int from gone
$$;
revoke execute on function prune_access_log from public;

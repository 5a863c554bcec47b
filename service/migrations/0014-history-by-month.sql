-- The history in partitions by month, so that adding to it costs the same however much there is: only the indexes of the
-- month that it is are written to. No index spans all months; what no two entries may share is guarded by the end of the
-- line's chain, kept with its CPE: an entry is added only together with the move of that end from the entry before it.
alter table cpe add column history_sequence integer not null default 0, add column history_hash text, add column history_at timestamptz;
update cpe set history_sequence = h.sequence, history_hash = h.hash, history_at = h.at
  from (select distinct on (service_line_id) service_line_id, sequence, hash, at from cpe_history order by service_line_id, sequence desc) h
 where h.service_line_id = cpe.service_line_id;
alter table cpe add check ((history_sequence = 0) = (history_hash is null) and (history_hash is null) = (history_at is null));

-- What was there stays where it is, as the one partition of the time until then.
alter table cpe_history rename to cpe_history_before;
drop trigger cpe_history_no_change on cpe_history_before;
drop trigger cpe_history_no_truncate on cpe_history_before;
drop index cpe_history_at;
alter table cpe_history_before
  drop constraint cpe_history_pkey,
  drop constraint cpe_history_update_id_key,
  drop constraint cpe_history_service_line_id_sequence_key,
  drop constraint cpe_history_service_line_id_fkey,
  drop constraint cpe_history_update_id_fkey;

create table cpe_history (
  like cpe_history_before including constraints,
  primary key (service_line_id, sequence, at),
  unique (update_id, at),
  foreign key (service_line_id) references service_line,
  foreign key (update_id) references cpe_update
) partition by range (at);
-- Entries come in the order of their times: a few bytes for each hundred of them tell where a time is.
create index cpe_history_at on cpe_history using brin (at) with (autosummarize = on);
create trigger cpe_history_no_change before update or delete on cpe_history
  for each row execute function refuse_history_change();
create trigger cpe_history_no_truncate before truncate on cpe_history
  for each statement execute function refuse_history_change();

-- A month that is there already, also as a part of cpe_history_before, is left as it is.
create function make_history_month(month date) returns void language plpgsql as $$
declare
  first date := date_trunc('month', month);
  name text := 'cpe_history_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass('public.' || name) is not null or exists (
    select from pg_class where oid = to_regclass('public.cpe_history_before') and relispartition
       and first < substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''\)')::timestamptz at time zone 'UTC')
  then
    return;
  end if;
  execute format('create table public.%I partition of public.cpe_history for values from (%L) to (%L)', name,
    first || ' 00:00+00', (first + interval '1 month')::date || ' 00:00+00');
  -- Triggers of a statement are not inherited.
  execute format('create trigger cpe_history_no_truncate before truncate on public.%I
    for each statement execute function public.refuse_history_change()', name);
end
$$;

-- The desk's own role may not make tables, but may have the next months made. Whoever reads the history at that moment is not
-- waited for long: there is time until the month begins.
create function keep_history_months() returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  perform public.make_history_month((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date)
     from generate_series(0, 3) n;
end
$$;
revoke execute on function make_history_month, keep_history_months from public;

do $$
begin
  if exists (select from cpe_history_before) then
    execute format('alter table cpe_history attach partition cpe_history_before for values from (minvalue) to (%L)',
      (date_trunc('month', greatest(now(), (select max(at) from cpe_history_before)) at time zone 'UTC') + interval '1 month')::date || ' 00:00+00');
    create trigger cpe_history_no_truncate before truncate on cpe_history_before
      for each statement execute function refuse_history_change();
  else
    drop table cpe_history_before;
  end if;
end
$$;
select keep_history_months();

-- Only verification looks for all updates of a line: an index that each update is put into once, when it was applied.
drop index cpe_update_line;
create index cpe_update_applied on cpe_update (service_line_id) where state = 'applied';

-- The row of a bulk that made an update, and its attempt. No reference to cpe_bulk_row: it would
-- cost each update a look-up, and rows of old bulks are deleted.
alter table cpe_update
  add column bulk_id uuid, add column bulk_row integer, add column bulk_attempt integer;
-- Only on entries of bulk rows: { id, row, name }.
alter table cpe_history add column bulk jsonb;

-- When NIG stopped taking its rows.
alter table cpe_bulk add column nig_down_since timestamptz;
-- Attempts of a row since it was checked last: after some of them it fails.
alter table cpe_bulk_row add column tries smallint not null default 0;

-- The settled rows of a bulk by state, and the brakes' counts since its last start or resumption:
-- refused and failed rows in a row; settled, refused or failed, and unknown rows. Apart from
-- cpe_bulk, whose row is locked while rows are recorded: settling never waits for that lock.
create table cpe_bulk_tally (
  bulk_id uuid primary key references cpe_bulk,
  applied integer not null default 0,
  refused integer not null default 0,
  failed integer not null default 0,
  in_a_row integer not null default 0,
  settled_since integer not null default 0,
  refused_since integer not null default 0,
  unknown_since integer not null default 0,
  since timestamptz not null default now()
) with (fillfactor = 50);

-- Instances older than this would leave the bulk out of the history, whose hash covers it. From
-- the first started bulk on they may not write. False, with nothing changed, while one runs.
create function admit_bulk_updates() returns boolean language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  needed constant integer := 49;
begin
  update public.schema_guard set oldest_writer = greatest(oldest_writer, needed)
   where oldest_writer < needed and unregistered_gone_at is not null
     and not exists (select from public.instance
                      where newest_schema < needed and seen_at > now() - interval '60 s');
  return (select oldest_writer >= needed from public.schema_guard);
end
$$;
revoke execute on function admit_bulk_updates from public;

-- As before, without the rows of a bulk: their bulk tells of them. One that needs a person still
-- causes entries.
create or replace trigger notify_of_update after update of state on cpe_update
  for each row
  when (new.state is distinct from old.state
        and (new.state = 'needs-attention'
             or new.bulk_id is null and new.state in ('applied', 'rejected', 'abandoned')
                and (new.asked > 0 or old.state = 'needs-attention')))
  execute function notify_of_update();

-- One entry when a bulk has finished, or when the desk itself pauses it.
create function notify_of_bulk() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into public.inbox_entry (person_id, kind, target)
  select distinct person, 'bulk-finished',
         jsonb_build_object('kind', 'bulk', 'id', new.id, 'name', new.name, 'state', new.state)
    from unnest(array[new.created_by_id, new.started_by_id]) as person
   where person is not null;
  return null;
end
$$;
create trigger notify_of_bulk after update of state on cpe_bulk
  for each row
  when (new.state is distinct from old.state
        and (new.state = 'finished' or new.state = 'paused' and new.pause -> 'by' = 'null'))
  execute function notify_of_bulk();

-- The rows of a bulk by state. The check counts all of them; once it runs, `counts` has those that
-- it leaves out and that were cancelled, and the tally the settled ones. Rows under way are few.
create function bulk_counts(bulk uuid) returns jsonb language sql stable as $$
  select case when t.bulk_id is null then b.counts
         else b.counts || jsonb_build_object(
           'waiting', greatest(0, (b.counts ->> 'rows')::int - (b.counts ->> 'leftOut')::int
              - (b.counts ->> 'cancelled')::int - t.applied - t.refused - t.failed
              - w.sending - w.unknown),
           'sending', w.sending, 'unknown', w.unknown,
           'applied', t.applied, 'refused', t.refused, 'failed', t.failed)
         end
    from public.cpe_bulk b
    left join public.cpe_bulk_tally t on t.bulk_id = b.id
   cross join lateral (
     select count(*) filter (where r.state = 'sending') as sending,
            count(*) filter (where r.state = 'unknown') as unknown
       from public.cpe_bulk_row r
      where r.bulk_id = b.id and r.state <> 'waiting' and r.state in ('sending', 'unknown')) w
   where b.id = bulk
$$;

-- Counts all rows of a bulk again, after a person moved many of them. The brakes' counts begin
-- anew.
create function recount_bulk(bulk uuid) returns void language sql as $$
  with counted as (
    select count(*)::int as rows,
           count(*) filter (where state = 'left-out')::int as left_out,
           count(*) filter (where state = 'cancelled')::int as cancelled,
           count(*) filter (where state = 'applied')::int as applied,
           count(*) filter (where state = 'refused')::int as refused,
           count(*) filter (where state = 'failed')::int as failed
      from public.cpe_bulk_row where bulk_id = bulk),
  kept as (
    update public.cpe_bulk b
       set counts = b.counts || jsonb_build_object(
             'rows', c.rows, 'leftOut', c.left_out, 'cancelled', c.cancelled)
      from counted c where b.id = bulk)
  insert into public.cpe_bulk_tally (bulk_id, applied, refused, failed)
  select bulk, applied, refused, failed from counted
  on conflict (bulk_id) do update
     set (applied, refused, failed, in_a_row, settled_since, refused_since, unknown_since, since)
       = (excluded.applied, excluded.refused, excluded.failed, 0, 0, 0, 0, now())
$$;

-- What happened to a person's updates after the page that sent them may have been left, and what
-- waits for a person. Kept for 30 days.
create table inbox_entry (
  id bigint generated always as identity primary key,
  person_id text not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('update-settled', 'needs-attention', 'bulk-finished')),
  -- The ticket that it is about; its segment group decides who may see the entry.
  ctt_id text references ctt,
  target jsonb not null,
  by_id text,
  by_name text,
  read_at timestamptz
);
create index inbox_entry_person on inbox_entry (person_id, id desc);
create index inbox_entry_unread on inbox_entry (person_id) where read_at is null;
create index inbox_entry_at on inbox_entry (at);

-- Open pages of the person show the new count, on all instances.
create function announce_inbox_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('inbox_changed', new.person_id);
  return null;
end
$$;
create trigger announce_inbox_change after insert on inbox_entry
  for each row execute function announce_inbox_change();

-- Writes the entries of an update that was settled in the background or by a person, or that needs
-- one: for its sender, and for signed-in supervisors of its segment group. Nobody is notified of
-- their own act. The desk's role may not insert entries, so this runs as the owner.
create function notify_of_update() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  settler jsonb := new.settlement -> 'by';
  about jsonb := jsonb_build_object('kind', 'cpe-update', 'id', new.id, 'state', new.state);
begin
  if new.state = 'needs-attention' then
    insert into public.inbox_entry (person_id, kind, ctt_id, target, by_id, by_name)
    select distinct person, 'needs-attention', new.ctt_id, about, new.actor_id, new.actor_name
      from (select new.actor_id as person
            union
            select s.subject
              from public.portal_session s
             where s.expires_at > now() and 'supervisor' = any (s.roles)
               and (select l.segment_group from public.service_line l
                     where l.id = new.service_line_id) = any (s.segment_groups)) readers;
  elsif settler ->> 'id' is distinct from new.actor_id then
    insert into public.inbox_entry (person_id, kind, ctt_id, target, by_id, by_name)
    values (new.actor_id, 'update-settled', new.ctt_id, about, settler ->> 'id',
            settler ->> 'name');
  end if;
  return null;
end
$$;
-- An update that settles while its caller waits was never asked about: it causes no entry.
create trigger notify_of_update after update of state on cpe_update
  for each row
  when (new.state is distinct from old.state
        and (new.state = 'needs-attention'
             or new.state in ('applied', 'rejected', 'abandoned')
                and (new.asked > 0 or old.state = 'needs-attention')))
  execute function notify_of_update();

-- Filters of the ticket list under a name.
create table saved_view (
  id uuid primary key default gen_random_uuid(),
  person_id text not null,
  name text not null,
  query jsonb not null,
  saved_at timestamptz not null default now(),
  unique (person_id, name)
);

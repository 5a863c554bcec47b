-- What tickets are filtered by stands with the ticket: technology, Managed Services and segment group of its line. The
-- foreign key keeps them true.
alter table service_line add constraint service_line_facets_key unique (id, technology, managed_services, segment_group);

alter table ctt add column technology text, add column managed_services boolean, add column segment_group text;
update ctt set technology = l.technology, managed_services = l.managed_services, segment_group = l.segment_group
  from service_line l where l.id = ctt.service_line_id;
alter table ctt
  alter column technology set not null,
  alter column managed_services set not null,
  alter column segment_group set not null,
  add constraint ctt_facets_fkey foreign key (service_line_id, technology, managed_services, segment_group)
    references service_line (id, technology, managed_services, segment_group) on update cascade;

-- A page of any filter is merged from the beginnings of these, one for each combination that the filter leaves.
create index ctt_facets_opened on ctt (status, technology, managed_services, segment_group, opened_at, id);
create index ctt_facets_number on ctt (status, technology, managed_services, segment_group, ticket_no);

-- How many tickets there are of each combination: what the list counts, without counting.
create table ticket_count (
  status text not null,
  technology text not null,
  managed_services boolean not null,
  segment_group text not null,
  count bigint not null,
  primary key (status, technology, managed_services, segment_group)
);
insert into ticket_count select status, technology, managed_services, segment_group, count(*) from ctt group by 1, 2, 3, 4;

-- In the order of the primary key, so that two transactions never wait for each other.
create function count_tickets() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, count(*) from added group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  elsif tg_op = 'UPDATE' then
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, sum(n) from (
        select status, technology, managed_services, segment_group, 1 as n from added
        union all
        select status, technology, managed_services, segment_group, -1 from removed) moved
      group by 1, 2, 3, 4 having sum(n) <> 0 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  else
    insert into ticket_count as c
      select status, technology, managed_services, segment_group, -count(*) from removed group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (status, technology, managed_services, segment_group) do update set count = c.count + excluded.count;
  end if;
  return null;
end
$$;
create trigger ctt_counted_insert after insert on ctt referencing new table as added
  for each statement execute function count_tickets();
create trigger ctt_counted_update after update on ctt referencing old table as removed new table as added
  for each statement execute function count_tickets();
create trigger ctt_counted_delete after delete on ctt referencing old table as removed
  for each statement execute function count_tickets();

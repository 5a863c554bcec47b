-- name: select-inbox
-- params: person_id, segment_groups: SegmentGroup[], is_unread, before?, limit
-- columns: is_read!
-- Newest first. An entry of a ticket outside the reader's segment groups is not shown.
select e.id, e.at, e.kind, e.ctt_id, (select ticket_no from ctt where id = e.ctt_id) as ticket_no,
       e.target, e.by_id, e.by_name, e.read_at is not null as is_read
  from inbox_entry e
 where e.person_id = :person_id
   and (e.ctt_id is null
        or exists (select from ctt c join service_line l on l.id = c.service_line_id
                    where c.id = e.ctt_id and l.segment_group = any (:segment_groups::text[])))
   and (not :is_unread::boolean or e.read_at is null)
   and (:before::bigint is null or e.id < :before)
 order by e.id desc limit :limit;

-- name: select-unread-count
-- params: person_id, segment_groups: SegmentGroup[]
-- columns: unread!
select count(*) as unread
  from inbox_entry e
 where e.person_id = :person_id and e.read_at is null
   and (e.ctt_id is null
        or exists (select from ctt c join service_line l on l.id = c.service_line_id
                    where c.id = e.ctt_id and l.segment_group = any (:segment_groups::text[])));

-- name: mark-entries-read
-- params: person_id, ids, up_to?
-- columns: announced!
-- These entries, or all up to one. Other pages of the person show the new count.
with marked as (
  update inbox_entry set read_at = now()
   where person_id = :person_id and read_at is null
     and (id = any (:ids::bigint[]) or id <= :up_to::bigint)
  returning id)
select pg_notify('inbox_changed', :person_id)::text as announced
  from (select from marked limit 1) any_marked;

-- name: delete-inbox-entries
-- params: days
delete from inbox_entry where at < now() - make_interval(days => :days::int);

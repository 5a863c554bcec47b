-- name: insert-event
-- params: announcement
-- Every instance sends it to its readers after the commit.
insert into cpe_update_event (announcement) values (:announcement);

-- name: select-newest-event
-- columns: position!, announcement!
-- The newest event; position 0 before the first one.
select coalesce(e.position, 0)::bigint as position, e.announcement
  from (select) as always
  left join lateral (select position, announcement from cpe_update_event
                      order by position desc limit 1) as e on true;

-- name: select-events
-- params: from, gaps, at_most
-- The event at a position, those after it, and those at earlier positions that were empty; with the
-- database's identity.
select d.database, e.position, e.announcement
  from (select database_identity() as database) as d
  left join lateral (
    (select position, announcement from cpe_update_event where position = any(:gaps::bigint[]))
    union all
    (select position, announcement from cpe_update_event
      where position >= :from order by position limit :at_most)) as e on true
 order by e.position;

-- name: delete-old-events
-- params: hours
-- Every instance has read these long ago.
delete from cpe_update_event where position <
  (select min(position) from cpe_update_event where at > now() - :hours * interval '1 hour');

-- name: open-reconciliation
-- params: id, lease_ms
-- Starts a pass where none is open. No row where one is.
insert into reconciliation (id, leased_by, leased_until)
values (:id, :id, now() + :lease_ms * interval '1 ms')
on conflict ((true)) where ended_at is null do nothing returning id;

-- name: lease-reconciliation
-- params: by, lease_ms
-- Leases the open pass unless another instance has the lease. A lease that ends later than any
-- lease can is void: the database's clock was set back.
update reconciliation set leased_by = :by, leased_until = now() + :lease_ms * interval '1 ms'
 where ended_at is null
   and not leased_until between now() and now() + 2 * :lease_ms * interval '1 ms'
returning id, after_line;

-- name: restart-reconciliation
-- params: since
-- Begins the open pass again if it began until this time, and takes it from the instance that works
-- on it: comparisons from before a restore do not count.
update reconciliation
   set started_at = now(), after_line = '', compared = 0, skipped = 0, unanswered = 0, repaired = 0,
       drifted = 0, leased_by = gen_random_uuid(), leased_until = now()
 where ended_at is null and started_at <= :since;

-- name: record-reconciliation-progress
-- params: id, by, lease_ms, after_line, compared, skipped, unanswered, repaired, drifted, is_end
-- Records the progress of the pass. No row where another instance has taken it over.
update reconciliation
   set leased_until = now() + :lease_ms * interval '1 ms', after_line = :after_line,
       compared = compared + :compared, skipped = skipped + :skipped,
       unanswered = unanswered + :unanswered, repaired = repaired + :repaired,
       drifted = drifted + :drifted, ended_at = case when :is_end then now() end
 where id = :id and leased_by = :by and ended_at is null
returning id;

-- name: renew-reconciliation
-- params: id, by, lease_ms
-- Renews the lease during a long batch.
update reconciliation set leased_until = now() + :lease_ms * interval '1 ms'
 where id = :id and leased_by = :by and ended_at is null;

-- name: release-reconciliation
-- params: id, by
-- Ends the lease, so that another instance can continue the pass.
update reconciliation set leased_until = now()
 where id = :id and leased_by = :by and ended_at is null;

-- name: select-reconciliation-due
-- params: every_ms?
-- columns: due!
-- Whether a pass is due: a pass or an incident is open, or the last pass (else the first migration)
-- is this long ago. Null: passes are due only for incidents.
select exists (select from reconciliation where ended_at is null)
    or exists (select from incident where closed_at is null)
    or coalesce(
         coalesce((select max(started_at) from reconciliation),
                  (select min(applied_at) from schema_migration))
         + :every_ms * interval '1 ms' <= now(), false) as due;

-- name: select-reconciliation
-- params: id
select started_at, ended_at, compared, skipped, unanswered, repaired, drifted
  from reconciliation where id = :id;

-- name: select-lines-to-reconcile
-- params: after_line, limit
-- columns: id!, version!, is_line_same!, is_unsettled!, was_updated!
-- The next lines with a CPE, by id. During an incident, those that were not compared since it
-- began.
select l.id, c.version, to_jsonb(c) as cpe, to_jsonb(d) as corp_data,
       (d.customer, d.segment_group, d.technology)
         is not distinct from (l.customer, l.segment_group, l.technology) as is_line_same,
       exists (select from cpe_update u
                where u.service_line_id = l.id and is_unsettled(u.state)) as is_unsettled,
       c.history_sequence > 0 as was_updated,
       (select id from incident where closed_at is null) as incident_id,
       (select e.id from line_path p join network_element e on e.id = p.network_element_id
         where p.service_line_id = l.id and e.kind = 'OLT' order by p.position limit 1) as olt_id
  from service_line l
  join cpe c on c.service_line_id = l.id
  left join corp_data_temp d on d.service_line_id = l.id
 where l.id > :after_line and not exists (
   select from incident_line n where n.service_line_id = l.id
      and n.incident_id = (select id from incident where closed_at is null))
 order by l.id limit :limit;

-- name: select-line-to-reconcile
-- params: line_id
-- columns: id!, version!, is_line_same!, is_unsettled!, was_updated!
select l.id, c.version, to_jsonb(c) as cpe, to_jsonb(d) as corp_data,
       (d.customer, d.segment_group, d.technology)
         is not distinct from (l.customer, l.segment_group, l.technology) as is_line_same,
       exists (select from cpe_update u
                where u.service_line_id = l.id and is_unsettled(u.state)) as is_unsettled,
       c.history_sequence > 0 as was_updated,
       (select id from incident where closed_at is null) as incident_id,
       (select e.id from line_path p join network_element e on e.id = p.network_element_id
         where p.service_line_id = l.id and e.kind = 'OLT' order by p.position limit 1) as olt_id
  from service_line l
  join cpe c on c.service_line_id = l.id
  left join corp_data_temp d on d.service_line_id = l.id
 where l.id = :line_id;

-- name: lock-cpe
-- params: line_id
-- Locks a line's CPE until the transaction ends: an update is applied before or after it.
select service_line_id from cpe where service_line_id = :line_id for share;

-- name: select-is-still
-- params: line_id, version
-- columns: still!
-- Whether a line's CPE still has this version, and no update of the line is unsettled.
select exists (select from cpe where service_line_id = :line_id and version = :version)
   and not exists (select from cpe_update
                    where service_line_id = :line_id and is_unsettled(state)) as still;

-- name: write-drift
-- params: line_id, holder: DriftHolder, fields, recorded, held?, is_repaired, held_values
-- A drift that is found again keeps the time when it was first found.
insert into drift as d (
  service_line_id, holder, found_at, seen_at, repaired_at, fields, recorded, held, held_values)
values (:line_id, :holder, now(), now(), case when :is_repaired then now() end, :fields, :recorded,
        :held, :held_values)
on conflict (service_line_id, holder) do update
   set found_at = case when d.repaired_at is null then d.found_at else excluded.found_at end,
       seen_at = excluded.seen_at, repaired_at = excluded.repaired_at, fields = excluded.fields,
       recorded = excluded.recorded, held = excluded.held, held_values = excluded.held_values;

-- name: delete-drifts
-- params: line_ids
-- Deletes the drifts of lines on which NIG and the desk agree.
delete from drift where holder = 'nig' and service_line_id = any(:line_ids);

-- name: delete-old-repairs
-- params: days
delete from drift where repaired_at < now() - :days * interval '1 day';

-- name: select-drifts
-- params: segment_groups: SegmentGroup[], limit
-- columns: service_line_id!, customer!, holder!, found_at!, seen_at!, fields!, recorded!,
--   ticket_id?, ticket_no?
-- Open drifts first, oldest at the top, then repaired ones, newest at the top. With the line's
-- newest ticket.
select d.service_line_id, l.customer, d.holder, d.found_at, d.seen_at, d.repaired_at, d.fields,
       d.recorded, d.held, t.id as ticket_id, t.ticket_no
  from drift d
  join service_line l on l.id = d.service_line_id
  left join lateral (select id, ticket_no from ctt where service_line_id = l.id
                      order by opened_at desc, id desc limit 1) t on true
 where l.segment_group = any(:segment_groups::text[])
 order by d.repaired_at desc nulls first, d.found_at, d.service_line_id limit :limit;

-- name: select-nig-drifts
-- params: after_line, limit
-- The next lines on which NIG differs, by id.
select service_line_id, found_at, fields, recorded, held from drift
 where holder = 'nig' and service_line_id > :after_line order by service_line_id limit :limit;

-- name: select-last-reconciliation
select started_at, ended_at, compared, skipped, unanswered, repaired, drifted
  from reconciliation order by started_at desc limit 1;

-- name: count-drift
-- columns: lines!
select (select count(*) from drift where repaired_at is null) as lines,
       (select extract(epoch from now() - max(ended_at))::float8 from reconciliation)
         as seconds_since;

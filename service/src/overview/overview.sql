-- The facts of settled updates, by days of a time zone, are counted by two statements: one adds
-- them to the summary, the other counts those after its end. Both hold the same `settled` and
-- `facts`. Answer times are rounded up to two digits: a day has few keys, and its median is within
-- a tenth of the true one.

-- name: add-to-zone-summary
-- params: zone, from, to
-- Adds the updates settled in a span of time to the summary.
with settled as (
  select (u.settled_at at time zone :zone)::date as day, u.state, u.kind, u.before, u.nig_code,
         u.attempts,
         -- A look-up for each: the planner does not know that they are few.
         (select segment_group from service_line where id = u.service_line_id) as segment_group
    from cpe_update u
   where u.settled_at >= :from and u.settled_at < :to),
facts as (
  select day, segment_group, 'outcome' as fact, state as key from settled
  union all
  select day, segment_group, 'answer-ms',
         case when ms < 100 then ms::int
              else (ceil(ms / 10 ^ floor(log(ms) - 1)) * 10 ^ floor(log(ms) - 1))::int end::text
    from settled, jsonb_to_recordset(attempts) as a(call text, outcome text, ms float8)
   where a.call = 'send' and a.outcome in ('accepted', 'rejected')
  union all
  select day, segment_group, 'refusal', coalesce(nig_code, '') from settled where state = 'rejected'
  union all
  select day, segment_group, kind,
         jsonb_build_array(before ->> 'manufacturer', before ->> 'model')::text
    from settled where state = 'applied' and kind in ('correction', 'swap'))
insert into zone_summary (time_zone, day, segment_group, fact, key, count)
select :zone, day, segment_group, fact, key, count(*) from facts group by 2, 3, 4, 5
on conflict (time_zone, day, segment_group, fact, key)
  do update set count = zone_summary.count + excluded.count;

-- name: begin-zone-summary
-- params: zone
-- Adds a time zone that was never counted.
insert into zone_summary_until values (:zone, '-infinity') on conflict do nothing;

-- name: lock-zone-summary-end
-- params: zone, late_ms
-- columns: until!, last!, next!
-- Locks the end of the summary. `next`: its next end, at most a day past the first update that is
-- not in it, and never past `last`, the latest end by the database's clock.
select until::text, last,
       least(last,
             (select min(settled_at) from cpe_update where settled_at >= until) + interval '1 day')
         as next
  from zone_summary_until, lateral (select now() - :late_ms * interval '1 ms' as last) as clock
 where time_zone = :zone for update of zone_summary_until;

-- name: move-zone-summary-end
-- params: zone, until
update zone_summary_until set until = :until where time_zone = :zone;

-- name: select-today
-- params: zone
-- columns: today!
-- The present day in a time zone, by the database's clock.
select (clock_timestamp() at time zone :zone)::date::text as today;

-- name: select-zone-facts
-- params: zone, groups: SegmentGroup[], since
-- columns: day!, fact!: SummaryFact, key!, count!
-- The facts since a day: those of the summary, and those of updates settled after its end.
with settled as (
  select (u.settled_at at time zone :zone)::date as day, u.state, u.kind, u.before, u.nig_code,
         u.attempts,
         -- A look-up for each: the planner does not know that they are few.
         (select segment_group from service_line where id = u.service_line_id) as segment_group
    from cpe_update u
   where u.settled_at >= greatest(
     :since::date::timestamp at time zone :zone,
     (select until from zone_summary_until where time_zone = :zone))),
facts as (
  select day, segment_group, 'outcome' as fact, state as key from settled
  union all
  select day, segment_group, 'answer-ms',
         case when ms < 100 then ms::int
              else (ceil(ms / 10 ^ floor(log(ms) - 1)) * 10 ^ floor(log(ms) - 1))::int end::text
    from settled, jsonb_to_recordset(attempts) as a(call text, outcome text, ms float8)
   where a.call = 'send' and a.outcome in ('accepted', 'rejected')
  union all
  select day, segment_group, 'refusal', coalesce(nig_code, '') from settled where state = 'rejected'
  union all
  select day, segment_group, kind,
         jsonb_build_array(before ->> 'manufacturer', before ->> 'model')::text
    from settled where state = 'applied' and kind in ('correction', 'swap'))
select day::text, fact, key, sum(count)::bigint as count
  from (
    select day, segment_group, fact, key, count(*) as count from facts group by 1, 2, 3, 4
    union all
    select day, segment_group, fact, key, count from zone_summary
     where time_zone = :zone and day >= :since::date) counted
 where segment_group = any(:groups) and day >= :since::date
 group by 1, 2, 3 order by 1, 2, 3;

-- name: select-oldest-unsettled
-- params: groups: SegmentGroup[], limit
-- columns: state: UnsettledState, all_of_them!
-- The oldest unsettled updates, and the number of all.
select u.id, u.ctt_id, u.ticket_no, u.state, u.requested_at, u.actor_name,
       count(*) over () as all_of_them
  from cpe_update u join service_line l on l.id = u.service_line_id
 where is_unsettled(u.state) and l.segment_group = any(:groups)
 order by u.requested_at, u.id limit :limit;

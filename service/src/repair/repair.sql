-- name: insert-repair
-- params: id, take: RepairTake, reason, actor_id, actor_name, segment_groups: SegmentGroup[],
--   line_ids
-- Records a repair with its lines, in the given order.
with made as (
  insert into repair (id, take, reason, actor_id, actor_name, segment_groups)
  values (:id, :take, :reason, :actor_id, :actor_name, :segment_groups)
  returning id)
insert into repair_line (repair_id, service_line_id, number)
select made.id, l.id, l.number
  from made, unnest(:line_ids::text[]) with ordinality as l(id, number);

-- name: lease-repair-lines
-- params: lease_ms, at_most
-- columns: is_alone!
-- Leases lines without a verdict, so that no other instance works on them. During a hold the lines
-- wait. A lease that ends later than any lease can is void: the database's clock was set back.
with taken as (
  update repair_line set leased_until = now() + :lease_ms * interval '1 ms'
   where (repair_id, service_line_id) in (
     select repair_id, service_line_id from repair_line where verdict is null
         and (leased_until <= now() or leased_until > now() + 2 * :lease_ms * interval '1 ms')
         and not exists (select from policy_hold where held)
      order by leased_until, repair_id, number limit :at_most for update skip locked)
  returning repair_id, service_line_id)
select t.repair_id, t.service_line_id, r.take, r.reason, r.actor_id, r.actor_name, r.segment_groups,
       (select count(*) from repair_line l where l.repair_id = r.id) = 1 as is_alone
  from taken t join repair r on r.id = t.repair_id;

-- name: write-repair-verdict
-- params: repair_id, line_id, verdict: RepairVerdict, detail?, update_id?
update repair_line set verdict = :verdict, detail = :detail, update_id = :update_id
 where repair_id = :repair_id and service_line_id = :line_id;

-- name: release-repair-line
-- params: repair_id, line_id
-- Ends the lease of a line without a verdict: it is leased again when that is possible.
update repair_line set leased_until = now()
 where repair_id = :repair_id and service_line_id = :line_id and verdict is null;

-- name: select-repair
-- params: repair_id
select take, reason, actor_id, actor_name, requested_at from repair where id = :repair_id;

-- name: select-repair-lines
-- params: repair_id, segment_groups: SegmentGroup[], is_own
-- The lines of a repair in these segment groups; for its requester also those that do not exist.
select r.service_line_id, r.verdict, r.detail, r.update_id from repair_line r
 where r.repair_id = :repair_id and (:is_own or exists (
   select from service_line l
    where l.id = r.service_line_id and l.segment_group = any(:segment_groups)))
 order by r.number;

-- name: select-newest-ticket
-- params: line_id, segment_groups: SegmentGroup[]
-- The newest ticket of a line in these segment groups, in any status.
select t.id from service_line l join ctt t on t.service_line_id = l.id
 where l.id = :line_id and l.segment_group = any(:segment_groups)
 order by t.opened_at desc, t.id desc limit 1;

-- name: select-held
-- params: line_id
-- The CPE that NIG held for a line when its drift was last found.
select held from drift where service_line_id = :line_id and holder = 'nig' and repaired_at is null;

import type { RepairTake, RepairVerdict, SegmentGroup } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

/** Records a repair with its lines, in the given order. */
export const insertRepair = statement<
  never,
  [
    id: string,
    take: RepairTake,
    reason: string,
    actorId: string,
    actorName: string,
    segmentGroups: readonly SegmentGroup[],
    lineIds: readonly string[],
  ]
>(
  'insert-repair',
  `with made as (
     insert into repair (id, take, reason, actor_id, actor_name, segment_groups)
     values ($1, $2, $3, $4, $5, $6) returning id)
   insert into repair_line (repair_id, service_line_id, number)
   select made.id, l.id, l.number from made, unnest($7::text[]) with ordinality as l(id, number)`,
);

export type RepairLineRow = {
  repair_id: string;
  service_line_id: string;
  take: RepairTake;
  reason: string;
  actor_id: string;
  actor_name: string;
  segment_groups: SegmentGroup[];
  is_alone: boolean;
};

/**
 * Leases lines without a verdict, so that no other instance works on them. During a hold the lines
 * wait. A lease that ends later than any lease can is void: the database's clock was set back.
 */
export const leaseLines = statement<RepairLineRow, [leaseMs: number, atMost: number]>(
  'take-repair-lines',
  `with taken as (
     update repair_line set leased_until = now() + $1 * interval '1 ms'
      where (repair_id, service_line_id) in (
        select repair_id, service_line_id from repair_line where verdict is null
            and (leased_until <= now() or leased_until > now() + 2 * $1 * interval '1 ms')
            and not exists (select from policy_hold where held)
         order by leased_until, repair_id, number limit $2 for update skip locked)
     returning repair_id, service_line_id)
   select t.repair_id, t.service_line_id, r.take, r.reason, r.actor_id, r.actor_name, r.segment_groups,
          (select count(*) from repair_line l where l.repair_id = r.id) = 1 as is_alone
     from taken t join repair r on r.id = t.repair_id`,
);

export const writeVerdict = statement<
  never,
  [repairId: string, lineId: string, verdict: RepairVerdict, detail: string | null, updateId: string | null]
>(
  'write-repair-verdict',
  `update repair_line set verdict = $3, detail = $4, update_id = $5
    where repair_id = $1 and service_line_id = $2`,
);

/** Ends the lease of a line without a verdict: it is leased again when that is possible. */
export const releaseLine = statement<never, [repairId: string, lineId: string]>(
  'return-repair-line',
  `update repair_line set leased_until = now()
    where repair_id = $1 and service_line_id = $2 and verdict is null`,
);

export const selectRepair = statement<
  {
    take: RepairTake;
    reason: string;
    actor_id: string;
    actor_name: string;
    requested_at: Date;
  },
  [repairId: string]
>('select-repair', 'select take, reason, actor_id, actor_name, requested_at from repair where id = $1');

/**
 * The lines of a repair in these segment groups; for its requester also those that do not exist.
 */
export const selectRepairLines = statement<
  { service_line_id: string; verdict: RepairVerdict | null; detail: string | null; update_id: string | null },
  [repairId: string, segmentGroups: readonly SegmentGroup[], isOwn: boolean]
>(
  'select-repair-lines',
  `select r.service_line_id, r.verdict, r.detail, r.update_id from repair_line r
    where r.repair_id = $1 and ($3 or exists (
      select from service_line l where l.id = r.service_line_id and l.segment_group = any($2)))
    order by r.number`,
);

/** The newest ticket of a line in these segment groups, in any status. */
export const selectNewestTicket = statement<
  { id: string },
  [lineId: string, segmentGroups: readonly SegmentGroup[]]
>(
  'select-newest-ticket',
  `select t.id from service_line l join ctt t on t.service_line_id = l.id
    where l.id = $1 and l.segment_group = any($2) order by t.opened_at desc, t.id desc limit 1`,
);

/** The CPE that NIG held for a line when its drift was last found. */
export const selectHeld = statement<{ held: unknown }, [lineId: string]>(
  'select-held',
  `select held from drift where service_line_id = $1 and holder = 'nig' and repaired_at is null`,
);

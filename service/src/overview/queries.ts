import type { SegmentGroup, UnsettledUpdate } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

export type Fact = 'outcome' | 'answer-ms' | 'refusal' | 'correction' | 'swap';

/**
 * The facts of the updates settled in a span of time, by days of a time zone. Answer times are
 * rounded up to two digits: a day has few keys then, and its median is within a tenth of the true
 * one.
 */
const factsOf = (zone: string, span: string) => `
  with settled as (
    select (u.settled_at at time zone ${zone})::date as day, u.state, u.kind, u.before, u.nig_code, u.attempts,
           -- A look-up for each: the planner does not know that they are few.
           (select segment_group from service_line where id = u.service_line_id) as segment_group
      from cpe_update u where ${span}),
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
    select day, segment_group, kind, jsonb_build_array(before ->> 'manufacturer', before ->> 'model')::text
      from settled where state = 'applied' and kind in ('correction', 'swap'))`;

/** Adds the updates settled in a span of time to the summary. */
export const addToSummary = statement<never, [zone: string, from: string, to: Date]>(
  'add-to-zone-summary',
  `${factsOf('$1', 'u.settled_at >= $2 and u.settled_at < $3')}
   insert into zone_summary (time_zone, day, segment_group, fact, key, count)
   select $1, day, segment_group, fact, key, count(*) from facts group by 2, 3, 4, 5
   on conflict (time_zone, day, segment_group, fact, key)
     do update set count = zone_summary.count + excluded.count`,
);

/** Adds a time zone that was never counted. */
export const beginSummary = statement<never, [zone: string]>(
  'begin-zone-summary',
  `insert into zone_summary_until values ($1, '-infinity') on conflict do nothing`,
);

/**
 * Locks the end of the summary for its next step and returns it.
 * - `next`: the new end, at most a day after the first update that is not counted, and never after
 *   `last`
 * - `last`: the latest possible end by the database's clock
 */
export const lockSummaryEnd = statement<
  { until: string; next: Date; last: Date },
  [zone: string, lateMs: number]
>(
  'lock-zone-summary-end',
  `select until::text, last, least(last,
            (select min(settled_at) from cpe_update where settled_at >= until) + interval '1 day') as next
     from zone_summary_until, lateral (select now() - $2 * interval '1 ms' as last) as clock
    where time_zone = $1 for update of zone_summary_until`,
);

export const moveSummaryEnd = statement<never, [zone: string, until: Date]>(
  'move-zone-summary-end',
  'update zone_summary_until set until = $2 where time_zone = $1',
);

/** The present day in a time zone, by the database's clock. */
export const selectToday = statement<{ today: string }, [zone: string]>(
  'select-today',
  'select (clock_timestamp() at time zone $1)::date::text as today',
);

export type FactRow = { day: string; fact: Fact; key: string; count: number };

/** The facts since a day: those of the summary, and those of updates settled after its end. */
export const selectFacts = statement<FactRow, [zone: string, groups: readonly SegmentGroup[], since: string]>(
  'select-zone-facts',
  `${factsOf(
    '$1',
    `u.settled_at >= greatest($3::date::timestamp at time zone $1,
       (select until from zone_summary_until where time_zone = $1))`,
  )}
   select day::text, fact, key, sum(count)::bigint as count from (
     select day, segment_group, fact, key, count(*) as count from facts group by 1, 2, 3, 4
     union all
     select day, segment_group, fact, key, count from zone_summary
      where time_zone = $1 and day >= $3::date) counted
   where segment_group = any($2) and day >= $3::date group by 1, 2, 3 order by 1, 2, 3`,
);

export type UnsettledRow = {
  id: string;
  ctt_id: string;
  ticket_no: string;
  state: UnsettledUpdate['state'];
  requested_at: Date;
  actor_name: string;
  all_of_them: number;
};

/** The oldest unsettled updates, and the number of all. */
export const selectOldestUnsettled = statement<
  UnsettledRow,
  [groups: readonly SegmentGroup[], limit: number]
>(
  'select-oldest-unsettled',
  `select u.id, u.ctt_id, u.ticket_no, u.state, u.requested_at, u.actor_name, count(*) over () as all_of_them
     from cpe_update u join service_line l on l.id = u.service_line_id
    where u.state in ('recorded', 'accepted', 'unknown', 'needs-attention') and l.segment_group = any($1)
    order by u.requested_at, u.id limit $2`,
);

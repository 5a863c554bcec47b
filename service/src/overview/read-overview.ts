import type { Overview, SegmentGroup } from '@cpe-desk/contract';
import { z } from 'zod';
import { one, type Queryable, run } from '../platform/database/database.ts';
import {
  type SelectZoneFactsRow,
  selectOldestUnsettled,
  selectToday,
  selectZoneFacts,
} from './overview.sql.ts';

const MOST_SHOWN = 10;
const DAY_MS = 24 * 60 * 60_000;

/** The days until `today`, oldest first. */
const daysUntil = (today: string, days: number): string[] =>
  Array.from({ length: days }, (_, index) =>
    new Date(Date.parse(today) - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );

/** The time within which this part of the answers arrived; null where there were none. */
const percentile = (
  times: readonly { ms: number; count: number }[],
  part: number,
): number | null => {
  const all = times.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { ms, count } of times) {
    seen += count;
    if (seen >= all * part) return ms;
  }
  return null;
};

const factsOfDay = (
  day: string,
  facts: readonly SelectZoneFactsRow[],
): Overview['days'][number] => {
  const outcomes = (state: string) =>
    facts.find(({ fact, key }) => fact === 'outcome' && key === state)?.count ?? 0;
  const times = facts
    .filter(({ fact }) => fact === 'answer-ms')
    .map(({ key, count }) => ({ ms: Number(key), count }))
    .sort((a, b) => a.ms - b.ms);
  return {
    day,
    applied: outcomes('applied'),
    rejected: outcomes('rejected'),
    abandoned: outcomes('abandoned'),
    answers: {
      count: times.reduce((sum, { count }) => sum + count, 0),
      medianMs: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
    },
  };
};

const totals = (
  facts: readonly SelectZoneFactsRow[],
  wanted: SelectZoneFactsRow['fact'],
): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { fact, key, count } of facts)
    if (fact === wanted) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
};

const modelKey = z.tuple([z.string(), z.string()]);

const modelsOf = (facts: readonly SelectZoneFactsRow[]): Overview['models'] => {
  const [corrections, swaps] = [totals(facts, 'correction'), totals(facts, 'swap')];
  return [...new Set([...corrections.keys(), ...swaps.keys()])]
    .map((key) => {
      const [manufacturer, model] = modelKey.parse(JSON.parse(key));
      return {
        manufacturer,
        model,
        corrections: corrections.get(key) ?? 0,
        swaps: swaps.get(key) ?? 0,
      };
    })
    .sort(
      (a, b) => b.corrections + b.swaps - a.corrections - a.swaps || a.model.localeCompare(b.model),
    )
    .slice(0, MOST_SHOWN);
};

/** Statistics of updates and NIG over the days until today, by days of a time zone. */
export const readOverview = async (
  db: Queryable,
  groups: readonly SegmentGroup[],
  { days, timeZone }: { days: number; timeZone: string },
): Promise<Omit<Overview, 'nig'>> => {
  const { today } = await one(db, selectToday, [timeZone]);
  const names = daysUntil(today, days);
  const [facts, unsettled] = await Promise.all([
    run(db, selectZoneFacts, [timeZone, groups, names[0] ?? today]),
    run(db, selectOldestUnsettled, [groups, MOST_SHOWN]),
  ]);
  const byDay = Map.groupBy(facts, ({ day }) => day);
  return {
    timeZone,
    days: names.map((day) => factsOfDay(day, byDay.get(day) ?? [])),
    refusals: [...totals(facts, 'refusal')]
      .map(([code, count]) => ({ code, count }))
      .sort((a, b) => b.count - a.count),
    models: modelsOf(facts),
    unsettled: {
      count: unsettled[0]?.all_of_them ?? 0,
      oldest: unsettled.map((row) => ({
        updateId: row.id,
        cttId: row.ctt_id,
        ticketNo: row.ticket_no,
        state: row.state,
        since: row.requested_at.toISOString(),
        by: row.actor_name,
      })),
    },
  };
};

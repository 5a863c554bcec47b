import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../demo/src/data/random.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { holdLock } from '../support/hold-lock.ts';
import { refuseWrites } from '../support/refuse-writes.ts';
import type { Line } from './storm-operators.ts';

const EVERY_MS = 400;
/** A lock stops everybody, so locks are short. */
const UNLOCKED_MS = 3000;
/** The tables that an update, its look-up and its settling write. */
const TABLES = [
  'cpe',
  'cpe_claim',
  'cpe_history',
  'cpe_update',
  'cpe_update_event',
  'idempotency_key',
];

type Target = {
  random: Random;
  pool: Pool;
  lines: readonly Line[];
  /** The time in ms after which an update that cannot be settled needs a person. */
  settleDeadlineMs: number;
  isOver(): boolean;
  add(what: string): void;
};

/** The locks and refusals, which the end of the storm ends. */
const lasting = async (ms: number, isOver: () => boolean): Promise<void> => {
  for (let waited = 0; waited < ms && !isOver(); waited += 50) await sleep(50);
};

/** Breaks something for a while. A kill of PostgreSQL ends a lock, but no refusal. */
const during = async (
  start: () => Promise<() => Promise<void>>,
  ms: number,
  isOver: () => boolean,
): Promise<boolean> => {
  const end = await start().catch(() => undefined);
  if (!end) return false;
  await lasting(ms, isOver);
  await end().catch(() => {});
  return true;
};

const hold =
  (pool: Pool, sql: string, params: unknown[] = []) =>
  async () =>
    (await holdLock(pool, sql, params)).release;

/** Repeatedly refuses all local writes of one line for longer than the deadline. */
export const refuseLines = async ({
  random,
  pool,
  lines,
  settleDeadlineMs,
  isOver,
  add,
}: Target) => {
  while (!isOver()) {
    const { lineId } = random.pick(lines);
    const ms = settleDeadlineMs + random.below(settleDeadlineMs);
    if (await during(() => refuseWrites(pool, lineId), ms, isOver))
      add('lines refused past the deadline');
    await sleep(EVERY_MS);
  }
};

/** Repeatedly locks a table, or the CPE of a line, in an idle transaction. */
export const holdLocks = async ({ random, pool, lines, isOver, add }: Target) => {
  while (!isOver()) {
    await sleep(EVERY_MS + random.below(UNLOCKED_MS));
    const isTable = random.below(2) === 0;
    const [what, start] = isTable
      ? ['tables locked', hold(pool, `lock table ${random.pick(TABLES)}`)]
      : [
          'CPEs held by an idle transaction',
          hold(pool, 'select from cpe where service_line_id = $1 for update', [
            random.pick(lines).lineId,
          ]),
        ];
    if (await during(start, 200 + random.below(isTable ? 1500 : 4000), isOver)) add(what);
  }
};

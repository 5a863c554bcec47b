import { type BulkRowState, type Failure, problemBody } from '@cpe-desk/contract';
import {
  abandonLater,
  explainUnrecorded,
  type NotRecorded,
  reasonOf,
} from '../../cpe-update/3-record.ts';
import type { FlowDeps } from '../../cpe-update/batches.ts';
import type { Intent, Unrecorded } from '../../cpe-update/intent.ts';
import { type IntentToRecord, insertIntents } from '../../cpe-update/record-intents.ts';
import { setLockTimeout } from '../../cpe-update/settle-update.sql.ts';
import { storableJson } from '../../cpe-update/storable-json.ts';
import { headOf } from '../../history/chain/chain-entry.ts';
import { clockAt } from '../../platform/database/clock.ts';
import {
  inTransaction,
  maybeOne,
  run,
  type Transaction,
} from '../../platform/database/database.ts';
import {
  isDatabaseUnavailable,
  mayBeOfOneRow,
  UnconfirmedCommit,
} from '../../platform/database/errors.ts';
import { brakeOf } from './brakes.ts';
import { type JudgedRow, judgeRows } from './judge-rows.ts';
import {
  lockToRecord,
  lockToTakeTurns,
  markRows,
  setNextSend,
  takeWaitingRows,
} from './run.sql.ts';
import type { RunningBulk } from './running-bulk.ts';
import { type Turns, turnAfter, turnsAt } from './turns.ts';

/** A recorded row, and when its update is sent, ms from now. */
export type RecordedRow = { intent: Intent; sendInMs: number };

/**
 * `stopped`: the bulk does not run, reached a brake, or is held back. `no-turn`: its rate or the
 * next probe of NIG leaves no turn now. `again`: a row broke the batch; the rows go alone.
 */
export type Batch = {
  end: 'recorded' | 'stopped' | 'no-turn' | 'no-rows' | 'again';
  recorded: RecordedRow[];
  /** Rows that were refused. */
  refused: number;
  /** The last row that was taken. */
  last: number;
};

const emptyBatch = (end: Batch['end'], last = 0): Batch => ({
  end,
  recorded: [],
  refused: 0,
  last,
});

/** A row waits for no lock of a line longer than this, ms; the batch then goes row by row. */
const LOCK_MS = 200;
/** NIG is probed with one row in this time, ms, on all instances together. */
export const PROBE_EVERY_MS = 15_000;

type Mark = { row: number; state: BulkRowState; updateId: string | null; failure: Failure | null };

/** A row fails where the desk could not try, and is refused where a rule or NIG says no. */
const refusal = (row: number, failure: Failure): Mark => ({
  ...{ row, updateId: null, failure },
  state: ['unavailable', 'internal-error'].includes(failure.code) ? 'failed' : 'refused',
});

const mark = (tx: Transaction, bulkId: string, marks: readonly Mark[]) =>
  run(tx, markRows, [
    bulkId,
    marks.map(({ row }) => row),
    marks.map(({ state }) => state),
    marks.map(({ updateId }) => updateId),
    marks.map(({ failure }) => failure && storableJson(problemBody(failure))),
  ]);

/** Records the intents of a batch and explains those that were not recorded. */
const recordItems = async (
  deps: FlowDeps,
  tx: Transaction,
  items: readonly { row: number; item: IntentToRecord }[],
): Promise<{ marks: Mark[]; intents: Intent[] }> => {
  const [marks, intents]: [Mark[], Intent[]] = [[], []];
  if (items.length === 0) return { marks, intents };
  const rows = await insertIntents(
    { ...deps, db: tx },
    items.map(({ item }) => item),
  );
  for (const [n, recorded] of rows.entries()) {
    const of = items[n];
    if (!of) throw new Error('Each intent has a row');
    const { intent } = of.item;
    if (recorded.is_recorded) {
      marks.push({ row: of.row, state: 'sending', updateId: intent.updateId, failure: null });
      intents.push({ ...intent, clock: clockAt(recorded.at), head: headOf(recorded) });
      continue;
    }
    const reason: NotRecorded = await explainUnrecorded({ ...deps, db: tx }, intent, recorded);
    // A lost race: the row keeps waiting, and is judged again.
    if (reason !== 'changed-meanwhile') marks.push(refusal(of.row, reason));
  }
  return { marks, intents };
};

/** Turns of a bulk whose NIG is down: one row probes it now and then. */
const probeTurns = (nextSendAt: Date | null, now: Date): Turns => ({
  count: nextSendAt && nextSendAt > now ? 0 : 1,
  firstInMs: 0,
  everyMs: PROBE_EVERY_MS,
});

type Prepared = { items: IntentToRecord[] };

const recordIn = async (
  deps: FlowDeps,
  tx: Transaction,
  bulk: RunningBulk,
  { after, most }: { after: number; most: number },
  prepared: Prepared,
): Promise<Batch> => {
  await run(tx, setLockTimeout, [`${LOCK_MS}ms`]);
  const { ratePerSecond, brakes } = bulk.settings;
  const takesTurns = ratePerSecond !== null || bulk.nigDownSince !== null;
  const lock = await maybeOne(tx, takesTurns ? lockToTakeTurns : lockToRecord, [bulk.id]);
  if (!lock || brakeOf(brakes, lock)) return emptyBatch('stopped');
  const { next_send_at: nextSendAt, read_at: now } = lock;
  const turns = bulk.nigDownSince
    ? probeTurns(nextSendAt, now)
    : turnsAt(ratePerSecond, { now, nextSendAt }, most);
  if (turns.count === 0) return emptyBatch('no-turn');
  const rows = await run(tx, takeWaitingRows, [bulk.id, bulk.revertOf, after, turns.count]);
  const last = rows.at(-1)?.row ?? 0;
  if (rows.length === 0) return emptyBatch('no-rows');
  const judged: JudgedRow[] | undefined = await judgeRows(deps, tx, bulk, rows);
  if (!judged) return emptyBatch('stopped');
  const items = judged.flatMap((each) => ('item' in each ? [each] : []));
  prepared.items = items.map(({ item }) => item);
  const refused = judged.flatMap((each) =>
    'failure' in each ? [refusal(each.row, each.failure)] : [],
  );
  const { marks, intents } = await recordItems(deps, tx, items);
  const all = [...refused, ...marks];
  if (all.length > 0) await mark(tx, bulk.id, all);
  if (takesTurns && intents.length > 0)
    await run(tx, setNextSend, [bulk.id, turnAfter(now, turns, intents.length)]);
  const recorded = intents.map((intent, n) => ({
    intent,
    sendInMs: turns.firstInMs + n * (bulk.nigDownSince ? 0 : turns.everyMs),
  }));
  return { end: 'recorded', recorded, refused: all.length - intents.length, last };
};

const brokenRow: Failure = {
  code: 'internal-error',
  detail: 'The desk could not record this update, so nothing was sent. Its log says why',
};

/** Acts on an error of a batch of one row, which concerns that row alone. */
const followError = async (
  deps: FlowDeps,
  bulk: RunningBulk,
  error: unknown,
  item: IntentToRecord,
): Promise<Batch> => {
  const { row = 0 } = item.intent.bulk ?? {};
  const reason = await reasonOf(deps.db, error, item.intent);
  if (reason === 'changed-meanwhile' || (reason === undefined && isDatabaseUnavailable(error)))
    return emptyBatch('recorded', row);
  if (reason === undefined)
    deps.log.error({ err: error, bulkId: bulk.id, row }, 'a row of a bulk cannot be recorded');
  await inTransaction(deps.db, async (tx) => {
    if (!(await maybeOne(tx, lockToRecord, [bulk.id]))) return;
    await mark(tx, bulk.id, [refusal(row, reason ?? brokenRow)]);
  });
  return { ...emptyBatch('recorded', row), refused: 1 };
};

/**
 * Records the next waiting rows of a bulk in one transaction, which a pause waits for: their
 * intents, claims and states, by the statement of the single update. Sends nothing yet.
 */
export const recordBatch = async (
  deps: FlowDeps,
  bulk: RunningBulk,
  of: { after: number; most: number },
): Promise<Batch> => {
  if (!deps.commits.areConfirmed()) return emptyBatch('stopped');
  const prepared: Prepared = { items: [] };
  try {
    const batch = await inTransaction(deps.db, (tx) => recordIn(deps, tx, bulk, of, prepared));
    for (const { intent } of batch.recorded)
      deps.watch.recordSeen({ updateId: intent.updateId, state: 'recorded' });
    return batch;
  } catch (error) {
    const { items } = prepared;
    if (error instanceof UnconfirmedCommit) {
      const intents: Unrecorded[] = items.map(({ intent }) => intent);
      for (const intent of intents) abandonLater(deps, intent, error);
      return emptyBatch('stopped');
    }
    const [item] = items;
    if (!item || !mayBeOfOneRow(error)) throw error;
    return of.most > 1 ? emptyBatch('again') : followError(deps, bulk, error, item);
  }
};

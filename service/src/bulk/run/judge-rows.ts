import type { Failure } from '@cpe-desk/contract';
import { loadContexts, type UpdateContext } from '../../cpe-update/1-load.ts';
import { checkUpdate } from '../../cpe-update/2-check.ts';
import { newIntent } from '../../cpe-update/3-record.ts';
import type { FlowDeps } from '../../cpe-update/batches.ts';
import { refusalsOf } from '../../cpe-update/judge-updates.ts';
import { type IntentToRecord, keysOfIntent } from '../../cpe-update/record-intents.ts';
import type { Transaction } from '../../platform/database/database.ts';
import type { TakeWaitingRowsRow } from './run.sql.ts';
import { type RunningBulk, requestOf } from './running-bulk.ts';

/** A row with the intent to record, or the failure that its update would answer. */
export type JudgedRow = { row: number } & ({ item: IntentToRecord } | { failure: Failure });

/** Rows that are judged at a time during an incident: each asks NIG while its row is locked. */
const MOST_DURING_INCIDENT = 8;

type Loaded = { row: TakeWaitingRowsRow; context: UpdateContext };

const judgeRow = (
  deps: FlowDeps,
  bulk: RunningBulk,
  { row, context }: Loaded,
): JudgedRow & { context: UpdateContext } => {
  const checked = checkUpdate(deps, row.ctt_id, requestOf(bulk, row), context);
  if (!checked.ok) return { row: row.row, context, failure: checked.failure };
  const { id, name } = bulk;
  const origin = {
    requestId: bulk.id,
    revertOf: row.reverts ?? undefined,
    bulk: { id, row: row.row, name, attempt: row.attempt + 1 },
  };
  const item = { intent: newIntent(checked.value, origin), caller: bulk.caller, key: null };
  return { row: row.row, context, item };
};

/** During an incident, as of a single update: what NIG holds decides, too. */
const judgeDuringIncident = async (
  deps: FlowDeps,
  tx: Transaction,
  judged: readonly (JudgedRow & { context: UpdateContext })[],
): Promise<JudgedRow[]> => {
  const candidates = judged.flatMap((each) =>
    'item' in each ? [{ proposal: each.item.intent, context: each.context, row: each.row }] : [],
  );
  const refusals = await refusalsOf({ ...deps, db: tx }, candidates);
  const failures = new Map(candidates.map(({ row }, n) => [row, refusals[n]?.failure]));
  return judged.map((each) => {
    const failure = failures.get(each.row);
    return failure ? { row: each.row, failure } : each;
  });
};

/** Of rows that share a line, a claim or a network, the first: the others follow it. */
const withoutSharedKeys = (judged: readonly JudgedRow[]): JudgedRow[] => {
  const keys = new Set<string>();
  return judged.filter((each) => {
    if (!('item' in each)) return true;
    const own = keysOfIntent(each.item);
    if (own.some((key) => keys.has(key))) return false;
    for (const key of own) keys.add(key);
    return true;
  });
};

/**
 * Judges locked rows by the rules of the single update, on the facts of this moment. Rows that
 * cannot be judged together with others are left out: they keep waiting. `undefined`: nothing may
 * be recorded now, because updates are held or the database is another one.
 */
export const judgeRows = async (
  deps: FlowDeps,
  tx: Transaction,
  bulk: RunningBulk,
  rows: readonly TakeWaitingRowsRow[],
): Promise<JudgedRow[] | undefined> => {
  const { segmentGroups } = bulk.caller;
  const contexts = await loadContexts(
    tx,
    rows.map((row) => ({
      ...{ segmentGroups, cttId: row.ctt_id, device: requestOf(bulk, row).new, key: null },
    })),
  );
  const [first] = contexts;
  if (first?.held) return undefined;
  if (first && first.database !== deps.watch.database()) {
    await deps.watch.examine();
    return undefined;
  }
  const loaded = rows.flatMap((row, n): Loaded[] => {
    const context = contexts[n];
    return context ? [{ row, context }] : [];
  });
  if (!first || first.incidentId === null)
    return withoutSharedKeys(loaded.map((each) => judgeRow(deps, bulk, each)));
  const some = loaded.slice(0, MOST_DURING_INCIDENT).map((each) => judgeRow(deps, bulk, each));
  return withoutSharedKeys(await judgeDuringIncident(deps, tx, some));
};

import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import { coalesce } from '../platform/coalesce.ts';
import { inBatch } from '../platform/in-batch.ts';
import { type ContextRequest, loadContexts, type UpdateContext } from './1-load.ts';
import type { RecordIntentsRow } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import {
  type IntentToRecord,
  insertIntents,
  keysOfIntent,
  type RecordDeps,
} from './record-intents.ts';
import { type ApplyDeps, type ToApply, writeUpdates } from './write-applied.ts';

/**
 * The three statements of the flow. Concurrent calls share a statement and its commit; a call alone
 * runs at once.
 */
export type UpdateBatches = {
  load(request: ContextRequest): Promise<UpdateContext>;
  record(intent: IntentToRecord): Promise<RecordIntentsRow>;
  apply(update: ToApply): Promise<CpeUpdateAnswer | undefined>;
};

/** What the update flow needs, with its statements. */
export type FlowDeps = CpeUpdateDeps & { batches: UpdateBatches };

/** One batch of each statement at a time: larger batches cost less for each row. */
const SIZE = { most: 128, atATime: 1 };

const openBatches = (deps: RecordDeps & ApplyDeps): UpdateBatches => ({
  load: coalesce((requests) => inBatch(requests, (some) => loadContexts(deps.db, some)), SIZE),
  record: coalesce(
    (intents: readonly IntentToRecord[]) =>
      inBatch(intents, (some, lockMs) => insertIntents(deps, some, lockMs)),
    { ...SIZE, keysOf: keysOfIntent },
  ),
  apply: coalesce(
    (updates: readonly ToApply[]) =>
      inBatch(updates, (some, lockMs) => writeUpdates(deps, some, lockMs)),
    { ...SIZE, keysOf: ({ update }) => [update.serviceLineId] },
  ),
});

/** Gives deps the statements on their connections. */
export const withBatches = <Deps extends RecordDeps & ApplyDeps>(
  deps: Deps,
): Deps & { batches: UpdateBatches } => Object.assign(deps, { batches: openBatches(deps) });

import {
  type Attention,
  type CpeUpdateEvent,
  type CpeUpdateState,
  type Failure,
  type NigAttempt,
  nextState,
} from '@cpe-desk/contract';
import { one, run, type Transaction } from '../platform/database/database.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { announceState } from './events/announce-state.ts';
import { followInBulk } from './follow-in-bulk.ts';
import { releaseKey, storeFailure } from './idempotency.ts';
import {
  type LockUpdateRow,
  lockUpdate,
  postponeUpdate,
  releaseClaims,
  setAttention,
  setState,
  setUnknown,
} from './settle-update.sql.ts';
import { settlingTransaction } from './settling-transaction.ts';
import { storableJson } from './storable-json.ts';

/**
 * Moves an update along the state table inside a transaction. Does nothing where the table has no
 * such transition. `failure`: what the update answers then.
 */
const move = (
  deps: CpeUpdateDeps,
  updateId: string,
  event: CpeUpdateEvent,
  write: (tx: Transaction, state: CpeUpdateState, row: LockUpdateRow) => Promise<unknown>,
  failure: Failure | null = null,
): Promise<void> =>
  settlingTransaction(deps.db, async (tx) => {
    const row = await one(tx, lockUpdate, [updateId]);
    const state = nextState(row.state, event);
    if (!state) return;
    await write(tx, state, row);
    if (state === row.state) return;
    await followInBulk(tx, row, state, failure);
    await announceState(tx, row, state);
  });

/** The attempt as an addition to an update's attempts. */
export const attempts = (attempt: NigAttempt | null): string =>
  storableJson(attempt ? [attempt] : []);

/** The failure of an update that NIG refused, with NIG's own code and text. */
export const nigRejected = (updateId: string, code: string, message: string): Failure => ({
  code: 'nig-rejected',
  detail: `NIG refused the update: ${message}. Nothing was changed`,
  updateId,
  nig: { code, message },
});

/**
 * NIG refused: nothing changed, the claims are free, and a retry with the same key gets the same
 * answer.
 */
export const settleAsRejected = (
  deps: CpeUpdateDeps,
  updateId: string,
  { code, message }: { code: string; message: string },
  attempt: NigAttempt | null,
) => {
  const failure = nigRejected(updateId, code, message);
  const write = async (tx: Transaction, state: CpeUpdateState, row: LockUpdateRow) => {
    await run(tx, setState, [updateId, state, null, code, message, true, attempts(attempt)]);
    await run(tx, releaseClaims, [row.service_line_id, updateId]);
    await storeFailure(tx, updateId, failure);
  };
  return move(deps, updateId, 'nig-rejected', write, failure);
};

/** NIG never got it: nothing changed, claims and key are free. */
export const settleAsAbandoned = (
  deps: CpeUpdateDeps,
  updateId: string,
  why: string,
  attempt: NigAttempt | null,
) => {
  const write = async (tx: Transaction, state: CpeUpdateState, row: LockUpdateRow) => {
    await run(tx, setState, [updateId, state, null, null, why, true, attempts(attempt)]);
    await run(tx, releaseClaims, [row.service_line_id, updateId]);
    await releaseKey(tx, updateId);
  };
  const detail = `NIG did not get the update, and nothing was changed: ${why}`;
  return move(deps, updateId, 'nig-never-got-it', write, { code: 'nig-unavailable', detail });
};

/**
 * NIG gave no usable answer: it is asked again after `retryAfterMs`, with the handle that it gave.
 */
export const leaveUnknown = (
  deps: CpeUpdateDeps,
  updateId: string,
  { why, handle = null }: { why: string; handle?: string | null },
  retryAfterMs: number,
  attempt: NigAttempt | null,
) =>
  move(deps, updateId, 'no-answer', (tx) =>
    run(tx, setUnknown, [updateId, why, handle, retryAfterMs, attempts(attempt)]),
  );

/**
 * NIG accepted, but the local write failed: it is retried after `retryAfterMs`. An acceptance that
 * arrives after the update was handed to a person is stored; the person still settles it.
 */
export const leaveAccepted = (
  deps: CpeUpdateDeps,
  updateId: string,
  reference: string,
  retryAfterMs: number,
  attempt: NigAttempt | null,
) =>
  move(deps, updateId, 'nig-accepted', async (tx, state) => {
    await run(tx, setState, [updateId, state, reference, null, null, false, attempts(attempt)]);
    await run(tx, postponeUpdate, [updateId, retryAfterMs]);
  });

/**
 * The deadline passed: a person must settle the update. `attempt` is the last call to NIG, unless
 * it is already stored.
 */
export const settleAsNeedsAttention = (
  deps: CpeUpdateDeps,
  updateId: string,
  attention: Omit<Attention, 'at'>,
  attempt: NigAttempt | null,
) =>
  move(deps, updateId, 'deadline-passed', (tx, state) =>
    run(tx, setAttention, [updateId, state, storableJson(attention), attempts(attempt)]),
  );

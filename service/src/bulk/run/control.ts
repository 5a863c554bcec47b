import { isDeepStrictEqual } from 'node:util';
import type {
  Bulk,
  BulkPause,
  BulkSettings,
  BulkStartRequest,
  BulkState,
  Caller,
  Failure,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { recordAccess } from '../../access/access-log/record-access.ts';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  run,
  type Transaction,
} from '../../platform/database/database.ts';
import { done, failed, type Result } from '../../platform/result.ts';
import { bulkOf, CHECK_LASTS_MS, isBulkId, loadBulk } from '../load-bulk.ts';
import { bulkNotFound, wrongBulkState } from '../with-bulk.ts';
import type { BulkControlDeps } from './deps.ts';
import {
  admitBulkUpdates,
  beginRun,
  cancelRun,
  cancelWaitingRows,
  type LockBulkForPersonRow,
  lockBulkForPerson,
  pauseByPerson,
  recount,
  resumeRun,
} from './run.sql.ts';

/** Who acts on which bulk. */
export type Act = { bulkId: string; caller: Caller; request: Pick<FastifyRequest, 'ip' | 'id'> };

/** Rows that one statement changes: it stays below the limits of the flow's connections. */
export const ROWS_AT_A_TIME = 5000;

/**
 * Acts on a bulk in one transaction that waits until no instance records a row of it, and answers
 * the bulk after that.
 */
export const actOnBulk = async (
  db: Pool,
  { bulkId, caller }: Act,
  act: (tx: Transaction, bulk: LockBulkForPersonRow) => Promise<Failure | undefined>,
): Promise<Result<Bulk>> => {
  const { segmentGroups } = caller;
  if (!isBulkId(bulkId)) return failed(bulkNotFound(bulkId));
  const failure = await inTransaction(db, async (tx) => {
    const bulk = await maybeOne(tx, lockBulkForPerson, [bulkId, segmentGroups]);
    return bulk ? act(tx, bulk) : bulkNotFound(bulkId);
  });
  if (failure) return failed(failure);
  const row = await loadBulk(db, bulkId, segmentGroups);
  return row ? done(bulkOf(row)) : failed(bulkNotFound(bulkId));
};

/** The settings of a start with the defaults of the desk. */
const settingsOf = (
  { settings: { ratePerSecond, brakes, window } }: BulkStartRequest,
  { bulkRate }: BulkControlDeps,
): BulkSettings => ({ ratePerSecond: ratePerSecond ?? bulkRate, brakes, window });

const notStarter: Failure = {
  code: 'forbidden',
  detail: 'Only the person who uploaded a bulk starts it',
};

const olderInstance: Failure = {
  code: 'unavailable',
  detail:
    'An instance of an older version may still run, which would leave the bulk out of the ' +
    'history. A bulk starts when all are upgraded (npm run instances)',
};

const windowIsOver = ({ window }: BulkSettings): Failure | undefined =>
  window && window.notAfter !== null && new Date(window.notAfter) <= new Date()
    ? {
        code: 'malformed-request',
        detail: 'The window is over',
        errors: [
          {
            pointer: '/settings/window/notAfter',
            code: 'not-in-future',
            detail: 'Give a time in the future',
          },
        ],
      }
    : undefined;

const checkFailure = (
  { check_hash, checked_at }: LockBulkForPersonRow,
  checkHash: string,
): Failure | undefined => {
  if (check_hash !== checkHash)
    return {
      code: 'check-changed',
      detail: 'The bulk was checked again since; look at that check, then start it',
      checkHash: check_hash,
    };
  const expiresAt = new Date((checked_at?.getTime() ?? 0) + CHECK_LASTS_MS);
  if (expiresAt > new Date()) return undefined;
  return {
    code: 'check-expired',
    detail: 'The check is older than 24 hours; check the bulk again, then start it',
    expiresAt: expiresAt.toISOString(),
  };
};

const STARTED: readonly BulkState[] = ['running', 'paused', 'finished', 'cancelled'];

/** Whether this start was made before: it answers as then. */
const isStarted = (
  bulk: LockBulkForPersonRow,
  checkHash: string,
  settings: BulkSettings,
): boolean =>
  bulk.started_at !== null &&
  STARTED.includes(bulk.state) &&
  bulk.check_hash === checkHash &&
  isDeepStrictEqual(bulk.settings, settings);

/** Starts exactly what was checked. */
export const startBulk = (
  deps: BulkControlDeps,
  act: Act,
  request: BulkStartRequest,
): Promise<Result<Bulk>> =>
  actOnBulk(deps.db, act, async (tx, bulk) => {
    const { id, name, segmentGroups } = act.caller;
    const settings = settingsOf(request, deps);
    const { checkHash, reason = null } = request;
    if (bulk.created_by_id !== id) return notStarter;
    if (isStarted(bulk, checkHash, settings)) return undefined;
    if (bulk.state !== 'checked') return wrongBulkState(bulk.state, ['checked']);
    const failure = windowIsOver(settings) ?? checkFailure(bulk, checkHash);
    if (failure) return failure;
    if (!(await one(tx, admitBulkUpdates, [])).are_admitted) return olderInstance;
    await run(tx, recount, [bulk.id]);
    await run(tx, beginRun, [bulk.id, JSON.stringify(settings), reason, id, name, segmentGroups]);
    await recordAccess(tx, 'bulk-started', act.caller, act.request, {
      ...{ bulkId: bulk.id, name: bulk.name, checkHash },
    });
    return undefined;
  });

/** Pauses a bulk: once this has answered, no instance records another row. */
export const pauseBulk = (
  { db }: BulkControlDeps,
  act: Act,
  reason: string | null,
): Promise<Result<Bulk>> =>
  actOnBulk(db, act, async (tx, { id, name, state }) => {
    if (state === 'paused') return undefined;
    if (state !== 'running') return wrongBulkState(state, ['running']);
    const by = { id: act.caller.id, name: act.caller.name };
    const at = new Date().toISOString();
    const pause: BulkPause = { reason: 'person', by, at, detail: reason };
    await run(tx, pauseByPerson, [id, JSON.stringify(pause)]);
    const detail = { bulkId: id, name, reason };
    await recordAccess(tx, 'bulk-paused', act.caller, act.request, detail);
    return undefined;
  });

/** Resumes a paused bulk; the brakes' counts begin at zero. */
export const resumeBulk = ({ db }: BulkControlDeps, act: Act): Promise<Result<Bulk>> =>
  actOnBulk(db, act, async (tx, { id, state }) => {
    if (state === 'running') return undefined;
    if (state !== 'paused') return wrongBulkState(state, ['paused']);
    await run(tx, resumeRun, [id]);
    return undefined;
  });

const CANCELLABLE: readonly BulkState[] = [
  ...(['reading', 'needs-mapping', 'checking', 'checked', 'running', 'paused'] as const),
];

/** Cancels the rows of a cancelled bulk that wait. Continues where an instance died. */
export const cancelRows = async (db: Pool, bulkId: string): Promise<void> => {
  let count: number;
  do {
    count = (await run(db, cancelWaitingRows, [bulkId, ROWS_AT_A_TIME])).length;
  } while (count === ROWS_AT_A_TIME);
  await run(db, recount, [bulkId]);
};

/** Cancels a bulk: rows that are being sent settle, those that wait are cancelled. */
export const cancelBulk = async (
  { db }: BulkControlDeps,
  act: Act,
  reason: string,
): Promise<Result<Bulk>> => {
  const cancelled = await actOnBulk(db, act, async (tx, { id, name, state }) => {
    if (state === 'cancelled') return undefined;
    if (!CANCELLABLE.includes(state)) return wrongBulkState(state, CANCELLABLE);
    await run(tx, cancelRun, [id]);
    const detail = { bulkId: id, name, reason };
    await recordAccess(tx, 'bulk-cancelled', act.caller, act.request, detail);
    return undefined;
  });
  if (!cancelled.ok) return cancelled;
  await cancelRows(db, act.bulkId);
  const row = await loadBulk(db, act.bulkId, act.caller.segmentGroups);
  return row ? done(bulkOf(row)) : cancelled;
};

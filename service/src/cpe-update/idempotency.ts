import { hash } from 'node:crypto';
import { type Caller, type Failure, problemBody } from '@cpe-desk/contract';
import { maybeOne, type Queryable, run, type Transaction } from '../platform/database/database.ts';
import {
  deleteKeyOfUpdate,
  deleteOldKeys,
  selectIdempotencyKey,
  storeAnswer,
} from './idempotency.sql.ts';

/** A caller's key, bound to its ticket and body. */
export type KeyedRequest = { callerId: string; key: string; cttId: string; bodyHash: string };

/** The answer that was given, with its update. */
export type StoredAnswer = { updateId: string; status: number; body: unknown };

/** Answers are kept for retries at least this long. */
const KEPT_HOURS = 48;

/** Deletes keys that no retry needs. Keys of unsettled updates are kept. */
export const pruneKeys = (db: Queryable) => run(db, deleteOldKeys, [KEPT_HOURS]);

const withSortedMembers = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * SHA-256 of the request with sorted members: neither their order nor white space matters. Like RFC
 * 8785, except that it accepts lone surrogates, because the checks that refuse them come later.
 */
const hashOf = (request: object): string =>
  hash('sha256', JSON.stringify(request, withSortedMembers));

/**
 * A request with its key, where it has one. `request`: everything that must be equal for the same
 * answer.
 */
export const keyed = (
  caller: Caller,
  key: string | undefined,
  cttId: string,
  request: object,
): KeyedRequest | null =>
  key === undefined ? null : { callerId: caller.id, key, cttId, bodyHash: hashOf(request) };

export type KeyUse =
  | { use: 'new' }
  | { use: 'reused' }
  | { use: 'answered'; answer: StoredAnswer }
  | { use: 'unsettled'; updateId: string };

/** The state of the request that used this key first. */
export const lookUpKey = async (db: Queryable, request: KeyedRequest): Promise<KeyUse> => {
  const row = await maybeOne(db, selectIdempotencyKey, [request.callerId, request.key]);
  if (!row) return { use: 'new' };
  if (row.ctt_id !== request.cttId || row.body_hash !== request.bodyHash) return { use: 'reused' };
  const { update_id: updateId, status, answer: body } = row;
  return status === null
    ? { use: 'unsettled', updateId }
    : { use: 'answered', answer: { updateId, status, body } };
};

/**
 * Stores the failure that settles an update, for retries with its key. The answer of an applied
 * update is stored when it is written.
 */
export const storeFailure = (tx: Transaction, updateId: string, failure: Failure) => {
  const body = problemBody(failure);
  return run(tx, storeAnswer, [updateId, body.status, JSON.stringify(body)]);
};

/**
 * Frees the key of an update that never reached NIG: the caller was asked to try again, so a retry
 * must work.
 */
export const releaseKey = (tx: Transaction, updateId: string) =>
  run(tx, deleteKeyOfUpdate, [updateId]);

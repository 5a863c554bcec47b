import type { Caller } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { maybeOne, type Pool, run } from '../../platform/database/database.ts';
import { addressOf } from '../../platform/http/client-address.ts';
import { callerOf, programName } from '../identity/caller.ts';
import {
  type FindApiTokenRow,
  findApiToken,
  logApiTokenUse,
  touchApiToken,
} from './api-tokens.sql.ts';
import { apiTokenHash, hasChecksum } from './token-text.ts';

/** A revoked token ends on all instances within this time. */
const CACHED_MS = 5000;
const MOST_CACHED = 5000;
/** Precision of a token's last use: a write for each request would be waste. */
const TOUCH_AFTER_S = 60;
const MOST_ADDRESSES = 50;

/** The connections of the request, and those for what may be lost. */
type Pools = { db: Pool; touches: Pool };
type Request = Pick<FastifyRequest, 'ip' | 'id'>;

/** The id of a token's program in history and access log. */
export const tokenSubject = (id: string): string => `api-token:${id}`;

const callerOfToken = ({ id, name, roles, segment_groups }: FindApiTokenRow): Caller =>
  callerOf(tokenSubject(id), programName(name), { roles, segmentGroups: segment_groups });

/** Records that a token is in use: when, from where, and once a day in the access log. */
const recordUse = async (
  db: Pool,
  row: FindApiTokenRow,
  caller: Caller,
  address: string,
  { id: requestId }: Request,
): Promise<void> => {
  if (row.is_new_day)
    await run(db, logApiTokenUse, [row.id, caller.id, caller.name, address, requestId]);
  else if (row.is_to_touch) await run(db, touchApiToken, [row.id, address, MOST_ADDRESSES]);
};

export type ApiTokenCallers = {
  /** The caller of an API token; undefined where it is invalid, expired or revoked. */
  find(token: string, request: Request, pools: Pools): Promise<Caller | undefined>;
  /** Whether only the database knows if a token is valid: anyone can make one up. */
  isUnverified(token: string, request: Request): boolean;
};

/** By address, so that the use from another address is recorded. */
const keyOf = (token: string, request: Request): string =>
  `${apiTokenHash(token)} ${addressOf(request)}`;

/** Identifies the callers of API tokens. */
export const apiTokenCallers = (): ApiTokenCallers => {
  const known = new Map<string, { caller: Caller; until: number }>();
  const find: ApiTokenCallers['find'] = async (token, request, { db, touches }) => {
    if (!hasChecksum(token)) return undefined;
    const address = addressOf(request);
    const key = keyOf(token, request);
    const cached = known.get(key);
    // The time before the question: the answer may be as old as that.
    const askedAt = performance.now();
    if (cached && cached.until > askedAt) return cached.caller;
    const row = await maybeOne(db, findApiToken, [
      ...([apiTokenHash(token), address, TOUCH_AFTER_S] as const),
    ]);
    known.delete(key);
    if (row === undefined) return undefined;
    const caller = callerOfToken(row);
    await recordUse(touches, row, caller, address, request);
    const [oldest] = known.size < MOST_CACHED ? [] : known.keys();
    if (oldest !== undefined) known.delete(oldest);
    known.set(key, { caller, until: askedAt + Math.min(CACHED_MS, row.valid_ms) });
    return caller;
  };
  return {
    find,
    isUnverified: (token, request) => hasChecksum(token) && !known.has(keyOf(token, request)),
  };
};

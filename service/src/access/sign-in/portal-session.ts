import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '@cpe-desk/contract';
import {
  maybeOne,
  type Queryable,
  run,
  type Transaction,
} from '../../platform/database/database.ts';
import { callerOf } from '../identity/caller.ts';
import {
  deleteClearIdTokens,
  deleteExpiredPortalSessions,
  deletePortalSession,
  deletePortalSessionsOf,
  insertPortalSession,
  selectPortalSession,
  selectSessionEnd,
  takePortalSession,
  touchPortalSession,
} from './sign-in.sql.ts';
import type { SignInConfig } from './sign-in-config.ts';

/** Precision of a session's last use: a write for each request would be waste. */
const TOUCH_AFTER_S = 60;

/** Roles of a session with a refresh token are read again after this time. */
export const RENEW_AFTER_S = 15 * 60;

type Times = Pick<SignInConfig, 'sessionHours' | 'sessionIdleMinutes'>;

const SEAL_BYTES = 16;

const sealOf = (random: string, secret: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`session ${random}`).digest().subarray(0, SEAL_BYTES);

/**
 * A new token: 256 random bits, and a seal that proves without the database that a desk made it.
 */
const newToken = (secret: Uint8Array): string => {
  const random = randomBytes(32).toString('base64url');
  return `${random}.${sealOf(random, secret).toString('base64url')}`;
};

/** Whether a desk with this secret made the token. Older releases made tokens without a seal. */
export const isSealedToken = (token: string, secret: Uint8Array): boolean => {
  const [random = '', seal = ''] = token.split('.');
  const given = Buffer.from(seal, 'base64url');
  return given.length === SEAL_BYTES && timingSafeEqual(given, sealOf(random, secret));
};

// 256 random bits cannot be guessed from their hash, so the hash needs neither salt nor stretching.
export const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** What a session keeps of the issuer. */
export type FromIssuer = {
  /** The issuer's own `sub`, whatever claim names the person here. */
  subject: string;
  /** The issuer's id of its session. */
  sid: string | null;
  sealedIdToken: string;
  sealedRefreshToken: string | null;
};

/** Starts a session and ends this browser's previous one. Returns its token, for the cookie. */
export const startSession = async (
  tx: Transaction,
  { id, name, roles, segmentGroups }: Caller,
  { before, fromIssuer }: { before: string | undefined; fromIssuer: FromIssuer },
  { sessionHours, sessionIdleMinutes, sessionSecret }: Times & Pick<SignInConfig, 'sessionSecret'>,
): Promise<string> => {
  const token = newToken(sessionSecret);
  await run(tx, deleteExpiredPortalSessions, [sessionIdleMinutes]);
  if (before !== undefined) await run(tx, deletePortalSession, [hashOf(before)]);
  await run(tx, insertPortalSession, [
    hashOf(token),
    id,
    name,
    roles,
    segmentGroups,
    fromIssuer.sealedIdToken,
    fromIssuer.subject,
    fromIssuer.sid,
    fromIssuer.sealedRefreshToken,
    sessionHours,
  ]);
  return token;
};

/**
 * The caller of a session token; undefined for a token whose session ended or never existed.
 * `isUse`: this request extends the session.
 */
export const findSession = async (
  { db, touches }: { db: Queryable; touches: Queryable },
  token: string,
  { sessionIdleMinutes }: Times,
  { isUse }: { isUse: boolean },
): Promise<{ caller: Caller; isToRenew: boolean } | undefined> => {
  const row = await maybeOne(db, selectPortalSession, [
    hashOf(token),
    sessionIdleMinutes,
    TOUCH_AFTER_S,
    RENEW_AFTER_S,
  ]);
  if (row?.is_to_touch && isUse) await run(touches, touchPortalSession, [hashOf(token)]);
  if (row === undefined) return undefined;
  const held = { roles: row.roles, segmentGroups: row.segment_groups };
  return { caller: callerOf(row.subject, row.name, held), isToRenew: row.is_to_renew };
};

/** When the session of a token ends without further use; null where there is no such session. */
export const readSessionEnd = async (
  db: Queryable,
  token: string | undefined,
  { sessionIdleMinutes }: Pick<Times, 'sessionIdleMinutes'>,
): Promise<Date | null> => {
  if (token === undefined) return null;
  const row = await maybeOne(db, selectSessionEnd, [hashOf(token), sessionIdleMinutes]);
  return row?.ends_at ?? null;
};

/** Ends a session, or all sessions of its person. Returns the person and the sealed ID token. */
export const endSession = async (
  tx: Transaction,
  token: string,
  { everywhere }: { everywhere: boolean },
): Promise<{ id: string; name: string; sealedIdToken: string | null } | undefined> => {
  const ended = await maybeOne(tx, takePortalSession, [hashOf(token)]);
  if (ended && everywhere) await run(tx, deletePortalSessionsOf, [ended.subject]);
  return ended && { id: ended.subject, name: ended.name, sealedIdToken: ended.id_token };
};

/**
 * Removes the plain-text ID tokens of an older release. Such a session ends without signing out at
 * the issuer.
 */
export const dropClearIdTokens = (db: Queryable) => run(db, deleteClearIdTokens, []);

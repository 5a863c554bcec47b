import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '@cpe-desk/contract';
import { inTransaction, maybeOne, type Pool, run } from '../database.ts';
import { callerOf } from './caller.ts';
import { deleteExpiredSessions, deleteSession, insertSession, selectSession } from './queries.ts';

/** How long someone stays signed in: a shift. */
export const SESSION_HOURS = 12;

// 256 random bits can not be guessed from their hash, so it needs neither salt nor stretching.
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Starts a session, in place of the one that this browser had. Answers its token, for the cookie. */
export const startSession = async (
  db: Pool,
  { id, name, roles, segmentGroups }: Caller,
  before: string | undefined,
): Promise<string> => {
  const token = randomBytes(32).toString('base64url');
  await inTransaction(db, async (tx) => {
    await run(tx, deleteExpiredSessions, []);
    if (before !== undefined) await run(tx, deleteSession, [hashOf(before)]);
    await run(tx, insertSession, [hashOf(token), id, name, roles, segmentGroups, SESSION_HOURS]);
  });
  return token;
};

/** Whose session a token is for; undefined when it is over or never was. */
export const findSession = async (db: Pool, token: string): Promise<Caller | undefined> => {
  const row = await maybeOne(db, selectSession, [hashOf(token)]);
  return row && callerOf(row.subject, row.name, { roles: row.roles, segmentGroups: row.segment_groups });
};

export const endSession = async (db: Pool, token: string): Promise<void> => {
  await run(db, deleteSession, [hashOf(token)]);
};

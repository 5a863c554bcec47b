import pg from 'pg';

/** Nobody knows whether a transaction was committed: its answer did not come. */
export class UnconfirmedCommit extends Error {
  /** Whether the server is done with it, so that what cannot be read now was not committed. */
  readonly hasEnded: () => boolean;

  constructor(hasEnded: () => boolean, cause?: unknown) {
    super('The database did not confirm a commit', { cause });
    this.name = 'UnconfirmedCommit';
    this.hasEnded = hasEnded;
  }
}

/** A statement was not answered within its deadline. It changed nothing, since it was not to commit. */
export class DatabaseSilent extends Error {
  constructor() {
    super('The database did not answer in time');
    this.name = 'DatabaseSilent';
  }
}

/** Whoever asked for this has gone, so it was cancelled. */
export class CallerLeft extends Error {
  constructor() {
    super('The caller left');
    this.name = 'CallerLeft';
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The pool's words, which have no code. */
const BUSY = /^timeout exceeded when trying to connect/;
const BROKEN =
  /^(Connection terminated|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed and is not queryable|The server does not support)/;

/**
 * What is wrong with the database, as the caller may read it, by SQLSTATE (PostgreSQL, appendix A) or
 * the code of Node. The first that fits.
 */
const troubles: readonly (readonly [code: RegExp, words: string])[] = [
  [/^25006$/, 'The database takes no changes right now: it is read-only or recovering'],
  [/^(?:40001|40P01|55P03|57014)$/, 'The database took too long over this, since other work is in the way'],
  [/^53100$/, 'The database has no room left on its disk'],
  [/^53300$/, 'The database has no connection free'],
  [
    /^(?:ECONN\w+|E(?:HOST|NET)(?:UNREACH|DOWN)|EAI_AGAIN|ENOTFOUND|EPIPE|ETIMEDOUT|08\w{3}|25P03|53\w{3}|55000|57P\w{2}|58\w{3})$/,
    'The database cannot be reached',
  ],
];

/**
 * What is wrong with the database right now, in one sentence; undefined where it is not the database
 * but our code that is wrong.
 */
export const databaseTrouble = (error: unknown): string | undefined => {
  if (error instanceof UnconfirmedCommit) return 'The database did not confirm that it wrote this';
  if (error instanceof DatabaseSilent) return 'The database does not answer';
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const known = code === undefined ? undefined : troubles.find(([codes]) => codes.test(code))?.[1];
  if (known) return known;
  if (BUSY.test(error.message)) return 'All database connections for this are busy';
  return BROKEN.test(error.message) ? 'The database cannot be reached' : undefined;
};

/** Whether the database, not our code, is the reason: the same may work a moment later. */
export const isDatabaseAway = (error: unknown): boolean => databaseTrouble(error) !== undefined;

/** Codes after which PostgreSQL or the pooler ends the session. */
const ENDS_SESSION = /^(?:08|57P|25P03|XX)/;

/** Whether a session can go on after an error: PostgreSQL answered, and did not end it. */
export const isSessionUsable = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !ENDS_SESSION.test(error.code ?? 'XX');

import pg from 'pg';

/** The outcome of a transaction is unknown: its answer did not arrive. */
export class UnconfirmedCommit extends Error {
  /** Whether the server has ended the transaction, so that an invisible write was not committed. */
  readonly hasEnded: () => boolean;

  constructor(hasEnded: () => boolean, cause?: unknown) {
    super('The database did not confirm a commit', { cause });
    this.name = 'UnconfirmedCommit';
    this.hasEnded = hasEnded;
  }
}

/**
 * A statement was not answered within its deadline. It changed nothing, because it was not to
 * commit.
 */
export class DatabaseSilent extends Error {
  constructor() {
    super('The database did not answer in time');
    this.name = 'DatabaseSilent';
  }
}

/** The caller has left, so the statement was cancelled. */
export class CallerLeft extends Error {
  constructor() {
    super('The caller left');
    this.name = 'CallerLeft';
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** The pool's messages, which have no code. */
const BUSY = /^timeout exceeded when trying to connect/;
const BROKEN =
  /^(Connection terminated|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed and is not queryable|The server does not support)/;

/**
 * The database's fault in one sentence for callers, by SQLSTATE (PostgreSQL, appendix A) or the
 * code of Node. The first match counts.
 */
const faults: readonly (readonly [code: RegExp, words: string])[] = [
  [/^25006$/, 'The database accepts no changes: it is read-only or recovering'],
  [/^(?:40001|40P01|55P03|57014)$/, 'The database took too long, because other work blocks it'],
  [/^53100$/, 'The database has no space left on its disk'],
  [/^53300$/, 'The database has no free connection'],
  [
    /^(?:ECONN\w+|E(?:HOST|NET)(?:UNREACH|DOWN)|EAI_AGAIN|ENOTFOUND|EPIPE|ETIMEDOUT|08\w{3}|25P03|53\w{3}|55000|57P\w{2}|58\w{3})$/,
    'The database cannot be reached',
  ],
];

/** The database's present fault in one sentence; undefined where the desk's code is at fault. */
export const databaseFault = (error: unknown): string | undefined => {
  if (error instanceof UnconfirmedCommit) return 'The database did not confirm the write';
  if (error instanceof DatabaseSilent) return 'The database does not answer';
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const known = code === undefined ? undefined : faults.find(([codes]) => codes.test(code))?.[1];
  if (known) return known;
  if (BUSY.test(error.message)) return 'All database connections for this work are busy';
  return BROKEN.test(error.message) ? 'The database cannot be reached' : undefined;
};

/** Whether the database, not the desk's code, is at fault. The same may work a moment later. */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  databaseFault(error) !== undefined;

/** Codes after which PostgreSQL or the pooler ends the session. */
const ENDS_SESSION = /^(?:08|57P|25P03|XX)/;

/** Whether a session can continue after an error: PostgreSQL answered and did not end it. */
export const isSessionUsable = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !ENDS_SESSION.test(error.code ?? 'XX');

/** No space or memory, or a read-only database: the same for every row. */
const OF_ALL_ROWS = /^(?:53|25006|42)/;

/** Whether PostgreSQL refused a statement for what may be in one of its rows only. */
export const mayBeOfOneRow = (error: unknown): boolean =>
  isSessionUsable(error) && !OF_ALL_ROWS.test(codeOf(error) ?? '');

const UNIQUE_VIOLATION = '23505';
const EXCLUSION_VIOLATION = '23P01';

/**
 * The name of the unique key or exclusion constraint that a statement broke; undefined for any
 * other error.
 */
export const brokenKey = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError &&
  (error.code === UNIQUE_VIOLATION || error.code === EXCLUSION_VIOLATION)
    ? error.constraint
    : undefined;

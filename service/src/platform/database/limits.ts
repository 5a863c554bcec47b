/**
 * How long each class of work may wait for the database. PostgreSQL ends a statement at a limit, so
 * its outcome is known. The client's deadline is later and drops the connection.
 */
export type DatabaseLimits = {
  /** How long a caller waits for a connection of the class. */
  connectionMs: number;
  statementMs: number;
  lockMs: number;
  idleInTransactionMs: number;
  /** After this time the client stops waiting for a statement and drops the connection. */
  deadlineMs: number;
  /** False: a commit does not wait for a synchronous standby. For work that may be lost. */
  isDurable: boolean;
  /**
   * Statements get one plan for all values, and are not planned again. For those whose every table
   * is read by an index, whatever the values.
   */
  isPlannedOnce?: boolean;
};

/** The client's deadline for COMMIT, in every class. */
export const COMMIT_DEADLINE_MS = 5000;

const SECOND = 1000;
const HOUR = 3_600_000;

export const limits = {
  /** The update flow. A statement's end is its commit, so its deadline is that of a commit. */
  flow: {
    ...{ connectionMs: 3 * SECOND, statementMs: 4 * SECOND, lockMs: 2 * SECOND },
    ...{ idleInTransactionMs: 10 * SECOND, deadlineMs: COMMIT_DEADLINE_MS, isDurable: true },
    isPlannedOnce: true,
  },
  /** The same statements in the background, bulks too, where no caller waits for a connection. */
  settling: {
    ...{ connectionMs: 10 * SECOND, statementMs: 4 * SECOND, lockMs: 2 * SECOND },
    ...{ idleInTransactionMs: 10 * SECOND, deadlineMs: COMMIT_DEADLINE_MS, isDurable: true },
    isPlannedOnce: true,
  },
  /** Reads of pages and programs, sessions, and presence: all may be lost or repeated. */
  read: {
    ...{ connectionMs: 3 * SECOND, statementMs: 5 * SECOND, lockMs: 2 * SECOND },
    ...{ idleInTransactionMs: 10 * SECOND, deadlineMs: 7 * SECOND, isDurable: false },
  },
  /** Searches, reports and exports. */
  search: {
    ...{ connectionMs: 5 * SECOND, statementMs: 10 * SECOND, lockMs: 2 * SECOND },
    ...{ idleInTransactionMs: 10 * SECOND, deadlineMs: 12 * SECOND, isDurable: false },
  },
  /**
   * Housekeeping, reconciliation, anchors. At least two connections: a lease is renewed during the
   * work.
   */
  background: {
    ...{ connectionMs: 10 * SECOND, statementMs: 60 * SECOND, lockMs: 5 * SECOND },
    ...{ idleInTransactionMs: 60 * SECOND, deadlineMs: 65 * SECOND, isDurable: true },
  },
  /** The owner's work: migrations, import, verification of all lines. */
  migration: {
    ...{ connectionMs: 5 * SECOND, statementMs: HOUR, lockMs: 30 * SECOND },
    ...{ idleInTransactionMs: HOUR, deadlineMs: HOUR + 5 * SECOND, isDurable: true },
  },
  /** `/readyz`: two waits fit into the deadline of a probe. */
  probe: {
    ...{ connectionMs: 900, statementMs: 800, lockMs: 500 },
    ...{ idleInTransactionMs: SECOND, deadlineMs: 900, isDurable: false },
  },
} as const satisfies Record<string, DatabaseLimits>;

export type DatabaseClass = keyof typeof limits;

/** The fewest connections with enough for each class. */
export const FEWEST_CONNECTIONS = 7;

/**
 * Divides the connections of one instance. Each class has its own, so that none starves another.
 */
export const divideConnections = (all: number) => {
  if (all < FEWEST_CONNECTIONS)
    throw new RangeError(`${all} connections are fewer than ${FEWEST_CONNECTIONS}`);
  const part = (of: number, least = 1) => Math.max(least, Math.floor(all / of));
  const others = {
    read: part(5),
    search: part(8),
    background: part(8, 2),
    settling: part(5),
    probe: 1,
  };
  const rest = Object.values(others).reduce((sum, count) => sum - count, all);
  return { flow: rest, ...others };
};

/** The PostgreSQL settings that enforce the limits of a class. */
export const settingsOf = (of: DatabaseLimits): [name: string, value: string][] => [
  ['statement_timeout', String(of.statementMs)],
  ['lock_timeout', String(of.lockMs)],
  ['idle_in_transaction_session_timeout', String(of.idleInTransactionMs)],
  // Such work may be lost, so it must not wait for a missing standby.
  ...(of.isDurable ? [] : [['synchronous_commit', 'off'] as [string, string]]),
  ...(of.isPlannedOnce ? [['plan_cache_mode', 'force_generic_plan'] as [string, string]] : []),
];

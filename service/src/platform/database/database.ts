import pg from 'pg';
import { traced } from '../tracing/tracing.ts';
import { type DatabaseClass, limits } from './limits.ts';
import type { DroppedBackends } from './pool.ts';
import { type LimitedTransaction, limitedPool, withSettings } from './pool.ts';
import { SessionClient } from './session.ts';

/**
 * An SQL statement, prepared once per connection under its name. `Row` and `Params` exist for the
 * types only.
 */
export type Statement<Row, Params extends readonly unknown[]> = {
  readonly name: string;
  readonly text: string;
  readonly row?: Row;
  readonly params?: Params;
};

/** How a statement runs. */
type RunOptions = {
  /** Waits for a lock at most so long, ms, instead of as long as its class may. */
  lockMs?: number | undefined;
};

type Connection = {
  query<Row extends pg.QueryResultRow, Params extends unknown[]>(
    /** `requires`: an SQL expression; the statement does not run on a server where it fails. */
    query: pg.QueryConfig<Params> & RunOptions & { requires?: string },
    /** Cancels a statement outside of a transaction. */
    signal?: AbortSignal,
  ): Promise<pg.QueryResult<Row>>;
};

export type PoolUsage = { inUse: number; waiting: number };

export type Pool = {
  readonly kind: 'pool';
  readonly connection: Connection;
  /**
   * False: statements are sent without names, because the next one may reach another session of the
   * server.
   */
  readonly prepares: boolean;
  /** A connection without limits, for tests. */
  readonly connect: () => Promise<pg.PoolClient>;
  /** For `inTransaction`. */
  readonly begin: () => Promise<LimitedTransaction>;
  /** The connections at work, and the callers that wait for one. */
  readonly usage: () => PoolUsage;
  /** Waits briefly for running statements, then closes all connections. */
  readonly end: () => Promise<void>;
} & AsyncDisposable;

/**
 * Only `inTransaction` makes one: a function with such a parameter writes through its caller's
 * transaction.
 */
export type Transaction = Pick<Pool, 'connection' | 'prepares'> & { readonly kind: 'transaction' };

export type Queryable = Pool | Transaction;

export type DatabaseLog = { warn(details: object, message: string): void };

export type DatabaseOptions = {
  max?: number;
  prepares?: boolean;
  /** The class whose limits apply. The owner's commands have `migration`. */
  of?: DatabaseClass;
  /** Between the desk and the server is a pooler that gives each transaction another session. */
  isPooled?: boolean;
  log: DatabaseLog;
  /** Called for each commit of unknown outcome. */
  onUnconfirmed?: () => void;
  dropped?: DroppedBackends;
  /**
   * Called after each statement outside of a transaction. `ms`: with the wait for a connection.
   * `code`: of its error; undefined where it has none.
   */
  onStatement?: (ms: number, code: string | undefined) => void;
};

/**
 * TCP keepalive of idle connections, so that network devices keep them and the desk notices their
 * loss.
 */
const KEEP_ALIVE_MS = 30_000;

/**
 * A pool of at most `max` connections, which stay open after their first use. A database restart
 * fails running statements, never the process.
 */
export function openDatabase(url: string, options: DatabaseOptions): Pool {
  const { max = 10, prepares = true, isPooled = false, log } = options;
  const { of = 'migration' } = options;
  const pool = new pg.Pool({
    connectionString: isPooled ? url : withSettings(url, limits[of]),
    Client: SessionClient,
    max,
    // No connection closes for being idle. That would set a timer after each statement, and prepare
    // all statements again after a quiet minute.
    min: max,
    connectionTimeoutMillis: limits[of].connectionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: 'cpe-desk',
    types: { getTypeParser },
  });
  // The pool reports connections that break while idle.
  pool.on('error', (error) => log.warn({ err: error }, 'database connection lost'));
  const { onUnconfirmed = () => {}, dropped } = options;
  const limited = limitedPool(pool, { limits: limits[of], isPooled, onUnconfirmed, dropped });
  const { begin, end } = limited;
  const { onStatement } = options;
  const query: Connection['query'] = async (...asked) => {
    const began = performance.now();
    let code: string | undefined;
    try {
      return await limited.query(...asked);
    } catch (error) {
      code = error instanceof Error && 'code' in error ? String(error.code) : 'none';
      throw error;
    } finally {
      onStatement?.(performance.now() - began, code);
    }
  };
  const connect = () => pool.connect();
  return {
    kind: 'pool',
    connection: { query },
    prepares,
    connect,
    begin,
    usage: () => ({ inUse: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }),
    end,
    [Symbol.asyncDispose]: end,
  };
}

/**
 * The same pool for one caller: its statements are cancelled when `signal` reports that the caller
 * left.
 */
export const cancelledBy = (pool: Pool, signal: AbortSignal): Pool => ({
  ...pool,
  connection: { query: (query) => pool.connection.query(query, signal) },
});

/**
 * int8 as a number (PostgreSQL counts in int8), everything else as `pg` does, so timestamptz is a
 * Date.
 */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? parseInt8 : pg.types.getTypeParser(oid, format);

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`int8 ${text} is beyond a number's exact range`);
}

/**
 * Defines a statement; its name is unique in the program. With an empty name each run is planned
 * for its values.
 */
export function statement<
  Row extends pg.QueryResultRow = Record<string, never>,
  Params extends readonly unknown[] = [],
>(name: string, text: string): Statement<Row, Params> {
  return { name, text };
}

/** A span of a statement has its name: the text and the values stay here. */
const IN_POSTGRESQL = {
  kind: 'client',
  attributes: { 'db.system.name': 'postgresql' },
} as const;

/** Runs a statement and returns its rows. */
export async function run<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  { name, text }: Statement<Row, Params>,
  params: Params,
  { lockMs }: RunOptions = {},
): Promise<Row[]> {
  const query = {
    ...(db.prepares && { name }),
    text,
    values: [...params],
    ...(lockMs !== undefined && { lockMs }),
  };
  const { rows } = await traced(
    `SQL ${name || 'statement'}`,
    () => db.connection.query<Row, unknown[]>(query),
    IN_POSTGRESQL,
  );
  return rows;
}

/** The row of a statement that returns at most one; more are a bug. */
export async function maybeOne<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  stmt: Statement<Row, Params>,
  params: Params,
): Promise<Row | undefined> {
  const rows = await run(db, stmt, params);
  if (rows.length > 1)
    throw new Error(`${stmt.name} returned ${rows.length} rows instead of at most one`);
  return rows[0];
}

/** The row of a statement that always returns exactly one. */
export async function one<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  stmt: Statement<Row, Params>,
  params: Params,
): Promise<Row> {
  const row = await maybeOne(db, stmt, params);
  if (row === undefined) throw new Error(`${stmt.name} returned no row instead of one`);
  return row;
}

/**
 * Runs `work` in one transaction: commits when it returns, rolls back when it throws. Where no
 * answer to COMMIT arrives in time, the outcome is unknown (`UnconfirmedCommit`), and the caller
 * must read to find out.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const transaction = await pool.begin();
  let isOpen = true;
  const connection: Connection = {
    query(query) {
      // After a forgotten `await` the statement would use a connection that now belongs to another
      // transaction.
      if (!isOpen) throw new Error('The transaction has ended: its work lacks an await');
      return transaction.query(query);
    },
  };
  try {
    const result = await work({ kind: 'transaction', connection, prepares: pool.prepares });
    isOpen = false;
    await transaction.commit();
    return result;
  } catch (error) {
    isOpen = false;
    await transaction.rollback();
    throw error;
  }
}

/** A LIKE pattern that finds `text` anywhere; wildcards in it are escaped. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

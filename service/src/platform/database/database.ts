import pg from 'pg';
import { type DatabaseClass, limits } from './limits.ts';
import type { DroppedBackends } from './pool.ts';
import { type LimitedTransaction, limitedPool, withSettings } from './pool.ts';
import { SessionClient } from './session.ts';

/** An SQL statement, prepared once per connection under its name. `Row` and `Params` exist for the types only. */
export type Statement<Row, Params extends readonly unknown[]> = {
  readonly name: string;
  readonly text: string;
  readonly row?: Row;
  readonly params?: Params;
};

type Connection = {
  query<Row extends pg.QueryResultRow, Params extends unknown[]>(
    query: pg.QueryConfig<Params>,
    /** Cancels a statement that is not in a transaction. */
    signal?: AbortSignal,
  ): Promise<pg.QueryResult<Row>>;
};

export type Pool = {
  readonly kind: 'pool';
  readonly connection: Connection;
  /** False: statements go without their names, since the next one may reach another session of the server. */
  readonly prepares: boolean;
  /** A connection without limits, for tests. */
  readonly connect: () => Promise<pg.PoolClient>;
  /** For `inTransaction`. */
  readonly begin: () => Promise<LimitedTransaction>;
  /** Waits a moment for the statements under way, then closes all connections. */
  readonly end: () => Promise<void>;
};

/** Made by `inTransaction` only: a function that takes one says "I write through my caller's transaction". */
export type Transaction = Pick<Pool, 'connection' | 'prepares'> & { readonly kind: 'transaction' };

export type Queryable = Pool | Transaction;

export type DatabaseLog = { warn(details: object, message: string): void };

export type DatabaseOptions = {
  max?: number;
  prepares?: boolean;
  /** Whose limits hold; the owner's commands are `migration`. */
  of?: DatabaseClass;
  /** Between the desk and the server is a pooler that gives each transaction another session. */
  isPooled?: boolean;
  log: DatabaseLog;
  /** Hears of each commit whose outcome is unknown. */
  onUnconfirmed?: () => void;
  dropped?: DroppedBackends;
};

/** So often an idle connection shows that it is alive: to whatever is between that forgets idle ones, and to us. */
const KEEP_ALIVE_MS = 30_000;

/**
 * A pool of at most `max` connections, which stay once they were needed. A database that restarts
 * breaks statements under way, never the process.
 */
export function openDatabase(url: string, options: DatabaseOptions): Pool {
  const { max = 10, prepares = true, isPooled = false, log } = options;
  const { of = 'migration' } = options;
  const pool = new pg.Pool({
    connectionString: isPooled ? url : withSettings(url, limits[of]),
    Client: SessionClient,
    max,
    // None is closed for being idle: that would set a timer after each statement, and prepare all
    // statements again after a quiet minute.
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
  const { query, begin, end } = limited;
  return { kind: 'pool', connection: { query }, prepares, connect: () => pool.connect(), begin, end };
}

/** The same pool for one caller: what it runs is cancelled when `signal` says that the caller left. */
export const cancelledBy = (pool: Pool, signal: AbortSignal): Pool => ({
  ...pool,
  connection: { query: (query) => pool.connection.query(query, signal) },
});

/** int8 as a number (PostgreSQL counts in int8); all else as `pg` does, so timestamptz is a Date. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? parseInt8 : pg.types.getTypeParser(oid, format);

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`int8 ${text} is beyond a number's exact range`);
}

/** Defines a statement; its name is unique in the program. An empty name: planned anew for the values of each run. */
export function statement<
  Row extends pg.QueryResultRow = Record<string, never>,
  Params extends readonly unknown[] = [],
>(name: string, text: string): Statement<Row, Params> {
  return { name, text };
}

/** Runs a statement and answers its rows. */
export async function run<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  { name, text }: Statement<Row, Params>,
  params: Params,
): Promise<Row[]> {
  const { rows } = await db.connection.query<Row, unknown[]>({
    ...(db.prepares && { name }),
    text,
    values: [...params],
  });
  return rows;
}

/** The row of a statement that answers at most one; more are a bug. */
export async function maybeOne<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  stmt: Statement<Row, Params>,
  params: Params,
): Promise<Row | undefined> {
  const rows = await run(db, stmt, params);
  if (rows.length > 1) throw new Error(`${stmt.name} answered ${rows.length} rows, at most one was expected`);
  return rows[0];
}

/** The row of a statement that always answers exactly one. */
export async function one<Row extends pg.QueryResultRow, Params extends readonly unknown[]>(
  db: Queryable,
  stmt: Statement<Row, Params>,
  params: Params,
): Promise<Row> {
  const row = await maybeOne(db, stmt, params);
  if (row === undefined) throw new Error(`${stmt.name} answered no row, one was expected`);
  return row;
}

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. When nothing
 * confirms the COMMIT in time, its outcome is unknown (`UnconfirmedCommit`): the caller reads to find out.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const transaction = await pool.begin();
  let isOpen = true;
  const connection: Connection = {
    query(query) {
      // A forgotten `await` would write through a connection that is somebody else's by now.
      if (!isOpen) throw new Error('The transaction is over: an await is missing in it');
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

/** A LIKE pattern that finds `text` anywhere, its own wildcards taken literally. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The same columns of one table, for a statement: `a, b` of `t` are `t.a, t.b`. */
export const columnsOf = (table: string, columns: string): string =>
  columns.replaceAll(/(\w+)/g, `${table}.$1`);

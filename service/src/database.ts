import pg from 'pg';

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
  ): Promise<pg.QueryResult<Row>>;
};

export type Pool = {
  readonly kind: 'pool';
  readonly connection: Connection;
  /** False: statements go without their names, since the next one may reach another session of the server. */
  readonly prepares: boolean;
  readonly connect: () => Promise<pg.PoolClient>;
  /** Waits for the statements under way, then closes all connections. */
  readonly end: () => Promise<void>;
};

/** Made by `inTransaction` only: a function that takes one says "I write through my caller's transaction". */
export type Transaction = Pick<Pool, 'connection' | 'prepares'> & { readonly kind: 'transaction' };

export type Queryable = Pool | Transaction;

export type DatabaseLog = { warn(details: object, message: string): void };

const CONNECT_TIMEOUT_MS = 5000;
/** So often an idle connection shows that it is alive: to whatever is between that forgets idle ones, and to us. */
const KEEP_ALIVE_MS = 30_000;

/** A pool of at most `max` connections, which stay once they were needed. A database that restarts breaks statements under way, never the process. */
export function openDatabase(
  url: string,
  options: { max?: number; prepares?: boolean; deadlineMs?: number; log: DatabaseLog },
): Pool {
  const max = options.max ?? 10;
  const pool = new pg.Pool({
    connectionString: url,
    max,
    // None is closed for being idle: that would set a timer after each statement, and prepare all statements anew after a quiet minute.
    min: max,
    connectionTimeoutMillis: options.deadlineMs ?? CONNECT_TIMEOUT_MS,
    // The pool drops a connection whose statement takes longer.
    ...(options.deadlineMs !== undefined && { query_timeout: options.deadlineMs }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: 'cpe-desk',
    types: { getTypeParser },
  });
  const warn = (error: Error) => options.log.warn({ err: error }, 'database connection lost');
  // The pool reports connections that break while idle; those that break in use have only their own event.
  pool.on('error', warn);
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    kind: 'pool',
    connection: pool,
    prepares: options.prepares ?? true,
    connect: () => pool.connect(),
    end: () => pool.end(),
  };
}

/** So long `/readyz` waits for a connection, and as long for the statement. */
const PROBE_DEADLINE_MS = 1500;

/** The connection of `/readyz`: no work of the desk can keep it, and a statement that hangs drops it. */
export const openProbe = (url: string, options: { prepares?: boolean; log: DatabaseLog }): Pool =>
  openDatabase(url, { ...options, max: 1, deadlineMs: PROBE_DEADLINE_MS });

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
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. When COMMIT itself
 * fails because the connection broke, nobody knows whether it took effect: the caller reads to find out.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let isOpen = true;
  const connection: Connection = {
    query(query) {
      // A forgotten `await` would write through a connection that is somebody else's by now.
      if (!isOpen) throw new Error('The transaction is over: an await is missing in it');
      return client.query(query);
    },
  };
  try {
    await client.query('BEGIN');
    const result = await work({ kind: 'transaction', connection, prepares: pool.prepares });
    isOpen = false;
    const { command } = await client.query('COMMIT');
    // PostgreSQL answers ROLLBACK, and no error, when a statement had failed and `work` swallowed that.
    if (command !== 'COMMIT')
      throw new Error('The transaction was rolled back: a statement in it had failed');
    client.release();
    return result;
  } catch (error) {
    isOpen = false;
    await client.query('ROLLBACK').then(
      () => client.release(),
      (lost: Error) => client.release(lost),
    );
    throw error;
  }
}

/** A LIKE pattern that finds `text` anywhere, its own wildcards taken literally. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The same columns of one table, for a statement: `a, b` of `t` are `t.a, t.b`. */
export const columnsOf = (table: string, columns: string): string =>
  columns.replaceAll(/(\w+)/g, `${table}.$1`);

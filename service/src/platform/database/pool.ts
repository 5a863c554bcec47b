import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  CallerLeft,
  DatabaseSilent,
  isDatabaseUnavailable,
  isSessionUsable,
  UnconfirmedCommit,
} from './errors.ts';
import { COMMIT_DEADLINE_MS, type DatabaseLimits, settingsOf } from './limits.ts';
import { type Executed, execute, type Prefix, sessionOf } from './session.ts';

/**
 * Sessions of the server whose connection the desk dropped during a statement. The server may still
 * run it: it waits for a lock or a standby, or has not noticed that its client left. Until it ends,
 * such a session counts as a connection of its pool. Otherwise each hanging statement would be
 * followed by another one, until the server has no connection left.
 */
export type DroppedBackends = {
  add(processId: number, whenEnded: () => void): void;
  /** The number that still run, as far as is known. */
  count(): number;
  stop(): void;
};

/** `lockMs`: see `run`; `requires`: see `Connection`. Only outside of transactions. */
type Query = pg.QueryConfig<unknown[]> & { lockMs?: number; requires?: string };
type Answer<Row extends pg.QueryResultRow> = Promise<pg.QueryResult<Row>>;

/** A transaction on a connection of its own. */
export type LimitedTransaction = {
  query<Row extends pg.QueryResultRow>(query: Query): Answer<Row>;
  /** Throws `UnconfirmedCommit` where its outcome is unknown. */
  commit(): Promise<void>;
  /** Commits nothing and releases the connection. Does nothing after a commit. */
  rollback(): Promise<void>;
};

/** A pool whose statements have the limits of its class. */
export type Limited = {
  /** Runs one statement, which is a transaction. `signal` cancels it. */
  query<Row extends pg.QueryResultRow>(query: Query, signal?: AbortSignal): Answer<Row>;
  begin(): Promise<LimitedTransaction>;
  end(): Promise<void>;
};

type LimitedOptions = {
  limits: DatabaseLimits;
  isPooled: boolean;
  onUnconfirmed: () => void;
  dropped: DroppedBackends | undefined;
};

/**
 * Prepared statements of a connection, after which it is replaced: a search has thousands of forms.
 */
const MOST_NAMES = 250;
/** A closing pool waits this long for running statements, then drops them. */
const END_WITHIN_MS = 5000;
/** After that it waits this long for the server to close the connections. */
const CLOSE_WITHIN_MS = 500;
const ROLLBACK_WITHIN_MS = 2000;

/** The limits as parameters of each new session, for a server without a pooler. */
export const withSettings = (url: string, of: DatabaseLimits): string => {
  const limited = new URL(url);
  const settings = settingsOf(of).map(([name, value]) => `-c ${name}=${value}`);
  const given = limited.searchParams.get('options');
  limited.searchParams.set('options', [...(given ? [given] : []), ...settings].join(' '));
  return limited.href;
};

/**
 * Behind a pooler a setting applies to at most one transaction, so each transaction makes it in its
 * own round trip.
 */
const inEachTransaction = (of: DatabaseLimits): { prefix: Prefix; begin: string } => {
  const settings = settingsOf(of);
  const set = settings.map(([name, value]) => `set_config('${name}', '${value}', true)`);
  const begin = ['BEGIN', ...settings.map(([name, value]) => `SET LOCAL ${name} = '${value}'`)];
  return { prefix: { text: `select ${set.join(', ')}` }, begin: begin.join('; ') };
};

/** What runs before a statement: the settings of its class, and what the statement asks for. */
const prefixOf = (ofClass: Prefix, { lockMs, requires }: Query): Prefix => {
  const own = [
    ...(lockMs === undefined ? [] : [`set_config('lock_timeout', '${lockMs}', true)`]),
    ...(requires === undefined ? [] : [requires]),
  ].join(', ');
  if (own === '') return ofClass;
  return { text: ofClass ? `${ofClass.text}, ${own}` : `select ${own}` };
};

/** Whether a statement that is a transaction may have written something when it ends. */
const mayWrite = ({ text }: Query): boolean => !/^\s*\(?\s*select\b/i.test(text);

/** Whether PostgreSQL did not answer the end of a transaction. */
const isUnanswered = <Row extends pg.QueryResultRow>(executed: Executed<Row>): boolean =>
  'error' in executed &&
  !(executed.error instanceof CallerLeft) &&
  (executed.isLate === true ||
    (isDatabaseUnavailable(executed.error) && !(executed.error instanceof pg.DatabaseError)));

const answerOf = <Row extends pg.QueryResultRow>(executed: Executed<Row>): pg.QueryResult<Row> => {
  if ('error' in executed) throw executed.error;
  return executed.answer;
};

/** Returns connections to the pool, and drops those that hang or broke. */
const connectionReleaser = (pool: pg.Pool, dropped: DroppedBackends | undefined) => {
  const drop = (client: pg.PoolClient): void => {
    const { processId } = sessionOf(client);
    // The statement is still active, so this destroys the socket.
    client.release(new DatabaseSilent());
    if (!dropped) return;
    pool.options.max -= 1;
    dropped.add(processId, () => {
      pool.options.max += 1;
      // The pool serves a waiting caller only when a connection is released.
      pool.connect().then(
        (fresh) => fresh.release(),
        () => {},
      );
    });
  };
  return <Row extends pg.QueryResultRow>(client: pg.PoolClient, executed: Executed<Row>): void => {
    if ('answer' in executed) client.release(sessionOf(client).names.size > MOST_NAMES);
    else if (executed.isLate) drop(client);
    else
      client.release(!(executed.error instanceof CallerLeft) && !isSessionUsable(executed.error));
  };
};

/** Closes a pool. A silent server does not block it. */
const poolCloser = (pool: pg.Pool): (() => Promise<void>) => {
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => void clients.add(client));
  pool.on('remove', (client) => void clients.delete(client));
  const within = async (ms: number, done: Promise<unknown>): Promise<void> => {
    const over = new AbortController();
    await Promise.race([done, sleep(ms, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  };
  return async () => {
    await within(END_WITHIN_MS, pool.end());
    const closed = [...clients].map(
      (client) => new Promise((resolve) => client.once('end', resolve)),
    );
    await within(CLOSE_WITHIN_MS, Promise.all(closed));
    for (const client of clients) client.connection.stream.destroy();
  };
};

/** Reports a commit of unknown outcome. */
const unconfirmedReporter =
  ({ isPooled, onUnconfirmed, dropped }: LimitedOptions) =>
  (client: pg.PoolClient, cause: unknown): UnconfirmedCommit => {
    onUnconfirmed();
    // PostgreSQL answered, only the standby did not.
    if (cause === undefined) return new UnconfirmedCommit(() => true);
    let hasEnded = false;
    dropped?.add(sessionOf(client).processId, () => {
      // Behind a pooler this is a guess, good enough to count connections.
      hasEnded = !isPooled;
    });
    return new UnconfirmedCommit(() => hasEnded, cause);
  };

/** How a statement on a connection ends: it is given back, and its outcome may be unknown. */
type Endings = {
  release: ReturnType<typeof connectionReleaser>;
  outcomeOf<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    executed: Executed<Row>,
    of: { before: number; writes: boolean },
  ): pg.QueryResult<Row>;
};

const late = () => new DatabaseSilent();

/** Begins a transaction on a connection of its own. */
const beginTransaction = async (
  pool: pg.Pool,
  begin: string,
  { deadlineMs, isDurable }: DatabaseLimits,
  { release, outcomeOf }: Endings,
): Promise<LimitedTransaction> => {
  const client = await pool.connect();
  let isOver = false;
  const inside = async <Row extends pg.QueryResultRow>(config: Query, ms = deadlineMs) => {
    if (isOver) throw new Error('The connection of the transaction is lost');
    if (config.name) sessionOf(client).names.add(config.name);
    const executed = await execute<Row>(client, config, { deadlineMs: ms, late });
    if ('error' in executed && !isSessionUsable(executed.error)) {
      isOver = true;
      release(client, executed);
    }
    return answerOf(executed);
  };
  const transaction: LimitedTransaction = {
    query: (config) => inside(config),
    async commit() {
      if (isOver) throw new Error('The connection of the transaction is lost');
      isOver = true;
      const { unconfirmed: before } = sessionOf(client);
      const executed = await execute(
        client,
        { text: 'COMMIT' },
        { deadlineMs: COMMIT_DEADLINE_MS, late },
      );
      const { command } = outcomeOf(client, executed, { before, writes: isDurable });
      // PostgreSQL answers ROLLBACK without an error where a statement had failed and the work
      // ignored that.
      if (command !== 'COMMIT')
        throw new Error('The transaction was rolled back: a statement in it had failed');
    },
    async rollback() {
      if (isOver) return;
      isOver = true;
      release(
        client,
        await execute(client, { text: 'ROLLBACK' }, { deadlineMs: ROLLBACK_WITHIN_MS, late }),
      );
    },
  };
  try {
    await inside({ text: begin });
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
  return transaction;
};

export const limitedPool = (pool: pg.Pool, options: LimitedOptions): Limited => {
  const { limits, isPooled, dropped } = options;
  const { deadlineMs } = limits;
  const { prefix, begin } = isPooled
    ? inEachTransaction(limits)
    : { prefix: undefined, begin: 'BEGIN' };
  const release = connectionReleaser(pool, dropped);
  const unconfirmed = unconfirmedReporter(options);

  /** The answer to the end of a transaction. Throws where the outcome is unknown. */
  const outcomeOf = <Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    executed: Executed<Row>,
    { before, writes }: { before: number; writes: boolean },
  ): pg.QueryResult<Row> => {
    const isWithoutStandby = sessionOf(client).unconfirmed > before;
    release(client, executed);
    if (isWithoutStandby || (writes && isUnanswered(executed)))
      throw unconfirmed(client, 'error' in executed ? executed.error : undefined);
    return answerOf(executed);
  };

  const query = async <Row extends pg.QueryResultRow>(
    config: Query,
    signal?: AbortSignal,
  ): Answer<Row> => {
    if (signal?.aborted) throw new CallerLeft();
    const client = await pool.connect();
    if (signal?.aborted) {
      client.release();
      throw new CallerLeft();
    }
    const { names, unconfirmed: before } = sessionOf(client);
    if (config.name) names.add(config.name);
    const executed = await execute<Row>(client, config, {
      ...{ deadlineMs, late, signal },
      prefix: prefixOf(prefix, config),
    });
    return outcomeOf(client, executed, { before, writes: limits.isDurable && mayWrite(config) });
  };

  return {
    query,
    begin: () => beginTransaction(pool, begin, limits, { release, outcomeOf }),
    end: poolCloser(pool),
  };
};

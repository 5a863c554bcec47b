import { type Commits, watchCommits } from './commits.ts';
import { type DatabaseLog, openDatabase, type Pool, type PoolUsage } from './database.ts';
import { watchDropped } from './dropped-backends.ts';
import { type DatabaseClass, divideConnections, limits } from './limits.ts';

/** `ms`: with the wait for a connection. `code`: of the error; undefined where it has none. */
type StatementListener = (name: string, ms: number, code: string | undefined) => void;

/** The database by class of work; each class has its own connections and limits. */
export type Databases = {
  /** The update flow: these statements are never cancelled. */
  flow: Pool;
  settling: Pool;
  reads: Pool;
  searches: Pool;
  background: Pool;
  /** For `/readyz`, and for the watch of the other connections. */
  probe: Pool;
  commits: Commits;
  /** The connections at work and the waiting callers, by class. */
  usage(): Record<string, PoolUsage>;
  /** Calls the listener after each statement outside of a transaction, with its class. */
  onStatement(listener: StatementListener): void;
  /** Number of sessions that the desk dropped and the server still runs. */
  countDropped(): number;
  end(): Promise<void>;
};

export type DatabasesOptions = {
  /** All connections together. */
  connections: number;
  prepares?: boolean;
  isPooled?: boolean;
  log: DatabaseLog;
};

export const openDatabases = (url: string, options: DatabasesOptions): Databases => {
  const { connections, isPooled = false, ...shared } = options;
  const max = divideConnections(connections);
  const listeners: StatementListener[] = [];
  const probe = openDatabase(url, { ...shared, isPooled, of: 'probe', max: max.probe });
  const dropped = watchDropped(probe, { isPooled });
  const commits = watchCommits(() => flow, options.log);
  const open = (of: DatabaseClass & keyof typeof max, name: string = of): Pool =>
    openDatabase(url, {
      ...shared,
      ...{ isPooled, of, max: max[of], dropped },
      onStatement(ms, code) {
        for (const listener of listeners) listener(name, ms, code);
      },
      // Work that may be lost shows nothing about commits.
      ...(limits[of].isDurable && { onUnconfirmed: commits.reportUnconfirmed }),
    });
  const flow = open('flow');
  const others = {
    settling: open('settling'),
    reads: open('read', 'reads'),
    searches: open('search', 'searches'),
  };
  const pools = { flow, ...others, background: open('background'), probe };
  return {
    ...pools,
    commits,
    usage: () =>
      Object.fromEntries(Object.entries(pools).map(([name, pool]) => [name, pool.usage()])),
    onStatement: (listener) => void listeners.push(listener),
    countDropped: dropped.count,
    async end() {
      await commits.stop();
      dropped.stop();
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
};

/** The connections to a standby, beside those to the primary: as many for pages and searches. */
export type StandbyPools = Pick<Databases, 'reads' | 'searches' | 'probe' | 'usage' | 'end'>;

/**
 * Opens no connection yet: the standby may be away. It is used as if it were behind a pooler, so
 * nobody has to find out whether it is.
 */
export const openStandby = (url: string, options: DatabasesOptions): StandbyPools => {
  const { connections, ...shared } = options;
  const max = divideConnections(connections);
  const open = (of: 'read' | 'search' | 'probe') =>
    openDatabase(url, { ...shared, isPooled: true, of, max: max[of] });
  const pools = { reads: open('read'), searches: open('search'), probe: open('probe') };
  return {
    ...pools,
    usage: () =>
      Object.fromEntries(
        Object.entries(pools).map(([name, pool]) => [`standby ${name}`, pool.usage()]),
      ),
    async end() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
};

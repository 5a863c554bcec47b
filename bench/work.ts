import type { Urls } from './ground.ts';
import { usage } from './processes.ts';
import { rowsOf } from './rows-of.ts';

/** What an update costs, apart from time. */
export type Work = {
  /** Processor time of each kind of process, ms an update. */
  cpuMs: Map<string, number>;
  /** Peak memory of a process of each kind. */
  peakMb: Map<string, number>;
  /** Written to the log of PostgreSQL, an update. */
  walBytes: number;
  /** The statements that took longest, by the server's own clock. */
  statements: StatementWork[];
};

type StatementWork = {
  text: string;
  /** An update. */
  calls: number;
  rows: number;
  /** A call. */
  msEach: number;
  /** An update. */
  ms: number;
  walBytes: number;
};

const MOST_STATEMENTS = 12;
const LONGEST_TEXT = 70;

const selectWal = 'select pg_current_wal_insert_lsn()::text as lsn';
const selectWritten = 'select (pg_current_wal_insert_lsn() - $1::pg_lsn)::float8 as bytes';
const selectStatements = `
  select query as text, calls::float8, rows::float8, total_exec_time as ms, wal_bytes::float8 as "walBytes"
    from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
   order by total_exec_time desc limit ${MOST_STATEMENTS}`;

type StatementRow = { text: string; calls: number; rows: number; ms: number; walBytes: number };

const statementOf = (row: StatementRow, updates: number): StatementWork => {
  const text = row.text.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim();
  return {
    text: text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text,
    calls: row.calls / updates,
    rows: row.rows / row.calls,
    msEach: row.ms / row.calls,
    ms: row.ms / updates,
    walBytes: row.walBytes / updates,
  };
};

/** Runs work of so many updates and measures what each of them costs. */
export const measureWork = async <Done>(
  { url, postmaster }: Urls,
  updates: number,
  run: () => Promise<Done>,
): Promise<{ done: Done; work: Work }> => {
  const [wal] = await rowsOf<{ lsn: string }>(url, selectWal);
  await rowsOf(url, 'select pg_stat_statements_reset()');
  const before = await usage(postmaster);
  const done = await run();
  const after = await usage(postmaster);
  const [written] = await rowsOf<{ bytes: number }>(url, selectWritten, [wal?.lsn]);
  const statements = await rowsOf<StatementRow>(url, selectStatements);
  const cpuMs = new Map(
    Array.from(after, ([name, { cpuS }]) => [
      name,
      ((cpuS - (before.get(name)?.cpuS ?? 0)) * 1000) / updates,
    ]),
  );
  const peakMb = new Map(Array.from(after, ([name, { peakMb }]) => [name, peakMb]));
  const walBytes = (written?.bytes ?? Number.NaN) / updates;
  return {
    done,
    work: {
      cpuMs,
      peakMb,
      walBytes,
      statements: statements.map((row) => statementOf(row, updates)),
    },
  };
};

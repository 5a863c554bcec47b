import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Caller, segmentGroups } from '@cpe-desk/contract';
import { updateCpe } from '../service/src/cpe-update/cpe-update.ts';
import type { CpeUpdateDeps } from '../service/src/cpe-update/deps.ts';
import { keyed } from '../service/src/cpe-update/idempotency.ts';
import { loadVendorIds } from '../service/src/line/catalogue/vendor-ids.ts';
import { httpNig } from '../service/src/nig/http-nig.ts';
import { one, openDatabase, run, statement } from '../service/src/platform/database/database.ts';
import { buildSchemaRange } from '../service/src/platform/instances/schema-range.ts';
import { recorded, recordingPool } from './record-sql.ts';
import { rowsOf } from './rows-of.ts';
import type { Body } from './update-bodies.ts';

const NIG_TIMEOUT_MS = 5000;
const log = { info() {}, warn() {}, error: (details: object) => console.error(details) };
const execute = promisify(execFile);

/** Begun before the updates and never committed, so that the database stays unchanged. */
const begin = statement('bench-begin', 'begin');
const rollback = statement('bench-rollback', 'rollback');
const selectDatabase = statement<{ database: string }>(
  'bench-select-database',
  'select database_identity() as database',
);

/**
 * Runs the updates in this process, one after another, and records the SQL of each for pgbench.
 * Then rolls all of it back.
 */
export const record = async (applicationUrl: string, nigUrl: string, bodies: readonly Body[]) => {
  const sent: Parameters<typeof recordingPool>[1] = [];
  const pool = openDatabase(applicationUrl, { max: 1, log });
  const nig = httpNig({ url: nigUrl, timeoutMs: NIG_TIMEOUT_MS });
  const { database } = await one(pool, selectDatabase, []);
  const deps: CpeUpdateDeps = {
    db: recordingPool(pool, sent),
    schemas: buildSchemaRange(),
    reads: pool,
    commits: { areConfirmed: () => true },
    later: { add: () => {} },
    nig: { ...nig, isAvailable: () => true },
    policy: { editableSegmentGroups: segmentGroups, allowedPrefixes: [] },
    vendorIds: await loadVendorIds(pool),
    nigTimeoutMs: NIG_TIMEOUT_MS,
    settleDeadlineMs: 60_000,
    watch: {
      database: () => database,
      recordSeen() {},
      examine: async () => false,
    },
    log,
    instance: 'bench/0/0',
  };
  const caller: Caller = {
    id: 'bench',
    name: 'Bench',
    roles: ['operator'],
    segmentGroups: [...segmentGroups],
    actions: [],
  };
  const updates = [];
  // The pool has one connection, and the flow opens no transaction of its own.
  await run(pool, begin, []);
  for (const [n, { ticketId, body }] of bodies.entries()) {
    const outcome = await updateCpe(
      deps,
      caller,
      ticketId,
      body,
      keyed(caller, `bench-${n}`, ticketId, body),
      { requestId: `bench-${n}` },
    );
    if ('replay' in outcome || !outcome.ok)
      throw new Error(`${ticketId}: ${JSON.stringify(outcome)}`);
    updates.push(recorded(sent.splice(0)));
  }
  await run(pool, rollback, []);
  await nig.close();
  await pool.end();
  return updates;
};

/** The number of history entries of the last hour; the generator writes none there. */
const newEntries = async (url: string): Promise<number> => {
  const sql = "select count(*) from cpe_history where at > now() - interval '1 hour'";
  return Number((await rowsOf<{ count: string }>(url, sql))[0]?.count);
};

const runScript = async (
  url: string,
  file: string,
  connections: number,
  each: number,
): Promise<number> => {
  const clients = ['-c', String(connections), '-j', '2', '-t', String(each)];
  const { stdout } = await execute(
    'pgbench',
    ['-n', '-M', 'prepared', ...clients, '-f', file, url],
    {
      maxBuffer: 2 ** 26,
    },
  );
  if (!/number of failed transactions: 0 /.test(stdout)) throw new Error(stdout);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
};

/** Transactions of the script a second, after `some` that are not measured, as with the service. */
export const pgbench = async (
  url: string,
  file: string,
  { some, most, connections }: { some: number; most: number; connections: number },
): Promise<number> => {
  const before = await newEntries(url);
  const [first, then] = [Math.floor(some / connections), Math.floor(most / connections)];
  await runScript(url, file, connections, first);
  const rate = await runScript(url, file, connections, then);
  // An update's statement that does not fit its line writes nothing and raises no error.
  const written = (await newEntries(url)) - before;
  if (written !== (first + then) * connections)
    throw new Error(
      `pgbench ran ${(first + then) * connections} updates, of which ${written} were written`,
    );
  return rate;
};

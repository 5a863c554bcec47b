import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Caller, type CpeUpdateRequest, cpeSchema, segmentGroups } from '@cpe-desk/contract';
import pg from 'pg';
import { z } from 'zod';
import { loadCatalogue } from '../service/src/catalog/load-catalogue.ts';
import { loadVendorIds } from '../service/src/catalog/vendor-ids.ts';
import { updateCpe } from '../service/src/cpe-update/cpe-update.ts';
import { keyed } from '../service/src/cpe-update/idempotency.ts';
import { openDatabase } from '../service/src/database.ts';
import type { Desk } from '../service/src/desk.ts';
import { startServiceProcess } from '../service/src/faults/service-process.ts';
import { grantApplication } from '../service/src/grant-application.ts';
import { migrate } from '../service/src/migrate.ts';
import { httpNig } from '../service/src/nig/http-nig.ts';
import { makeApplicationRole } from '../service/src/start/application-role.ts';
import { tempFolder } from '../service/src/testing/temp-folder.ts';
import { startTestNig } from '../service/src/testing/test-nig.ts';
import { administer, startTestServer, withDatabase } from '../service/src/testing/test-server.ts';
import { table } from './figures.ts';
import { fill } from './fill.ts';
import { usage } from './processes.ts';
import { recorded, recordingPool, writeScript } from './record-sql.ts';

const LINES = 100_000;
const CONNECTIONS = 32;
const ROUNDS = 3;
const NIG_TIMEOUT_MS = 5000;
const LUA = fileURLToPath(new URL('post-bodies.lua', import.meta.url));
const log = { info() {}, warn() {}, error: (details: object) => console.error(details) };
const say = (line: string) => void process.stderr.write(`${line}\n`);
const execute = promisify(execFile);

export type Body = { ticketId: string; lineId: string; body: CpeUpdateRequest };

/** A valid update of one ticket for each of `most` lines: the device got another address and rate. */
export const bodiesFor = async (url: string, most: number): Promise<Body[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; line: string; cpe: unknown }>(
      `select distinct on (md5(c.service_line_id)) t.id, c.service_line_id as line, h.after as cpe
         from cpe c join ctt t using (service_line_id)
         join lateral (select after from cpe_history h where h.service_line_id = c.service_line_id order by sequence desc limit 1) h on true
        order by md5(c.service_line_id), t.id limit $1`,
      [most],
    );
    return rows.map(({ id, line, cpe }) => {
      const current = cpeSchema.parse(cpe);
      const wanted = {
        ...current,
        ipAddress: current.ipAddress.replace(/^10\./, '11.'),
        bandwidth: { downKbps: 200_000, upKbps: 100_000 },
      };
      return { ticketId: id, lineId: line, body: { current, new: wanted, reason: 'Router was replaced' } };
    });
  } finally {
    await client.end();
  }
};

/** Updates these in this process, one after the other, and notes the SQL of each. */
export const record = async (applicationUrl: string, nigUrl: string, bodies: readonly Body[]) => {
  const sent: Parameters<typeof recordingPool>[1] = [];
  const pool = openDatabase(applicationUrl, { max: 1, log });
  const nig = httpNig({ url: nigUrl, timeoutMs: NIG_TIMEOUT_MS });
  const desk: Desk = {
    db: recordingPool(pool, sent),
    nig: { ...nig, isAvailable: () => true },
    live: {
      subscribe: () => () => {},
      subscribePresence: () => () => {},
      stop: async () => {},
    },
    policy: { editableSegmentGroups: segmentGroups, allowedPrefixes: [] },
    vendorIds: await loadVendorIds(pool),
    signingKey: generateKeyPairSync('ed25519').privateKey,
    nigTimeoutMs: NIG_TIMEOUT_MS,
    settleDeadlineMs: 60_000,
    log,
  };
  const caller: Caller = {
    id: 'bench',
    name: 'Bench',
    roles: ['operator'],
    segmentGroups: [...segmentGroups],
    actions: [],
  };
  const updates = [];
  for (const [n, { ticketId, body }] of bodies.entries()) {
    const outcome = await updateCpe(
      desk,
      caller,
      ticketId,
      body,
      keyed(caller, `bench-${n}`, ticketId, body),
    );
    if ('replay' in outcome || !outcome.ok) throw new Error(`${ticketId}: ${JSON.stringify(outcome)}`);
    updates.push(recorded(sent.splice(0)));
  }
  await nig.close();
  await pool.end();
  return updates;
};

const wrkSchema = z.object({
  seconds: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
  statuses: z.record(z.string(), z.number()),
});

/** Sends each body once over so many connections; times in ms. */
export const wrk = async (origin: string, file: string, token: string, most: number, connections: number) => {
  const running = execute(
    'wrk',
    ['-t', '1', '-c', String(connections), '-d', '600s', '--timeout', '30s', '-s', LUA, origin],
    { env: { ...process.env, BODIES: file, MOST: String(most), TOKEN: token } },
  );
  running.child.stderr?.once('data', () => running.child.kill('SIGINT'));
  const { stdout } = await running;
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (result === undefined) throw new Error(stdout);
  return wrkSchema.parse(JSON.parse(result));
};

/** Transactions of the script a second. */
const pgbench = async (url: string, file: string, transactions: number): Promise<number> => {
  const each = Math.floor(transactions / CONNECTIONS);
  const clients = ['-c', String(CONNECTIONS), '-j', '2', '-t', String(each)];
  const { stdout } = await execute('pgbench', ['-n', '-M', 'prepared', ...clients, '-f', file, url], {
    maxBuffer: 2 ** 26,
  });
  if (!/number of failed transactions: 0 /.test(stdout)) throw new Error(stdout);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** The updates that the simulator's file says were accepted. */
const acceptedByNig = async (folder: string): Promise<number> =>
  (await readFile(join(folder, 'nig-simulator.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"status":"accepted"')).length;

/** History, CPE, corp data and NIG agree with the number of 200s, or this throws. */
export const checkAgreement = async (url: string, nigFolder: string, applied: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, string>>(
    `select (select count(*) from cpe_update where state = 'applied' and actor_id <> 'bench') as updates,
            (select count(*) from cpe_update where state <> 'applied') as others,
            (select count(*) from cpe_history where actor_id <> 'bench') as history,
            (select count(*) from cpe c join corp_data_temp d using (service_line_id, manufacturer, model, ip_address, port)
              where c.ip_address like '11.%' and d.down_kbps = c.down_kbps) as corp_data`,
  );
  await client.end();
  const nig = await acceptedByNig(nigFolder);
  const { updates, others, history, corp_data } = rows[0] ?? {};
  if (
    [updates, history, corp_data].some((count) => Number(count) !== applied) ||
    others !== '0' ||
    nig !== applied
  )
    throw new Error(`${applied} were answered 200, but: ${JSON.stringify({ ...rows[0], nig })}`);
};

type Round = {
  rate: number;
  ceiling: number;
  one: { p50: number; p99: number };
  many: { p50: number; p99: number; p999: number };
  nig: { p50: number; p99: number };
  cpuMs: Map<string, number>;
  peakMb: Map<string, number>;
};

/** How long NIG took for the updates so far, by the service's own clock, ms. */
const nigTimes = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ p50: number; p99: number }>(
    `select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
       from (select (attempts -> 0 ->> 'ms')::float8 as ms from cpe_update where actor_id <> 'bench') sent`,
  );
  await client.end();
  return rows[0] ?? { p50: Number.NaN, p99: Number.NaN };
};

export const mostly200 = ({ statuses }: z.infer<typeof wrkSchema>, most: number) => {
  if (statuses['200'] !== most)
    throw new Error(`${most} updates were sent, answered: ${JSON.stringify(statuses)}`);
};

/** The service on a copy of the database: some updates over one connection, all others over many. */
const serve = async (
  database: { url: string; applicationUrl: string },
  bodies: { one: string; many: string },
  { alone, most }: { alone: number; most: number },
): Promise<Omit<Round, 'ceiling'>> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const simulator = await startTestNig(folder.path);
  stack.defer(() => simulator.stop());
  const service = stack.use(
    await startServiceProcess({ database, nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS }),
  );
  const { authorization } = await service.as('demo-supervisor');
  const one = await wrk(service.origin, bodies.one, authorization, alone, 1);
  mostly200(one, alone);
  const nig = await nigTimes(database.url);
  const before = await usage();
  const many = await wrk(service.origin, bodies.many, authorization, most, CONNECTIONS);
  mostly200(many, most);
  const after = await usage();
  await checkAgreement(database.url, folder.path, alone + most);
  return {
    rate: most / many.seconds,
    one,
    many,
    nig,
    cpuMs: new Map(
      Array.from(after, ([name, { cpuS }]) => [name, ((cpuS - (before.get(name)?.cpuS ?? 0)) * 1000) / most]),
    ),
    peakMb: new Map(Array.from(after, ([name, { peakMb }]) => [name, peakMb])),
  };
};

export const linesOf = (bodies: readonly Body[]): string =>
  bodies
    .map(({ ticketId, body }) => `/ticket/ctt/cpe/update/${ticketId}\t${JSON.stringify(body)}\n`)
    .join('');

/** The medians of the rounds, as a table. */
const report = (rounds: readonly Round[]): string => {
  const of = (figure: (round: Round) => number, digits = 1) => median(rounds.map(figure)).toFixed(digits);
  const names = ['service', 'PostgreSQL', 'NIG simulator'];
  return table(
    ['figure', 'median of 3'],
    [
      [`updates/s, ${CONNECTIONS} connections`, of(({ rate }) => rate, 0)],
      ['pgbench, the same SQL, transactions/s', of(({ ceiling }) => ceiling, 0)],
      ['ratio', of(({ rate, ceiling }) => rate / ceiling, 2)],
      [
        'p50, p99, p99.9 ms',
        [of((r) => r.many.p50), of((r) => r.many.p99), of((r) => r.many.p999)].join(', '),
      ],
      ['one connection: p50, p99 ms', [of((r) => r.one.p50), of((r) => r.one.p99)].join(', ')],
      ['of that NIG: p50, p99 ms', [of((r) => r.nig.p50), of((r) => r.nig.p99)].join(', ')],
      ...names.map((name) => [`${name}: CPU ms an update`, of((r) => r.cpuMs.get(name) ?? Number.NaN, 2)]),
      ...names.map((name) => [
        `${name}: peak RSS of a process, MB`,
        of((r) => r.peakMb.get(name) ?? Number.NaN, 0),
      ]),
    ],
  );
};

/**
 * The update flow against its ceiling: pgbench that runs the very statements which the code sent, on a copy of the same database.
 * `most` updates a round, each of another line of 100,000.
 */
export const update = async (most: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  const folder = stack.use(await tempFolder());
  await administer(server.adminUrl, 'create database ground');
  const ground = withDatabase(server.adminUrl, 'ground');
  const applicationUrl = await makeApplicationRole(server.adminUrl);
  await migrate(ground);
  await grantApplication(ground, 'cpe_desk');
  const owner = openDatabase(ground, { max: 1, log });
  await loadCatalogue(owner);
  await owner.end();
  await fill(ground, { lines: LINES, tickets: 2.5 * LINES, entries: 2 * LINES, isEligible: true }, say);

  /** Does something on a copy of the ground as it is, and drops the copy. */
  const onCopy = async <Done>(work: (urls: { url: string; applicationUrl: string }) => Promise<Done>) => {
    await administer(server.adminUrl, 'create database copy template ground');
    try {
      return await work({
        url: withDatabase(server.adminUrl, 'copy'),
        applicationUrl: withDatabase(applicationUrl, 'copy'),
      });
    } finally {
      await administer(server.adminUrl, 'drop database copy with (force)');
      await administer(server.adminUrl, 'checkpoint');
    }
  };

  const alone = Math.ceil(most / 10);
  const bodies = await bodiesFor(ground, most + alone);
  if (bodies.length < most + alone) throw new Error(`There are ${bodies.length} lines with tickets only`);
  const files = {
    one: join(folder.path, 'one'),
    many: join(folder.path, 'many'),
    sql: join(folder.path, 'sql'),
  };
  await writeFile(files.one, linesOf(bodies.slice(most)));
  await writeFile(files.many, linesOf(bodies.slice(0, most)));
  say(`recording the SQL of ${most} updates`);
  const simulator = await startTestNig(folder.path);
  const updates = await onCopy((urls) => record(urls.applicationUrl, simulator.url, bodies.slice(0, most)));
  await simulator.stop();
  await writeScript(ground, updates, files.sql);
  say(`${updates[0]?.texts.length} statements an update, BEGIN and COMMIT among them`);

  const rounds: Round[] = [];
  for (let n = 1; n <= ROUNDS; n++) {
    const served = await onCopy((urls) => serve(urls, files, { alone, most }));
    const ceiling = await onCopy(({ url }) => pgbench(url, files.sql, most));
    rounds.push({ ...served, ceiling });
    say(`round ${n}: ${served.rate.toFixed(0)} updates/s, pgbench ${ceiling.toFixed(0)}`);
  }
  process.stdout.write(`${report(rounds)}\n`);
};

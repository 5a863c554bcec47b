import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { driftListSchema, repairSchema } from '@cpe-desk/contract';
import { z } from 'zod';
import { fill, sizeOf } from '../../../bench/fill.ts';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import {
  one,
  openDatabase,
  type Pool,
  run,
  statement,
} from '../../src/platform/database/database.ts';
import { grantApplication } from '../../src/platform/schema/grant-application.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { buildPortalIfStale } from '../../src/start/build-portal.ts';
import { type ServiceProcess, startServiceProcess } from '../faults/service-process.ts';
import { checkEqual } from '../faults/storm-check.ts';
import { type Answer, type Line, operate, signIns } from '../faults/storm-operators.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';
import { sendUpdate } from '../support/updates.ts';
import { installPrograms, startArchivedPostgres } from './archived-postgres.ts';

/*
 * `npm run restore-drill`: loses a PostgreSQL under load and restores it to a time, as
 * docs/run/backup.md says, with Debian's PostgreSQL and pgBackRest. NIG is then ahead. Prints what
 * was lost (RPO) and how long it took (RTO). Exit code 0: the history verifies, the desk and NIG
 * agree on every line, and each update that was acknowledged before the time is there; 1: not so.
 */

const USAGE =
  'Usage: npm run restore-drill -- [--tickets 20000] [--seconds 8] [--archive-timeout 10]';
const number = z.coerce.number().int().min(1);
const optionsSchema = z.object({
  tickets: number.min(1000).default(20_000),
  seconds: number.default(8),
  'archive-timeout': number.default(10),
});

const INSTANCES = ['desk-1', 'desk-2'];
const OPERATORS = 6;
/** Enough that both ways of a repair have lines, and the operators meet on some. */
const LINES = 120;
const NIG_TIMEOUT_MS = 1000;
const FEWEST_UPDATES = 20;
const MOST_ROUNDS = 3;
const FIRST_UPDATE = 'the first update is applied';

const began = performance.now();
const print = (line: string) =>
  void process.stdout.write(
    `${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}\n`,
  );
const asSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** How long each phase took, in their order. */
const phases: [name: string, ms: number][] = [];
const phase = async <Done>(name: string, work: () => Promise<Done>): Promise<Done> => {
  const started = performance.now();
  const done = await work();
  phases.push([name, performance.now() - started]);
  print(`${name}: ${asSeconds(performance.now() - started)}`);
  return done;
};

const selectLines = statement<Line, [most: number]>(
  'drill-select-lines',
  `select distinct on (service_line_id) id, service_line_id as "lineId" from ctt
    where service_line_id in (select id from service_line order by id limit $1)
    order by service_line_id, id`,
);
const selectNow = statement<{ now: Date }>('drill-now', 'select clock_timestamp() as now');
const selectNewest = statement<{ newest: Date | null }>(
  'drill-newest',
  'select max(at) as newest from cpe_history',
);
const countPresent = statement<{ present: number }, [ids: string[]]>(
  'drill-count-present',
  `select count(*) as present from cpe_update where id = any($1::uuid[]) and state = 'applied'`,
);
const countIncidents = statement<{ all: number; open: number }>(
  'drill-count-incidents',
  'select count(*) as all, count(*) filter (where closed_at is null) as open from incident',
);

const selectSegment = statement<{ segment: string }>(
  'drill-segment',
  'select pg_walfile_name(pg_current_wal_lsn()) as segment',
);
const selectArchived = statement<{ reaches: boolean }, [segment: string]>(
  'drill-archived',
  'select coalesce(last_archived_wal >= $1, false) as reaches from pg_stat_archiver',
);

type Ground = Awaited<ReturnType<typeof prepare>>;

/** A database filled with eligible lines, backed up, with NIG and two desks beside it. */
const prepare = async (stack: AsyncDisposableStack, tickets: number, archiveTimeoutS: number) => {
  const { path: folder } = stack.use(await tempFolder());
  const home = stack.use(await tempFolder()).path;
  const postgres = await startArchivedPostgres(home, archiveTimeoutS);
  stack.defer(postgres.stop);
  const url = postgres.ownerUrl;
  await migrate(url);
  const applicationUrl = await makeApplicationRole(url);
  await grantApplication(url, new URL(applicationUrl).username);
  await onDatabase(url, loadCatalogue);
  print(`filling ${tickets} tickets`);
  await fill(url, { ...sizeOf(tickets, 0), isEligible: true }, () => {});
  await phase('base backup', postgres.backUp);
  const nig = await startTestNig(folder);
  stack.defer(() => nig.stop());
  const secret = randomBytes(32).toString('hex');
  const keyFile = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const startDesk = async (name: string) =>
    stack.use(
      await startServiceProcess({
        database: { url, applicationUrl },
        dataDir: join(folder, name),
        nigUrl: nig.url,
        nigTimeoutMs: NIG_TIMEOUT_MS,
        settings: { SESSION_SECRET: secret, HISTORY_KEY_FILE: keyFile },
      }),
    );
  return { home, folder, postgres, url, nig, startDesk };
};

const onDatabase = async <Done>(url: string, work: (db: Pool) => Promise<Done>): Promise<Done> => {
  await using db = openDatabase(url, { max: 1, log: { warn() {} } });
  return await work(db);
};

/** A command of the desk, as the operator of an instance runs it. */
const runCommand = async (
  { url, folder, nig }: Ground,
  instance: string,
  command: string,
  args: string[] = [],
) => {
  const file = fileURLToPath(new URL(`../../src/commands/${command}.ts`, import.meta.url));
  return await runProgram(file, args, {
    ...process.env,
    DATABASE_URL: url,
    DATA_DIR: join(folder, instance),
    HISTORY_KEY_FILE: join(folder, 'key.pem'),
    NIG_URL: nig.url,
  });
};

/** Works until the database is lost; answers what was acknowledged, and the time to restore to. */
const workUntilLoss = async (ground: Ground, seconds: number, archiveTimeoutS: number) => {
  const { url, postgres, startDesk } = ground;
  const desks: ServiceProcess[] = [await startDesk('desk-1'), await startDesk('desk-2')];
  // NIG is ahead on any line of the operators, so the first update afterwards is of another one.
  const [spare, ...lines] = await onDatabase(url, (db) => run(db, selectLines, [1 + LINES]));
  if (!spare) throw new Error('There are no lines');
  const answers: Answer[] = [];
  let isOver = false;
  let turn = 0;
  const signIn = signIns(() => {
    const desk = desks[turn++ % desks.length];
    if (!desk) throw new Error('No desk runs');
    return desk;
  });
  const working = Promise.all(
    Array.from({ length: OPERATORS }, (_, n) => operate(n, lines, signIn, () => isOver, answers)),
  );
  await sleep(seconds * 1000);
  const acknowledged = appliedIds(answers);
  const target = (await onDatabase(url, (db) => one(db, selectNow, []))).now;
  print(
    `${acknowledged.length} updates acknowledged until ${target.toISOString()}, the time to restore to`,
  );
  await sleep(seconds * 500);
  // The desk that stops writes an anchor: the restored database will lack its entries.
  const [first] = desks.splice(0, 1);
  first?.signal('SIGTERM');
  await first?.ended;
  await sleep(seconds * 500);
  await onDatabase(url, async (db) => {
    const { segment } = await one(db, selectSegment, []);
    // Only what is in the archive comes back, and it must reach the time.
    await until(
      'the archive reaches the time',
      async () => (await one(db, selectArchived, [segment])).reaches,
      3000 * archiveTimeoutS + 60_000,
    );
  });
  const lostAt = performance.now();
  const newest = (await onDatabase(url, (db) => one(db, selectNewest, []))).newest;
  await phase('the database is lost', postgres.lose);
  isOver = true;
  await Promise.all([working, phase('stop the desks', () => stopAll(desks))]);
  const all = appliedIds(answers);
  print(`${all.length - acknowledged.length} more were acknowledged until the loss`);
  return { acknowledged, all, target, spare, lines, lostAt, newest };
};

const stopAll = async (desks: ServiceProcess[]): Promise<void> => {
  for (const desk of desks) desk.signal('SIGTERM');
  await Promise.all(desks.map(({ ended }) => ended));
};

const appliedIds = (answers: readonly Answer[]): string[] =>
  answers.flatMap(({ code, updateId }) => (code === 'applied' && updateId ? [updateId] : []));

/** The newest entry of the history that the archive alone brings back. */
const newestOfArchive = async ({ postgres, home, url }: Ground): Promise<Date | null> => {
  await postgres.restore('end of the archive');
  await postgres.start();
  const { newest } = await onDatabase(url, (db) => one(db, selectNewest, []));
  await postgres.stop();
  await rm(join(home, 'data'), { recursive: true });
  return newest;
};

/** Notes the restore at an instance whose anchors are newer than it; answers a fault. */
const noteRestore = async (ground: Ground, instance: string, target: Date) => {
  const said = ['--by', 'Drill', '--reason', 'restore drill'];
  const args = ['--to', target.toISOString(), ...said];
  const { code, out, err } = await runCommand(ground, instance, 'note-restore', args);
  print(`${instance}: ${(code === 0 ? out : err).trim()}`);
  return code === 0 || err.includes('no entry was lost')
    ? undefined
    : `note-restore ended with ${code}: ${err}`;
};

/** The steps of the runbook until people work again. */
const restore = async (ground: Ground, target: Date, spare: Line) => {
  const { postgres, startDesk } = ground;
  await phase('restore the files', () => postgres.restore({ to: target }));
  await phase('start PostgreSQL, recover', postgres.start);
  const { newest } = await onDatabase(ground.url, (db) => one(db, selectNewest, []));
  const faults: string[] = [];
  for (const name of INSTANCES) {
    const noted = await phase(`note-restore at ${name}`, () => noteRestore(ground, name, target));
    if (noted) faults.push(noted);
    const verified = await phase(`verify-history at ${name}`, () =>
      runCommand(ground, name, 'verify-history'),
    );
    if (verified.code !== 0)
      faults.push(`verify-history at ${name} ended with ${verified.code}: ${verified.out}`);
  }
  const desks = await phase('start the desks', () => Promise.all(INSTANCES.map(startDesk)));
  const [desk] = desks;
  if (!desk) throw new Error('There is no desk');
  const incidents = await onDatabase(ground.url, (db) => one(db, countIncidents, []));
  if (incidents.all !== 1) faults.push('the desks opened no incident: they may send over NIG');
  await phase(FIRST_UPDATE, () =>
    until(
      'an update is applied',
      async () =>
        (await sendUpdate(desk.operator, spare.id, { ipAddress: '10.240.0.1' })).status === 200,
    ),
  );
  return { desks, desk, newest, faults };
};

/** Repairs what NIG is ahead on: one half with NIG's values, the other with the desk's. */
const repairDrift = async ({ supervisor }: ServiceProcess): Promise<Map<string, number>> => {
  const verdicts = new Map<string, number>();
  const openDrift = async () =>
    driftListSchema
      .parse((await supervisor.get('/ticket/ctt/cpe/drift')).body)
      .items.filter(({ holder, repairedAt }) => holder === 'nig' && repairedAt === null)
      .map(({ serviceLineId }) => serviceLineId);
  const repair = async (lines: string[], take: 'nig' | 'desk') => {
    if (lines.length === 0) return;
    const body = { lines, take, reason: 'restore drill' };
    const asked = await supervisor.post('/ticket/ctt/cpe/drift/repair', body);
    const { repairId } = repairSchema.parse(asked.body);
    const done = await until(
      'the repair is done',
      async () => {
        const { body } = await supervisor.get(`/ticket/ctt/cpe/drift/repair/${repairId}`);
        const repair = repairSchema.parse(body);
        return repair.isDone && repair;
      },
      120_000,
    );
    for (const { verdict } of done.items) {
      const name = `${verdict} (${take})`;
      verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
    }
  };
  const lines = await openDrift();
  const half = Math.ceil(lines.length / 2);
  await repair(lines.slice(0, half), 'nig');
  await repair(lines.slice(half), 'desk');
  // Two lines that hold one value are repaired one by one.
  for (const line of await openDrift()) await repair([line], 'nig');
  return verdicts;
};

/** What must hold at the end; answers what does not. */
const check = async (
  ground: Ground,
  desk: ServiceProcess,
  { acknowledged, spare, lines }: { acknowledged: string[]; spare: Line; lines: readonly Line[] },
): Promise<string[]> => {
  const { nig } = ground;
  const faults: string[] = [];
  await onDatabase(ground.url, async (db) => {
    for (const line of [spare, ...lines])
      await checkEqual({ db, nig, client: desk.operator }, line).catch((error: Error) =>
        faults.push(`line ${line.lineId}: ${error.message}`),
      );
    const { present } = await one(db, countPresent, [acknowledged]);
    print(`${present} of ${acknowledged.length} updates acknowledged before the time are there`);
    if (present !== acknowledged.length) faults.push('an acknowledged update is missing');
  });
  for (const instance of INSTANCES) {
    const { code, out } = await runCommand(ground, instance, 'verify-history');
    print(`verify-history at ${instance}: ${out.trim().split('\n').at(-1)}`);
    if (code !== 0) faults.push(`verify-history at ${instance} ended with ${code}: ${out}`);
  }
  return faults;
};

const drill = async (tickets: number, seconds: number, archiveTimeoutS: number) => {
  await installPrograms();
  await buildPortalIfStale(print);
  await using stack = new AsyncDisposableStack();
  const ground = await prepare(stack, tickets, archiveTimeoutS);
  const before = await workUntilLoss(ground, seconds, archiveTimeoutS);
  const { acknowledged, all, target, spare, newest: newestBefore } = before;
  const aside = performance.now();
  const archived = await newestOfArchive(ground);
  const asideMs = performance.now() - aside;
  print(`read what the archive alone brings back, which is no part of the restore`);
  const { desk, newest, faults } = await restore(ground, target, spare);
  const rtoMs = performance.now() - before.lostAt - asideMs;
  const since = ['--since', target.toISOString()];
  const listed = await phase('reconcile --since', () =>
    runCommand(ground, 'desk-1', 'reconcile', since),
  );
  print(listed.out.trim().split('\n').slice(-2).join('; '));
  for (const line of listed.out.split('\n').slice(0, 2)) print(`  ${line}`);
  if (listed.code !== 1) faults.push(`reconcile --since ended with ${listed.code}: ${listed.err}`);
  const verdicts = await phase('repair', () => repairDrift(desk));
  print([...verdicts].map(([verdict, lines]) => `${lines} ${verdict}`).join(', '));
  await phase('the incident closes', () =>
    until(
      'the incident is closed',
      () => onDatabase(ground.url, async (db) => (await one(db, countIncidents, [])).open === 0),
      3_600_000,
    ),
  );
  // An update that was open at the time settles after the restore: NIG may be ahead there too.
  let again = await runCommand(ground, 'desk-1', 'reconcile', since);
  for (let rounds = 1; again.code === 1 && rounds < MOST_ROUNDS; rounds++) {
    await repairDrift(desk);
    again = await runCommand(ground, 'desk-1', 'reconcile', since);
  }
  print(again.out.trim().split('\n').at(-1) ?? '');
  if (again.code !== 0) faults.push(`NIG differs after the repair: ${again.out}`);
  faults.push(...(await check(ground, desk, before)));
  const gap = (from: Date | null, to: Date | null) =>
    from && to ? asSeconds(Math.max(0, to.getTime() - from.getTime())) : 'unknown';
  print('');
  print(
    `RPO, to the time asked for: newest entry ${gap(newest, target)} before it; ` +
      `${acknowledged.length} acknowledged before it, ${all.length - acknowledged.length} after it`,
  );
  print(
    `RPO, if only the archive is left (archive_timeout ${archiveTimeoutS} s): ${gap(archived, newestBefore)} lost`,
  );
  print(`RTO, from the loss to the first update, ${tickets} tickets: ${asSeconds(rtoMs)}`);
  const working = phases.findIndex(([name]) => name === FIRST_UPDATE) + 1;
  const list = (some: typeof phases) =>
    some.map(([name, ms]) => `${name} ${asSeconds(ms)}`).join(', ');
  // Without the backup before the loss.
  print(`  of that: ${list(phases.slice(1, working))}`);
  print(`  afterwards, while people work: ${list(phases.slice(working))}`);
  if (Math.min(acknowledged.length, all.length - acknowledged.length) < FEWEST_UPDATES)
    faults.push(`fewer than ${FEWEST_UPDATES} updates before or after the time prove nothing`);
  return faults;
};

const readOptions = () => {
  const type = 'string' as const;
  const options = { tickets: { type }, seconds: { type }, 'archive-timeout': { type } };
  try {
    return optionsSchema.safeParse(parseArgs({ options }).values).data;
  } catch {
    return undefined;
  }
};

const options = readOptions();
if (!options) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const { tickets, seconds, 'archive-timeout': archiveTimeoutS } = options;
  const faults = await drill(tickets, seconds, archiveTimeoutS).catch((error: Error) => [
    error.stack ?? error.message,
  ]);
  for (const fault of faults) print(fault);
  print(faults.length === 0 ? 'The restore drill has passed' : 'The restore drill has failed');
  process.exitCode = faults.length === 0 ? 0 : 1;
}

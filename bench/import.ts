import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '../service/src/platform/schema/migrate.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { administer, startTestServer, withDatabase } from '../service/test/support/test-server.ts';
import { logProgress, table } from './figures.ts';
import { writeImportFile } from './import-file.ts';
import { postmasterOf } from './postmaster.ts';
import { cpuOf, positionIn, usageOfOne } from './process-tree.ts';

const MAIN = fileURLToPath(new URL('../service/src/commands/import.ts', import.meta.url));
const LOOK_MS = 50;
/**
 * The tables that an import writes, in the order of references. Triggers keep `ticket_count` in
 * both ways of writing.
 */
const TABLES = [
  'network_element',
  'service_line',
  'line_path',
  'cpe',
  'cpe_claim',
  'corp_data_temp',
  'ctt (id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services, segment_group)',
];

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

type Imported = {
  seconds: number;
  cpuS: number;
  /** Peak memory after a quarter of the file, and at the end. */
  quarterMb: number;
  peakMb: number;
  summary: string;
};

/** Follows a running import until it ends: processor time and memory, while the process exists. */
const watch = async (child: ChildProcess, file: string) => {
  const seen = { cpuS: 0, quarterMb: 0, peakMb: 0 };
  const { pid = 0 } = child;
  const { size } = await stat(file);
  while (child.exitCode === null && child.signalCode === null) {
    const usage = await usageOfOne(pid);
    if (usage) Object.assign(seen, usage);
    if (seen.quarterMb === 0 && ((await positionIn(pid, file)) ?? 0) > size / 4)
      seen.quarterMb = seen.peakMb;
    await setTimeout(LOOK_MS);
  }
  return seen;
};

/** `npm run import` in a process of its own. */
const runImport = async (url: string, file: string): Promise<Imported> => {
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: url },
  });
  const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const seen = await watch(child, file);
  const [summary, remarks] = await output;
  if (child.exitCode !== 0 && child.exitCode !== 1) throw new Error(remarks);
  return { ...seen, seconds: secondsSince(started), summary: summary.trim() };
};

/** A new database with the desk's schema. */
const migrated = async (adminUrl: string, name: string): Promise<string> => {
  await administer(adminUrl, `create database ${name}`);
  const url = withDatabase(adminUrl, name);
  await migrate(url);
  await administer(adminUrl, 'checkpoint');
  return url;
};

/**
 * Copies the rows of one database into another: the server itself reads files from its disk.
 * Answers the seconds of the reading.
 */
const copyRows = async (from: string, to: string, folder: string): Promise<number> => {
  // PostgreSQL writes there as another user, if this process is root.
  await chmod(folder, 0o777);
  const files = TABLES.map((columns, n) => ({ columns, file: join(folder, `table-${n}`) }));
  for (const { columns, file } of files) await administer(from, `copy ${columns} to '${file}'`);
  await administer(to, 'checkpoint');
  const started = performance.now();
  for (const { columns, file } of files) await administer(to, `copy ${columns} from '${file}'`);
  return secondsSince(started);
};

const rowsOf = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const names = TABLES.map((columns) => columns.replace(/ .*/, ''));
  const { rows } = await client.query<{ counts: string }>(
    `select concat_ws(' ', ${names.map((name) => `(select count(*) || ' ${name}' from ${name})`).join(', ')},
       (select sum(count) || ' counted' from ticket_count)) as counts`,
  );
  await client.end();
  return rows[0]?.counts ?? '';
};

/** Runs work and measures PostgreSQL's processor time for it, in seconds. */
const withCpu = async <Done>(postmaster: number, work: () => Promise<Done>) => {
  const before = await cpuOf(postmaster);
  const done = await work();
  // A session's time is counted only after its parent has noticed its end.
  await setTimeout(500);
  return { done, cpuS: (await cpuOf(postmaster)) - before };
};

/** Measures an import of a file against its ceiling: COPY of the same rows into the same tables. */
export const importFile = async (lines: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  const folder = stack.use(await tempFolder());
  const file = join(folder.path, 'import.ndjson');
  await writeImportFile(file, lines);
  logProgress(`${((await stat(file)).size / 1e6).toFixed(0)} MB of NDJSON written`);

  const url = await migrated(server.adminUrl, 'imported');
  const postmaster = await postmasterOf(server.adminUrl);
  const first = await withCpu(postmaster, () => runImport(url, file));
  logProgress(`${first.done.seconds.toFixed(1)} s: ${first.done.summary}`);
  const again = await withCpu(postmaster, () => runImport(url, file));
  logProgress(`${again.done.seconds.toFixed(1)} s: ${again.done.summary}`);
  if (!again.done.summary.includes(' 0 changed, 0 kept,'))
    throw new Error(`The second import changed something: ${again.done.summary}`);

  const copy = await migrated(server.adminUrl, 'copied');
  const ceiling = await withCpu(postmaster, () => copyRows(url, copy, folder.path));
  const [made, copied] = [await rowsOf(url), await rowsOf(copy)];
  if (made !== copied) throw new Error(`${made} were imported, ${copied} copied`);
  logProgress(made);
  process.stdout.write(`${report(lines, { first, again, ceiling })}\n`);
};

type Measured<Done> = { done: Done; cpuS: number };

const report = (
  lines: number,
  runs: { first: Measured<Imported>; again: Measured<Imported>; ceiling: Measured<number> },
): string => {
  const { first, again, ceiling } = runs;
  const perMinute = (seconds: number) => Math.round((lines / seconds) * 60).toLocaleString('en');
  const column = ({ done, cpuS }: Measured<Imported>) => [
    perMinute(done.seconds),
    done.seconds.toFixed(1),
    (done.seconds / ceiling.done).toFixed(2),
    done.cpuS.toFixed(1),
    cpuS.toFixed(1),
    perMinute((done.cpuS + cpuS) / availableParallelism()),
    `${done.quarterMb.toFixed(0)}, ${done.peakMb.toFixed(0)}`,
  ];
  const [imported, repeated] = [column(first), column(again)];
  const copied = [
    perMinute(ceiling.done),
    ceiling.done.toFixed(1),
    '1',
    '',
    ceiling.cpuS.toFixed(1),
    '',
    '',
  ];
  const names = [
    'lines a minute',
    'seconds',
    'times the ceiling',
    'importer: CPU s',
    'PostgreSQL: CPU s',
    `lines a minute that all ${availableParallelism()} processors work for it`,
    'importer: peak RSS at a quarter, at the end, MB',
  ];
  return table(
    ['figure', 'import', 'the same again', 'ceiling: COPY of the rows'],
    names.map((name, n) => [name, imported[n] ?? '', repeated[n] ?? '', copied[n] ?? '']),
  );
};

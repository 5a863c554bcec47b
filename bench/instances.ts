import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServiceProcess } from '../service/test/faults/service-process.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { startTestNig } from '../service/test/support/test-nig.ts';
import { checkAgreement, takeBaseline } from './agreement.ts';
import { logProgress, table } from './figures.ts';
import { prepareGround, type Urls } from './ground.ts';
import { untilIdle } from './processes.ts';
import { rowsOf } from './rows-of.ts';
import { type Body, bodiesFor, linesOf } from './update-bodies.ts';
import { assertAll200, wrk } from './wrk.ts';

const LINES = 100_000;
const COUNTS = [1, 2, 4];
/**
 * Over all instances together, so that runs differ in the number of instances, not in the number of
 * callers.
 */
const CONNECTIONS = 32;
const NIG_TIMEOUT_MS = 5000;

/**
 * The result of one instance. `share`: its part of the updates that were applied while every
 * instance had work left.
 */
type Part = { p50: number; p99: number; seconds: number; share: number };

/** When each ticket's update was settled, ms. */
const settledAt = async (url: string): Promise<Map<string, number>> => {
  const rows = await rowsOf<{ ticket: string; at: Date }>(
    url,
    `select ctt_id as ticket, settled_at as at from cpe_update where actor_id <> 'bench'`,
  );
  return new Map(rows.map(({ ticket, at }) => [ticket, at.getTime()]));
};

/** The share of each instance until the first instance finished its work. */
const sharesOf = (
  settled: ReadonlyMap<string, number>,
  parts: readonly (readonly Body[])[],
): number[] => {
  const times = parts.map((part) =>
    part.map(({ ticketId }) => settled.get(ticketId) ?? Number.NaN),
  );
  const firstEnd = Math.min(...times.map((each) => each.reduce((last, at) => Math.max(last, at))));
  const done = times.map((each) => each.filter((at) => at <= firstEnd).length);
  const all = done.reduce((sum, each) => sum + each, 0);
  return done.map((each) => each / all);
};

/**
 * Runs instances on one database and one NIG. Each gets its part of the bodies, all at the same
 * time.
 */
const serve = async (urls: Urls, parts: readonly (readonly Body[])[]): Promise<Part[]> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const simulator = await startTestNig(folder.path);
  stack.defer(() => simulator.stop());
  // A pass over all lines would be due and would keep one instance busy.
  const settings = { RECONCILE_EVERY_HOURS: '0' };
  const options = { database: urls, nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS, settings };
  const services = await Promise.all(
    parts.map(async () => stack.use(await startServiceProcess(options))),
  );
  const tokens = await Promise.all(services.map(({ supervisor }) => supervisor.authorization()));
  await untilIdle(urls.postmaster);
  const started = await takeBaseline(folder.path);
  const files = parts.map((_, n) => join(folder.path, `bodies-${n}`));
  await Promise.all(files.map((file, n) => writeFile(file, linesOf(parts[n] ?? []))));
  const results = await Promise.all(
    services.map(async ({ origin }, n) => {
      const most = parts[n]?.length ?? 0;
      const result = await wrk(
        origin,
        files[n] ?? '',
        tokens[n] ?? '',
        most,
        CONNECTIONS / parts.length,
      );
      assertAll200(result, most);
      return result;
    }),
  );
  await checkAgreement(urls.url, folder.path, parts.flat().length, started);
  const shares = sharesOf(await settledAt(urls.url), parts);
  return results.map((result, n) => ({ ...result, share: shares[n] ?? Number.NaN }));
};

const rowOf = (parts: readonly Part[], most: number): string[] => {
  const of = (figure: (part: Part) => number) =>
    parts.map((part) => figure(part).toFixed(1)).join(', ');
  return [
    String(parts.length),
    (most / Math.max(...parts.map(({ seconds }) => seconds))).toFixed(0),
    of(({ share }) => 100 * share),
    of(({ p50 }) => p50),
    of(({ p99 }) => p99),
  ];
};

/**
 * Measures the update flow with 1, 2 and 4 instances on one database: updates a second, and the
 * share of each instance.
 */
export const instances = async (updates: number): Promise<void> => {
  const most = updates - (updates % Math.max(...COUNTS));
  await using stack = new AsyncDisposableStack();
  const size = { lines: LINES, tickets: 2.5 * LINES, entries: 2 * LINES, isEligible: true };
  const ground = await prepareGround(stack, size, logProgress);
  const bodies = await bodiesFor(ground.url, most);
  if (bodies.length < most) throw new Error(`There are ${bodies.length} lines with tickets only`);
  const rows: string[][] = [];
  for (const count of COUNTS) {
    const parts = Array.from({ length: count }, (_, part) =>
      bodies.filter((_, n) => n % count === part),
    );
    rows.push(rowOf(await ground.onCopy((urls) => serve(urls, parts)), most));
    logProgress(rows.at(-1)?.join('  ') ?? '');
  }
  const headings = [
    'instances',
    'updates/s',
    'share of each, %',
    'p50 of each, ms',
    'p99 of each, ms',
  ];
  process.stdout.write(`${table(headings, rows)}\n`);
};

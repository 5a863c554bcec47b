import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkSchema } from '@cpe-desk/contract';
import { csvOf, uploadAndCheck } from '../service/test/bulk/bulks.ts';
import {
  type ServiceProcess,
  startServiceProcess,
} from '../service/test/faults/service-process.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { startTestNig } from '../service/test/support/test-nig.ts';
import { logProgress, table } from './figures.ts';
import { prepareGround, type Urls } from './ground.ts';
import { rssOf, untilIdle } from './processes.ts';
import { rowsOf } from './rows-of.ts';
import { statementsReport } from './update.ts';
import { type Body, bodiesFor, linesOf } from './update-bodies.ts';
import { measureWork, type Work } from './work.ts';
import { assertAll200, type Wrk, wrk } from './wrk.ts';

/** Rows of the bulk that warms up, and single updates of each measurement. */
const WARM_ROWS = 2000;
const SINGLES = 500;
const LOOK_MS = 100;
const NIG_TIMEOUT_MS = 5000;

const fileOf = (bodies: readonly Body[]): string =>
  csvOf(
    bodies.map(({ ticketId, body }) => ({
      ticket: ticketId,
      ipAddress: body.new.ipAddress,
      reason: body.reason ?? '',
    })),
  );

type Ran = { seconds: number; work: Work };
type Bulk = { checked: Ran; ran: Ran; besides: Wrk | undefined; peakMb: number };

/** The most memory of a process while work runs, MB. */
const withPeak = async <Done>(pid: number, work: Promise<Done>) => {
  let [isOver, peak] = [false, 0];
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, await rssOf(pid));
      await sleep(LOOK_MS);
    }
  })();
  const done = await work.finally(() => {
    isOver = true;
  });
  await watching;
  return { done, peakMb: peak / 1e6 };
};

/** Uploads, checks and runs a file; during the run single updates are sent. */
const runBulk = async (
  service: ServiceProcess,
  database: Urls,
  bodies: readonly Body[],
  singles?: () => Promise<Wrk>,
): Promise<Omit<Bulk, 'peakMb'>> => {
  const rows = bodies.length;
  const { supervisor } = service;
  const timed = async <Done>(work: () => Promise<Done>) => {
    const began = performance.now();
    const measured = await measureWork(database, rows, work);
    const seconds = (performance.now() - began) / 1000;
    return { done: measured.done, ran: { seconds, work: measured.work } };
  };
  const { done: bulk, ran: checked } = await timed(() =>
    uploadAndCheck(supervisor, fileOf(bodies)),
  );
  assert.equal(bulk.check?.ok, rows, JSON.stringify(bulk));
  const path = `/ticket/ctt/cpe/bulk/${bulk.bulkId}`;
  let besides: Promise<Wrk> | undefined;
  const { ran } = await timed(async () => {
    const answer = await supervisor.post(`${path}/start`, {
      checkHash: bulk.check?.checkHash,
      settings: {},
    });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    besides = singles?.();
    for (;;) {
      const { state, counts } = bulkSchema.parse((await supervisor.get(path)).body);
      if (state === 'finished') return assert.equal(counts.applied, rows, JSON.stringify(counts));
      assert.equal(state, 'running');
      await sleep(LOOK_MS);
    }
  });
  return { checked, ran, besides: await besides };
};

const report = (rows: number, alone: Wrk, { plain, beside }: { plain: Bulk; beside: Bulk }) => {
  const names = ['service', 'PostgreSQL', 'NIG simulator'];
  const parts = [plain.checked, plain.ran, beside.ran];
  const cpu = ({ work }: Ran, name: string) => work.cpuMs.get(name) ?? Number.NaN;
  const sum = (part: Ran) => names.reduce((total, name) => total + cpu(part, name), 0);
  const p99 = beside.besides?.p99 ?? Number.NaN;
  return table(
    ['figure', 'check', 'run', 'run beside single updates'],
    [
      ['rows/s', ...parts.map(({ seconds }) => (rows / seconds).toFixed(0))],
      ...names.map((name) => [
        `${name}: CPU ms a row`,
        ...parts.map((part) => cpu(part, name).toFixed(2)),
      ]),
      ['all: CPU ms a row', ...parts.map((part) => sum(part).toFixed(2))],
      ['WAL bytes a row', ...parts.map(({ work }) => work.walBytes.toFixed(0))],
      ['service: peak RSS, MB', '', plain.peakMb.toFixed(0), beside.peakMb.toFixed(0)],
      [
        'single updates: p50, p99 ms alone',
        '',
        `${alone.p50.toFixed(1)}, ${alone.p99.toFixed(1)}`,
        '',
      ],
      ['beside the bulk', '', '', `${beside.besides?.p50.toFixed(1)}, ${p99.toFixed(1)}`],
      ['p99 beside / alone', '', '', (p99 / alone.p99).toFixed(2)],
    ],
  );
};

/** Uploads, checks and runs `rows` rows, twice: alone, and beside single updates one by one. */
export const bulk = async (rows: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const needed = 2 * rows + 2 * SINGLES + WARM_ROWS;
  // Nine of ten lines take an update.
  const lines = Math.ceil(1.3 * needed);
  const size = { lines, tickets: 2.5 * lines, entries: 2 * lines, isEligible: true };
  const ground = await prepareGround(stack, size, logProgress);
  const bodies = await bodiesFor(ground.url, needed);
  assert.equal(bodies.length, needed, 'The filled database has a line for each row');
  const take = (count: number) => bodies.splice(0, count);
  const folder = stack.use(await tempFolder());
  const simulator = await startTestNig(folder.path);
  stack.defer(() => simulator.stop());
  const settings = { RECONCILE_EVERY_HOURS: '0', LOG_LEVEL: 'info' };
  const nig = { nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess({ database: ground, ...nig, settings }));
  const authorization = await service.supervisor.authorization();
  const singles = async (name: string) => {
    const file = join(folder.path, name);
    await writeFile(file, linesOf(take(SINGLES)));
    return () => wrk(service.origin, file, authorization, SINGLES, 1);
  };
  const [first, second] = [await singles('alone'), await singles('beside')];
  await runBulk(service, ground, take(WARM_ROWS));
  logProgress('warm');
  await untilIdle(ground.postmaster);
  const alone = await first();
  assertAll200(alone, SINGLES);
  const of = async (singles?: () => Promise<Wrk>): Promise<Bulk> => {
    const running = runBulk(service, ground, take(rows), singles);
    const { done, peakMb } = await withPeak(service.pid, running);
    logProgress(`${(rows / done.ran.seconds).toFixed(0)} rows/s`);
    return { ...done, peakMb };
  };
  const plain = await of();
  const beside = await of(second);
  if (beside.besides) assertAll200(beside.besides, SINGLES);
  const [open] = await rowsOf<{ count: number }>(
    ground.url,
    "select count(*)::int from cpe_update where state <> 'applied' and bulk_id is not null",
  );
  assert.equal(open?.count, 0);
  process.stdout.write(`${report(rows, alone, { plain, beside })}\n`);
  process.stdout.write(`\nThe run:\n\n${statementsReport(plain.ran)}\n`);
};

import { setTimeout as sleep } from 'node:timers/promises';
import { bulkSchema } from '@cpe-desk/contract';
import pg from 'pg';
import { startTestDesk } from '../service/test/support/desk.ts';
import { openGroundAt } from '../service/test/support/ground.ts';
import { administer, startTestServer, withDatabase } from '../service/test/support/test-server.ts';
import { logProgress, table } from './figures.ts';
import { fill } from './fill.ts';

const LOOK_MS = 100;
const ROUTE = '/ticket/ctt/cpe/bulk';
const MIB = 1024 * 1024;

/** Lines of tickets that may be edited, each once, with another rate. */
const fileOf = async (url: string, rows: number): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const found = await client.query<{ ticket_no: string }>(
    `select ticket_no from (select distinct on (service_line_id) ticket_no from ctt
                              where status not in ('closed', 'cancelled', 'rejected')) t limit $1`,
    [rows],
  );
  await client.end();
  return ['ticket,downKbps', ...found.rows.map((row, n) => `${row.ticket_no},${200_000 + n}`)].join(
    '\n',
  );
};

/**
 * Measures how long the desk reads and checks a file of so many rows, and how much more memory its
 * process needs. The desk runs in this process, beside a durable PostgreSQL.
 */
export const bulkCheck = async (rows: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  await administer(server.adminUrl, 'create database ground');
  const beside = await openGroundAt(withDatabase(server.adminUrl, 'ground'), stack);
  const desk = stack.use(await startTestDesk({ beside, isSettling: false }));
  const lines = Math.round(1.2 * rows);
  await fill(desk.ownerUrl, { tickets: lines, lines, entries: 0, isEligible: true }, logProgress);
  const file = await fileOf(desk.ownerUrl, rows);
  globalThis.gc?.();
  await sleep(1000);
  const before = process.memoryUsage().rss;
  let peak = before;
  const started = performance.now();
  const uploaded = await desk.supervisor.fetch(ROUTE, {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'text/csv' },
  });
  const uploadedS = (performance.now() - started) / 1000;
  let bulk = bulkSchema.parse(await uploaded.json());
  let readS = 0;
  while (bulk.state === 'reading' || bulk.state === 'checking') {
    await sleep(LOOK_MS);
    peak = Math.max(peak, process.memoryUsage().rss);
    bulk = bulkSchema.parse((await desk.supervisor.get(`${ROUTE}/${bulk.bulkId}`)).body);
    if (bulk.state !== 'reading' && readS === 0) readS = (performance.now() - started) / 1000;
  }
  const checkedS = (performance.now() - started) / 1000;
  process.stdout.write(
    `${table(
      ['check of a bulk', ''],
      [
        ['rows', `${bulk.counts.rows.toLocaleString('en')} (${bulk.state})`],
        ['of them ok', String(bulk.check?.ok)],
        ['uploaded, s', uploadedS.toFixed(1)],
        ['read, s', (readS - uploadedS).toFixed(1)],
        ['checked, s', (checkedS - readS).toFixed(1)],
        ['more memory at the peak, MiB', ((peak - before) / MIB).toFixed(0)],
      ],
    )}\n`,
  );
};

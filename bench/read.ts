import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { newPlace, type RunningDesk, startDesk } from '../e2e/src/desk.ts';
import { type Client, clientOf } from '../service/test/support/client.ts';
import { logProgress, quantile, table } from './figures.ts';
import type { Size } from './fill.ts';
import { prepareGround, type Urls } from './ground.ts';
import { untilIdle } from './processes.ts';

const LARGE = [
  'service_line',
  'cpe',
  'ctt',
  'cpe_update',
  'cpe_history',
  'line_path',
  'corp_data_temp',
];
const TIMES = 300;
/** PostgreSQL shows scans in its statistics after this time at most. */
const STATISTICS_MS = 1500;

const pageSchema = z.object({ nextCursor: z.string().nullable() });

/** The cursor after `pages` pages of 50, reached page by page as people do. */
const cursorAfter = async (client: Client, pages: number): Promise<string> => {
  let cursor = '';
  for (let seen = 0; seen < pages; seen += 4) {
    const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
    cursor = pageSchema.parse((await client.get(`/ticket/ctt?${query}`)).body).nextCursor ?? '';
  }
  return cursor;
};

/** The questions by name. `n` differs each time, so that each call reads other rows. */
export const questions = (
  cursor: string,
  { lines, tickets }: { lines: number; tickets: number },
) => {
  const list = (query: string) => () => `/ticket/ctt?${query}`;
  const ticket = (n: number) => `bt-${1 + ((n * 7919) % tickets)}`;
  return {
    'first page': list(''),
    'page 1,000': list(`cursor=${cursor}`),
    'oldest first': list('sort=openedAt'),
    'status held': list('status=held'),
    'one segment group': list('segmentGroup=SME'),
    'technology FTTB': list('technology=FTTB'),
    'managed services': list('managedServices=true'),
    editable: list('editable=true'),
    'not editable': list('editable=false'),
    'status and segment': list('status=held&segmentGroup=GOVERNMENT'),
    'status, technology, editable': list('status=pending&technology=FTTH&editable=true'),
    'by ticket number': (n: number) =>
      `/ticket/ctt?q=${String(1 + ((n * 7919) % tickets)).padStart(8, '0')}`,
    'by part of a number': (n: number) => `/ticket/ctt?q=${String(10_000 + n)}`,
    'by customer': list('q=Teratai'),
    'by whole customer': (n: number) =>
      `/ticket/ctt?q=${encodeURIComponent(`branch ${1 + ((n * 31) % lines)}`)}`,
    'by serial number': (n: number) =>
      `/ticket/ctt?q=HWTC${((n * 2654435761) % 4294967296).toString(16).padStart(8, '0').slice(0, 6)}`,
    'by a part of a serial number': (n: number) =>
      `/ticket/ctt?q=${((n * 2654435761) % 4294967296).toString(16).padStart(8, '0').slice(0, 5)}`,
    'by address': (n: number) => `/ticket/ctt?q=10.64.${n % 250}.7`,
    'by a part of an address': (n: number) => `/ticket/ctt?q=10.64.${n % 250}.`,
    'by prefix': (n: number) => `/ticket/ctt?q=10.64.${n % 250}.0/24`,
    'by port': (n: number) => `/ticket/ctt?q=0/${n % 16}/3:${n % 128}`,
    'by model': list('q=HG8245'),
    'by 10,000 matches': (n: number) => `/ticket/ctt?q=${encodeURIComponent(`branch ${10 + n}`)}`,
    'by customer, held': list('q=Teratai&status=held'),
    'no such thing': list('q=nothing-like-this'),
    'by two letters': list('q=qz'),
    'a gap for a dash': list('q=ctt%202025'),
    counts: () => '/ticket/ctt/counts',
    'counts, searched': () => '/ticket/ctt/counts?q=Teratai',
    'a ticket': (n: number) => `/ticket/ctt/${ticket(n)}`,
    'history of its line': (n: number) => `/ticket/ctt/cpe/history/${ticket(n)}`,
    'devices of its line': (n: number) => `/ticket/ctt/cpe/history/${ticket(n)}/devices`,
    overview: () => '/ticket/ctt/cpe/overview?days=30',
  } satisfies Record<string, (n: number) => string>;
};

/**
 * Questions about records that a caller of one segment group may not see, or for which this caller
 * has another cursor.
 */
const EVERYONE_ONLY: ReadonlySet<string> = new Set([
  'page 1,000',
  'a ticket',
  'history of its line',
  'devices of its line',
  'overview',
]);

/** The number of sequential scans of each large table so far. */
const scans = async (db: pg.Client): Promise<Map<string, number>> => {
  await setTimeout(STATISTICS_MS);
  const { rows } = await db.query<{ name: string; scans: string }>(
    'select relname as name, seq_scan as scans from pg_stat_user_tables where relname = any($1)',
    [LARGE],
  );
  return new Map(rows.map(({ name, scans }) => [name, Number(scans)]));
};

const requestLine = z.object({ requestId: z.string(), ms: z.number() });

/** The service's own time for each request, by request id, ms, from its log since a position. */
const serverTimes = (log: string): Map<string, number> => {
  const times = new Map<string, number>();
  for (const line of log.split('\n').filter((each) => each.includes('"ms"'))) {
    const { data } = requestLine.safeParse(JSON.parse(line));
    if (data) times.set(data.requestId, data.ms);
  }
  return times;
};

type Asked = { client: Client; desk: RunningDesk; db: pg.Client };

/** p50 and p99 as the service measured them, ms, and the large tables that were scanned whole. */
const measure = async (
  { client, desk, db }: Asked,
  path: (n: number) => string,
): Promise<string[]> => {
  const before = await scans(db);
  const from = desk.said().length;
  const idOf = (n: number) => `bench-${from}-${n}`;
  for (let n = 0; n < TIMES; n += 1) {
    const { status } = await client.get(path(n), { 'x-request-id': idOf(n) });
    if (status !== 200) throw new Error(`${path(n)}: ${status}`);
  }
  await setTimeout(STATISTICS_MS);
  await client.get(path(0));
  const after = await scans(db);
  const read = LARGE.filter((name) => (after.get(name) ?? 0) > (before.get(name) ?? 0));
  const taken = serverTimes(desk.said().slice(from));
  // The first requests plan their statements and read from the disk.
  const times = Array.from({ length: TIMES }, (_, n) => taken.get(idOf(n)) ?? Number.NaN)
    .slice(TIMES / 10)
    .sort((a, b) => a - b);
  return [quantile(times, 0.5), quantile(times, 0.99)]
    .map((ms) => ms.toFixed(1))
    .concat(read.join(', ') || 'none');
};

/** A table of the time of each question, with the large tables that it scans whole. */
export const askAll = async (
  { url, applicationUrl, postmaster }: Urls,
  size: Size,
): Promise<string> => {
  await using place = await newPlace();
  const desk = await startDesk(place, {
    DATABASE_URL: applicationUrl,
    DATABASE_OWNER_URL: url,
    RATE_LIMIT_PER_MINUTE: '1000000',
    RATE_LIMIT_PER_ADDRESS: '1000000',
    RECONCILE_EVERY_HOURS: '0',
    LOG_LEVEL: 'info',
  });
  const db = new pg.Client({ connectionString: url });
  try {
    await db.connect();
    await untilIdle(postmaster);
    const everyone = clientOf(desk.origin, 'demo-supervisor');
    const sme = clientOf(desk.origin, 'demo-operator-sme');
    const cursor = await cursorAfter(everyone, 1000);
    const rows: string[][] = [];
    for (const [name, path] of Object.entries(questions(cursor, size))) {
      const of = (client: Client) => measure({ client, desk, db }, path);
      const mine = EVERYONE_ONLY.has(name) ? ['', ''] : (await of(sme)).slice(0, 2);
      rows.push([name, ...(await of(everyone)), ...mine]);
      logProgress(rows.at(-1)?.join('  ') ?? '');
    }
    return table(['question', 'p50 ms', 'p99 ms', 'scanned whole', 'one group p50', 'p99'], rows);
  } finally {
    await db.end();
    await desk.stop();
  }
};

/** Measures reads with many tickets, lines and history entries. */
export const read = async (size: Size): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const ground = await prepareGround(stack, size, logProgress);
  process.stdout.write(`${await askAll(ground, size)}\n`);
};

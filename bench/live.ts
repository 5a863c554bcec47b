import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import {
  type ServiceProcess,
  startServiceProcess,
} from '../service/test/faults/service-process.ts';
import { type Client, clientWith } from '../service/test/support/client.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { startTestNig } from '../service/test/support/test-nig.ts';
import { startTokenIssuer, type TokenIssuer } from '../service/test/support/token-issuer.ts';
import { updateBody } from '../service/test/support/updates.ts';
import { logProgress, quantile, table } from './figures.ts';
import { prepareGround, type Urls } from './ground.ts';
import { rssOf } from './processes.ts';
import { openStreams, type Stream, type Streams } from './streams.ts';

const LINES = 2000;
const UPDATES = 20;
/** Long enough for a heartbeat of all streams between two updates: heartbeats may delay events. */
const EVERY_MS = 1000;
/** Each caller opens this many streams; the service allows 50. */
const PER_CALLER = 25;
const SETTLE_MS = 4000;
/** A garbage collection takes less time. */
const HEAP_MS = 200;
const NIG_TIMEOUT_MS = 5000;
const RECEIVED_WITHIN_MS = 30_000;
const GARBAGE = new URL('collect-garbage.ts', import.meta.url).href;

/** Memory in use when collections free no more, MB. */
const restingRss = async ({ pid }: ServiceProcess): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 4; n++) {
    process.kill(pid, 'SIGHUP');
    await sleep(SETTLE_MS / 4);
    least = Math.min(least, await rssOf(pid));
  }
  return least;
};

/** Half of the streams receive all events, half those of one ticket. */
const wantedStreams = async (
  issuer: TokenIssuer,
  count: number,
  tickets: readonly string[],
): Promise<Stream[]> => {
  const streams: Stream[] = [];
  let authorization = '';
  for (let n = 0; n < count; n++) {
    if (n % PER_CALLER === 0) authorization = await issuer.tokenOf(`reader-${n / PER_CALLER}`);
    const query = n % 2 === 0 ? `?id=${tickets[(n / 2) % tickets.length]}` : '';
    streams.push({ authorization, path: `/ticket/ctt/events${query}` });
  }
  return streams;
};

const ticketsOf = async (url: string): Promise<string[]> => {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    const { rows } = await db.query<{ id: string }>(
      'select min(id) as id from ctt join cpe using (service_line_id) group by service_line_id order by 1',
    );
    return rows.map(({ id }) => id);
  } finally {
    await db.end();
  }
};

/**
 * The delay until the last stream received an event: from the service's write, and from the
 * caller's answer.
 */
type Delay = { fromWrite: number; fromAnswer: number };

/** Updates a ticket and waits until all `readers` have received that it was applied. */
const measureDelay = async (
  client: Client,
  streams: Streams,
  { ticket, readers }: { ticket: string; readers: number },
): Promise<Delay> => {
  const body = await updateBody(client, ticket);
  const last = streams.lastReceived(['"state":"applied"', `"cttId":"${ticket}"`], readers);
  const { status } = await client.post(`/ticket/ctt/cpe/update/${ticket}`, body);
  if (status !== 200) throw new Error(`${ticket}: ${status}`);
  const answeredAt = Date.now();
  const received = await Promise.race([last, sleep(RECEIVED_WITHIN_MS, undefined, { ref: false })]);
  if (received === undefined) throw new Error(`${ticket}: not all streams received the update`);
  return {
    fromWrite: received.lastAt - received.writtenAt,
    fromAnswer: received.lastAt - answeredAt,
  };
};

const heapSchema = z.coerce.number();

/** Memory of live JavaScript objects, bytes: read immediately, before heartbeats create garbage. */
const heapOf = async ({ pid, origin }: ServiceProcess): Promise<number> => {
  process.kill(pid, 'SIGHUP');
  await sleep(HEAP_MS);
  const text = await (await fetch(`${origin}/metrics`)).text();
  return heapSchema.parse(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]);
};

/** One instance whose callers the token issuer defines. */
const start = async (stack: AsyncDisposableStack, urls: Urls) => {
  const folder = stack.use(await tempFolder());
  const simulator = await startTestNig(folder.path);
  stack.defer(() => simulator.stop());
  const issuer = await startTokenIssuer();
  stack.defer(issuer.stop);
  const settings = { OIDC_ISSUER: issuer.url, NODE_OPTIONS: `--expose-gc --import=${GARBAGE}` };
  const nig = { nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess({ database: urls, ...nig, settings }));
  return { issuer, service };
};

type Memory = { rss: number; heap: number };

const memoryOf = async (service: ServiceProcess): Promise<Memory> => ({
  rss: await restingRss(service),
  heap: await heapOf(service),
});

type Measured = {
  count: number;
  openedS: number;
  before: Memory;
  after: Memory;
  delays: readonly Delay[];
};

const measure = async (urls: Urls, count: number): Promise<Measured> => {
  await using stack = new AsyncDisposableStack();
  const { issuer, service } = await start(stack, urls);
  const tickets = await ticketsOf(urls.url);
  const client = clientWith(service.origin, await issuer.tokenOf('operator'));
  // The first streams load what all streams share, so their memory does not count.
  const first = await openStreams(service.origin, await wantedStreams(issuer, PER_CALLER, tickets));
  first.close();
  const before = await memoryOf(service);
  const wanted = await wantedStreams(issuer, count, tickets);
  const began = performance.now();
  const streams = await openStreams(service.origin, wanted);
  stack.defer(async () => streams.close());
  const openedS = (performance.now() - began) / 1000;
  const after = await memoryOf(service);
  const delays: Delay[] = [];
  for (const ticket of tickets.slice(0, UPDATES)) {
    await sleep(EVERY_MS);
    const readers = wanted.filter(
      ({ path }) => !path.includes('=') || path.endsWith(`=${ticket}`),
    ).length;
    delays.push(await measureDelay(client, streams, { ticket, readers }));
  }
  return { count, openedS, before, after, delays };
};

const report = ({ count, openedS, before, after, delays }: Measured): string => {
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  const kib = (bytes: number) => (bytes / count / 2 ** 10).toFixed(1);
  const times = (which: keyof Delay) => {
    const sorted = delays.map((each) => each[which]).toSorted((a, b) => a - b);
    return `${quantile(sorted, 0.5)}, ${sorted.at(-1)}`;
  };
  return table(
    ['figure', `${count} streams`],
    [
      ['opened in, s', openedS.toFixed(1)],
      ['RSS of the service before and after, MB', `${mb(before.rss)}, ${mb(after.rss)}`],
      ['RSS a stream, KiB', kib(after.rss - before.rss)],
      ['of that in the JavaScript heap, KiB', kib(after.heap - before.heap)],
      ['from before COMMIT to the last stream: p50, most, ms', times('fromWrite')],
      ['from the answer to the last stream: p50, most, ms', times('fromAnswer')],
    ],
  );
};

/**
 * Opens event streams on one instance and measures their memory and the delay of an update's event.
 */
export const live = async (count: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const ground = await prepareGround(
    stack,
    { lines: LINES, tickets: 2.5 * LINES, entries: 2 * LINES, isEligible: true },
    logProgress,
  );
  process.stdout.write(`${report(await ground.onCopy((urls) => measure(urls, count)))}\n`);
};

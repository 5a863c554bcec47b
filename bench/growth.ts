import { logProgress, table } from './figures.ts';
import { sizeOf } from './fill.ts';
import { prepareGround } from './ground.ts';
import { askAll } from './read.ts';
import { rowsOf } from './rows-of.ts';
import { measureUpdates, ratioOf } from './update.ts';

const MOST_UPDATES = 5000;

type Bytes = Record<
  'entries' | 'heap' | 'indexes' | 'updates' | 'updatesHeap' | 'database',
  string
>;

/** The disk space of the history and of its updates. */
const selectBytes = `
  select (select sum(reltuples) from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'cpe_history'::regclass) as entries,
         (select sum(pg_table_size(inhrelid)) from pg_inherits where inhparent = 'cpe_history'::regclass) as heap,
         (select sum(pg_indexes_size(inhrelid)) from pg_inherits where inhparent = 'cpe_history'::regclass) as indexes,
         (select reltuples from pg_class where oid = 'cpe_update'::regclass) as updates,
         pg_total_relation_size('cpe_update') as "updatesHeap", pg_database_size(current_database()) as database`;

export type Growth = {
  /** History entries for each ticket. */
  entriesEach: number;
  /** Updates for each ticket: those of its last entries. */
  updatesEach: number;
  /** Whether older entries have no CPE, so that more of them fit on the disk. */
  isBrief: boolean;
  /** Whether the questions of `read` run on each database before it is written to. */
  asks: boolean;
};

/** The update flow with a number of tickets: rate, ratio to the minimal flow, times, disk space. */
const rowOf = async (
  tickets: number,
  { entriesEach, updatesEach, isBrief, asks }: Growth,
): Promise<string[]> => {
  await using stack = new AsyncDisposableStack();
  const size = { ...sizeOf(tickets, entriesEach, updatesEach), isBrief, isEligible: !asks };
  const ground = await prepareGround(stack, size, logProgress);
  const [bytes] = await rowsOf<Bytes>(ground.url, selectBytes);
  if (asks) process.stdout.write(`${await askAll(ground, size)}\n`);
  // A copy of the largest database does not fit on the disk, so pgbench runs after the service on
  // the same database.
  const [round] = await measureUpdates(stack, ground, ground.inPlace, {
    most: MOST_UPDATES,
    times: 1,
  });
  if (!round || !bytes) throw new Error('Nothing was measured');
  const mb = (text: string, rows: string) =>
    ((Number(text) / 2 ** 20 / Number(rows)) * 1_000_000).toFixed(0);
  return [
    tickets.toLocaleString('en'),
    round.rate.toFixed(0),
    ratioOf(round).toFixed(2),
    `${round.many.p50.toFixed(0)}, ${round.many.p99.toFixed(0)}`,
    `${round.one.p50.toFixed(1)}, ${round.one.p99.toFixed(1)}`,
    `${mb(bytes.heap, bytes.entries)}, ${mb(bytes.indexes, bytes.entries)}`,
    mb(bytes.updatesHeap, bytes.updates),
    (Number(bytes.database) / 2 ** 30).toFixed(1),
  ];
};

/** Measures how the update flow changes as the database grows. */
export const growth = async (sizes: readonly number[], options: Growth): Promise<void> => {
  const rows: string[][] = [];
  for (const tickets of sizes) {
    rows.push(await rowOf(tickets, options));
    logProgress(rows.at(-1)?.join('  ') ?? '');
  }
  const headings = [
    'tickets',
    'updates/s',
    'ratio to the minimal flow',
    'p50, p99 ms at 32',
    'p50, p99 ms alone',
    'history MB a million: rows, indexes',
    'updates MB a million',
    'database GB',
  ];
  process.stdout.write(`${table(headings, rows)}\n`);
};

import { parseArgs } from 'node:util';
import { bulk } from './bulk.ts';
import { bulkCheck } from './bulk-check.ts';
import { deviceText } from './device-text.ts';
import { sizeOf } from './fill.ts';
import { growth } from './growth.ts';
import { importFile } from './import.ts';
import { instances } from './instances.ts';
import { live } from './live.ts';
import { portal } from './portal.ts';
import { read } from './read.ts';
import { start } from './start.ts';
import { update } from './update.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    'entries-each': { type: 'string', default: '5' },
    'updates-each': { type: 'string' },
    brief: { type: 'boolean', default: false },
    asks: { type: 'boolean', default: false },
    updates: { type: 'string', default: '20000' },
    rows: { type: 'string', default: '20000' },
    streams: { type: 'string', default: '2000' },
    lines: { type: 'string' },
    tickets: { type: 'string', default: '10000,100000,1000000' },
    times: { type: 'string', default: '5' },
    'at-least': { type: 'string', default: '0' },
  },
});

const entriesEach = Number(values['entries-each']);
const each = { entriesEach, updatesEach: Number(values['updates-each'] ?? entriesEach) };
if (!(each.updatesEach > 0 && each.updatesEach <= entriesEach))
  throw new RangeError(
    '--updates-each: more than 0, and no more than --entries-each, since each update has its entry',
  );
if (values.brief && each.updatesEach === entriesEach)
  throw new RangeError(
    '--brief: with less --updates-each than --entries-each, since the entries of updates are whole',
  );
if (values.brief && values.asks)
  throw new RangeError('--brief: without --asks, since an entry without its CPE cannot be read');

/** Each bench with its usage line. */
const benches: Readonly<Record<string, { usage: string; run: () => Promise<void> }>> = {
  update: {
    usage: 'update [--updates 20000] [--lines 100000] [--at-least RATIO]',
    run: () =>
      update(Number(values.updates), Number(values.lines ?? 100_000), Number(values['at-least'])),
  },
  growth: {
    usage:
      'growth [--tickets 10000,100000,1000000] [--entries-each 5] [--updates-each 5] [--brief | --asks]',
    run: () =>
      growth(values.tickets.split(',').map(Number), {
        ...each,
        isBrief: values.brief,
        asks: values.asks,
      }),
  },
  instances: { usage: 'instances [--updates 20000]', run: () => instances(Number(values.updates)) },
  read: {
    usage: 'read [--scale 1] [--entries-each 5] [--updates-each 5]',
    run: () => read(sizeOf(1_000_000 * Number(values.scale), each.entriesEach, each.updatesEach)),
  },
  bulk: { usage: 'bulk [--rows 20000]', run: () => bulk(Number(values.rows)) },
  live: { usage: 'live [--streams 2000]', run: () => live(Number(values.streams)) },
  import: {
    usage: 'import [--lines 1000000]',
    run: () => importFile(Number(values.lines ?? 1_000_000)),
  },
  'bulk-check': {
    usage: 'bulk-check [--lines 100000]',
    run: () => bulkCheck(Number(values.lines ?? 100_000)),
  },
  'device-text': { usage: 'device-text', run: deviceText },
  portal: { usage: 'portal [--times 5]', run: () => portal(Number(values.times)) },
  start: { usage: 'start [--times 5]', run: () => start(Number(values.times)) },
};

const bench = benches[positionals[0] ?? ''];
if (bench) await bench.run();
else {
  for (const { usage } of Object.values(benches))
    process.stderr.write(`npm run bench -- ${usage}\n`);
  process.exitCode = 2;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeviceText } from '@cpe-desk/contract';
import { median, table } from './figures.ts';

const SAMPLES = join(import.meta.dirname, '../contract/test/device-text/samples');
const KIB = [64, 256];
const TIMES = 3;
const facts = { olt: { manufacturer: null, ports: null }, recorded: null };

/** A sample, again and again, up to a size in KiB. */
const repeated = (text: string, kib: number): string =>
  text.repeat(Math.ceil((kib * 1024) / text.length)).slice(0, kib * 1024);

const msOf = (text: string): number => {
  const times = Array.from({ length: TIMES }, () => {
    const began = performance.now();
    readDeviceText(text, facts);
    return performance.now() - began;
  });
  return median(times);
};

/** Texts that made a pattern try each place of a long line again. */
const HOSTILE: Readonly<Record<string, string>> = {
  'one line of names': 'SN: a, ',
  'one line of prose': 'ip 10.20.0.7 of mac gw ',
  'only tags': '<a></b>',
  'only open tags': '<',
  'many small devices': 'SN: HWTC1A2B3C4D\n\nSN: HWTC1A2B3C4E\n\n',
  'columns without rows': 'Serial  MAC  IP\n',
  'cells with open quotes': 'Serial;MAC;IP\n"a;b;c\n',
  'a line of spaces': '  ',
  'names without values': 'Serial number\n',
  'levels of a port': 'Slot: 1\nPort: 2\nONU: 3\n',

  'one line of dashes': '-',
  'one line of MAC addresses': 'abcd-abcd-abcd  ',
  'only line ends': '\n',
};

/** How long the reader takes for texts of 64 and 256 KiB of each sample, median of three, ms. */
export const deviceText = async (): Promise<void> => {
  const files = await readdir(SAMPLES, { recursive: true });
  const names = files.filter((name) => name.endsWith('.txt')).sort();
  const rows: string[][] = [];
  const texts = await Promise.all(
    names.map(async (name) => [name, `${await readFile(join(SAMPLES, name), 'utf8')}\n`] as const),
  );
  for (const [name, text] of [...texts, ...Object.entries(HOSTILE)])
    rows.push([name, ...KIB.map((kib) => msOf(repeated(text, kib)).toFixed(0))]);
  console.log(table(['sample', ...KIB.map((kib) => `${kib} KiB, ms`)], rows));
};

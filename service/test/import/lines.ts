import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImportOptions, importFile } from '../../src/import/import-file.ts';
import { placeText } from '../../src/import/read-file.ts';
import { type Pool, run, statement } from '../../src/platform/database/database.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { TestDatabase } from '../support/test-database.ts';

/* Lines of import files for tests, and how to import them. */

export const at = new Date('2026-11-02T00:00:00Z');

export const oltPorts = { frames: [0, 0], slots: [1, 7], ports: [0, 15], onuIds: [0, 127] };
export const olt = (id = 'olt-1') => ({
  type: 'networkElement',
  id,
  kind: 'OLT',
  name: id,
  oltPorts,
});
export const splitter = { type: 'networkElement', id: 'spl-1', kind: 'SPLITTER', name: 'spl-1' };
export const cpe = (n: number) => ({
  id: `cpe-${n}`,
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: `10.0.${n >> 8}.${n & 255}`,
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: `gpon-onu_0/${1 + (n % 7)}/${Math.floor(n / 7) % 16}:${Math.floor(n / 112)}`,
  serialNumber: `hwtc${n.toString(16).padStart(8, '0')}`,
});
export const line = (n: number) => ({
  type: 'serviceLine',
  id: `line-${n}`,
  technology: 'FTTH',
  accessType: 'GPON',
  managedServices: true,
  segmentGroup: 'SME',
  customer: `Customer ${n}`,
  plan: { downKbps: 100_000, upKbps: 50_000 },
  path: ['olt-1', 'spl-1'],
  cpe: cpe(n),
});
export const ticket = (n: number) => ({
  type: 'ticket',
  id: `t-${n}`,
  ticketNo: `CTT-${n}`,
  status: 'inProgress',
  title: 'Slow',
  openedAt: '2026-10-01T08:00:00+08:00',
  serviceLineId: `line-${n}`,
});

export type Line = Record<string, unknown> | string;

const textOf = (lines: Iterable<Line>): string =>
  Array.from(lines, (each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n');

/** A remark as one text: `line 2: bad: …`. */
type Imported = Awaited<ReturnType<typeof importFile>> & { told: string[] };

/** Imports a file; answers the summary and the remarks. */
export const importPath = async (
  { pool, url }: Pick<TestDatabase, 'pool' | 'url'>,
  file: string,
  options: Partial<ImportOptions> = {},
): Promise<Imported> => {
  const told: string[] = [];
  const summary = await importFile(pool, {
    ...{ url, file, at, ...options },
    remark: ({ outcome, faults, ...place }) =>
      told.push(`${placeText(place)}: ${outcome}: ${faults.map(({ text }) => text).join('; ')}`),
  });
  return { ...summary, told };
};

/** Imports these lines, or bytes. */
export const importAll = async (
  database: Pick<TestDatabase, 'pool' | 'url'>,
  lines: Iterable<Line> | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<Imported> => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'lines');
  await writeFile(file, lines instanceof Uint8Array ? lines : textOf(lines));
  return await importPath(database, file, options);
};

/** What an import did, in short: lines read, changed, kept, bad. */
export const countsOf = ({ read, changed, remarks }: Imported) => [
  read,
  changed,
  remarks.kept,
  remarks.bad,
];

export const rows = (db: Pool, sql: string) =>
  run(db, statement<Record<string, unknown>>(`test ${sql}`.slice(0, 63), sql), []);

/** All that an import writes, in an order in which it can be deleted. */
export const tables = [
  ...['cpe_claim', 'cpe_update', 'ctt', 'corp_data_temp', 'cpe', 'line_path', 'service_line'],
  'network_element',
];

/** Empties the tables before a test of a shared database. */
export const emptyTables = async (db: Pool): Promise<void> => {
  for (const table of tables) await rows(db, `delete from ${table}`);
};

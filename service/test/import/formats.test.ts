import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { writeXlsx } from '../../src/platform/tables/write-xlsx.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { useDatabase } from '../support/test-database.ts';
import { countsOf, importAll, importPath } from './lines.ts';

/* The example in each format and encoding: after the first import none changes anything. */

const database = await useDatabase();
const EXAMPLE = new URL('../../../docs/import-example.ndjson', import.meta.url);
const text = await readFile(EXAMPLE, 'utf8');
const records: Record<string, unknown>[] = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const headings = [
  ...['TYPE', 'id', 'Kind', 'name', 'manufacturer', 'model', 'oltPorts.frames', 'oltPorts.slots'],
  ...['oltPorts.ports', 'oltPorts.onuIds', 'technology', 'access_type', 'managed services'],
  ...['segmentGroup', 'customer', 'plan.downKbps', 'plan.upKbps', 'path', 'cpe.id', 'cpe.name'],
  ...['IP-Adresse', 'down_kbps', 'cpe.bandwidth.upKbps', 'port', 'macAddress', 'ticketNo'],
  ...['status', 'title', 'openedAt', 'serviceLineId'],
];

const at = (record: unknown, ...path: string[]): unknown =>
  path.reduce((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], record);
const cellOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(typeof value[0] === 'number' ? '-' : '|') : String(value ?? '');

/** A row of the table: what a person would type for this record. */
const rowOf = (record: Record<string, unknown>): string[] => {
  const cpe = record.cpe;
  const own = (name: string) => at(record, name) ?? at(cpe, name);
  return [
    ...['type', 'id', 'kind', 'name', 'manufacturer', 'model'].map((name) =>
      name === 'name' ? at(record, name) : own(name),
    ),
    ...['frames', 'slots', 'ports', 'onuIds'].map((name) => at(record, 'oltPorts', name)),
    ...['technology', 'accessType', 'managedServices', 'segmentGroup', 'customer'].map(own),
    ...[at(record, 'plan', 'downKbps'), at(record, 'plan', 'upKbps'), record.path],
    ...[at(cpe, 'id'), at(cpe, 'name'), at(cpe, 'ipAddress'), at(cpe, 'bandwidth', 'downKbps')],
    ...[at(cpe, 'bandwidth', 'upKbps'), at(cpe, 'port'), at(cpe, 'macAddress')],
    ...['ticketNo', 'status', 'title', 'openedAt', 'serviceLineId'].map((name) => record[name]),
  ].map(cellOf);
};

const table = [headings, ...records.map(rowOf)];
const csv = (separator: string) =>
  table.map((row) => row.map((cell) => `"${cell}"`).join(separator)).join('\r\n');

before(async () => {
  assert.deepEqual(countsOf(await importPath(database, EXAMPLE.pathname)), [7, 7, 0, 0]);
});

for (const [format, content] of [
  ['a JSON array', JSON.stringify(records)],
  ['pretty-printed JSON', JSON.stringify(records, null, 2)],
  ['objects over several lines', records.map((each) => JSON.stringify(each, null, 2)).join('\n')],
  ['CSV with commas', csv(',')],
  ['CSV with semicolons and a byte order mark', `\ufeff${csv(';')}`],
  ['CSV with tabs', csv('\t')],
  ['UTF-16', Buffer.from(`\ufeff${csv(';')}`, 'utf16le')],
] as const)
  test(`${format} says the same`, async () => {
    const imported = await importAll(database, Buffer.from(content));
    assert.deepEqual([imported.told, countsOf(imported)], [[], [7, 0, 0, 0]]);
    assert.deepEqual([...imported.unknown], []);
  });

test('XLSX says the same', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'example');
  await writeFile(file, await buffer(writeXlsx(Readable.from(table))));
  const imported = await importPath(database, file);
  assert.deepEqual([imported.told, countsOf(imported)], [[], [7, 0, 0, 0]]);
});

test('a row is numbered as in the file, and a value under no heading is refused', async () => {
  const rows = ['type;id;kind;name', '', 'networkElement;s;SPLITTER;"two\nlines"', 'a;b;c;d;e'];
  const { told, changed } = await importAll(database, rows);
  assert.match(told[0] ?? '', /^line 3: bad: name "two\\nlines": Leave out control/);
  assert.deepEqual(told.slice(1), ['line 5: bad: "e" is under no heading']);
  assert.equal(changed, 0);
});

test('Windows-1252 is read where it is named, and refused otherwise', async () => {
  const row = '{"type":"networkElement","id":"s-zh","kind":"SPLITTER","name":"Zürich"}';
  const bytes = Buffer.concat([
    Buffer.from(`${row.replace('ü', 'u')}\n`),
    Buffer.from(row, 'latin1'),
  ]);
  const { told } = await importAll(database, bytes);
  assert.match(told[0] ?? '', /^line 2: bad: It has bytes that are not UTF-8: .*windows-1252$/);
  const named = await importAll(database, bytes, { encoding: 'windows-1252' });
  assert.deepEqual(
    named.told.map((each) => each.slice(0, 15)),
    ['line 1: replace'],
  );
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ticketSorts } from '@cpe-desk/contract';
import { importPath } from '../import/lines.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { find, listAll } from './find-items.ts';

/* The cases of the field about search, each over HTTP: contract/test/device-text/field-cases. */

const CASES = join(import.meta.dirname, '../../../contract/test/device-text/field-cases');
const read = (name: string, file: string) => readFile(join(CASES, name, file), 'utf8');

const { db, ownerUrl, operator } = await useDesk({ isSettling: false });
const importCase = async (name: string, file = 'input.ndjson') =>
  importPath({ pool: db, url: ownerUrl }, join(CASES, name, file));

const NUMBER = 'CTT-2026-000001';
await addTestLine(db, {
  ticketNo: NUMBER,
  cpe: {
    ipAddress: '10.20.0.1',
    port: '0/1/3:1',
    serialNumber: 'HWTC9E3779B1',
    macAddress: '02:1a:4b:00:00:01',
    model: 'HG8245Hv5',
  },
});
await addTestLine(db, {
  ticketNo: 'CTT-2026-0000012',
  cpe: { model: 'HG8145V5', ipAddress: '10.20.0.101', macAddress: '02:1a:4b:00:00:11' },
});
await importCase('62-names-for-search-and-export');
await importCase('62-names-for-search-and-export', 'nfd.ndjson');
await importCase('63-ipv6-search');
await importCase('64-paging-same-time');

/** The texts of a case, separated by bars; `U+200E` is written out. */
const textsOf = async (name: string): Promise<string[]> =>
  (await read(name, 'input.txt'))
    .replace(/^.*q=/, '')
    .replaceAll('U+200E ', '\u200e')
    .split('|')
    .map((text) => text.trim());

for (const name of [
  '65-search-by-mac',
  '66-search-serial-in-another-spelling',
  '76-search-as-people-write',
  '77-search-one-address',
])
  test(`${name}: each spelling finds the ticket`, async () => {
    assert.match(await read(name, 'expected.txt'), /CTT-2026-000001|the ticket|or alone/);
    for (const text of await textsOf(name)) {
      const found = await find(operator, text);
      // Many lines have this model.
      if (text === 'HG8245Hv5') assert.ok(found.includes(NUMBER));
      else assert.deepEqual(found, [NUMBER], text);
    }
  });

test('62: names are found without their diacritics, in each composition', async () => {
  assert.match(await read('62-names-for-search-and-export', 'expected.txt'), /cafe finds Café/);
  const found = await find(operator, 'cafe');
  for (const number of ['CTT-F62-0001', 'CTT-F62-0002', 'CTT-F62-0021'])
    assert.ok(found.includes(number), number);
  assert.deepEqual(await find(operator, 'café ole 2'), ['CTT-F62-0002']);
  assert.deepEqual(await find(operator, 'الياسمين'), ['CTT-F62-0004']);
  assert.deepEqual(await find(operator, 'istanbul'), ['CTT-F62-0009']);
});

test('63: an IPv6 address is found in its short, long and upper-case spelling', async () => {
  assert.match(await read('63-ipv6-search', 'expected.txt'), /long or upper-case/);
  for (const text of [
    '2a02:908:4b00:7f00::57',
    '2a02:0908:4b00:7f00:0000:0000:0000:0057',
    '2A02:908:4B00:7F00::57',
    '2a02:908:4b00:7f00::57/64',
    '2a02:908:4b00:7f00::/64',
  ])
    assert.deepEqual(await find(operator, text), ['CTT-F63-0001'], text);
});

test('64: 120 tickets of one time are on one page each, in every order', async () => {
  assert.match(await read('64-paging-same-time', 'expected.txt'), /120 tickets, each once/);
  for (const sort of ticketSorts) {
    const seen = (await listAll(operator, { q: 'Paging', sort })).map(({ id }) => id);
    assert.deepEqual([seen.length, new Set(seen).size], [120, 120], sort);
  }
});

test('78: a name is found as it sounds', async () => {
  assert.match(await read('78-search-without-diacritics', 'expected.txt'), /found/);
  const expected = ['0001', '0003', '0008', '0012', '0007', '0021'];
  const texts = (await textsOf('78-search-without-diacritics')).map((text) =>
    text.replace(/ \(.*/, ''),
  );
  assert.equal(texts.length, expected.length);
  for (const [n, text] of texts.entries())
    assert.ok((await find(operator, text)).includes(`CTT-F62-${expected[n]}`), text);
});

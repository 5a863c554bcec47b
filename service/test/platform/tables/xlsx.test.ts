import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { ZipFile } from 'yazl';
import { readXlsx } from '../../../src/platform/tables/read-xlsx.ts';
import type { TableRow } from '../../../src/platform/tables/table.ts';
import { writeXlsx } from '../../../src/platform/tables/write-xlsx.ts';
import { allOf } from '../../support/all-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilEnd } from '../../support/until-end.ts';

const folder = untilEnd(await tempFolder());
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const rowsOf = async (file: string): Promise<TableRow[]> => allOf(readXlsx(file));

/** A workbook as spreadsheets write it, with the sheet's XML and the shared texts given. */
const workbook = async (name: string, sheet: string | Buffer, shared = ''): Promise<string> => {
  const zip = new ZipFile();
  const add = (path: string, text: string | Buffer) => zip.addBuffer(Buffer.from(text), path);
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  add(
    '_rels/.rels',
    `<Relationships>${relation('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
  );
  add(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="First" sheetId="7" r:id="b"/><sheet name="Second" sheetId="1" r:id="c"/></sheets></workbook>`,
  );
  add(
    'xl/_rels/workbook.xml.rels',
    `<Relationships>${relation('b', 'worksheet', '/xl/worksheets/sheet9.xml')}${relation('d', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
  );
  add('xl/worksheets/sheet9.xml', sheet);
  add('xl/sharedStrings.xml', `<sst xmlns="${MAIN}">${shared}</sst>`);
  zip.end();
  const file = join(folder.path, name);
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
};

test('rows that were written as XLSX are read again, each cell as text', async () => {
  const rows = [
    ['ticket', 'customer', 'bandwidth'],
    ['CTT-1', '<Café> & "Söhne"', '=1+1'],
    ['', '_x000D_', 'two\nlines\u202e\u0007'],
  ];
  const file = join(folder.path, 'written.xlsx');
  async function* all() {
    yield* rows;
  }
  await pipeline(writeXlsx(all()), createWriteStream(file));
  assert.deepEqual(
    (await rowsOf(file)).map(({ cells }) => cells),
    [rows[0], rows[1], ['', '_x000D_', 'two lines']],
  );
});

test('the first sheet is read: shared and rich text, numbers as stored, stored results of formulas', async () => {
  const sheet = `<x:worksheet xmlns:x="${MAIN}"><x:sheetData>
    <x:row r="2"><x:c r="A2" t="s"><x:v>1</x:v></x:c><x:c r="C2"><x:v>372010010470</x:v></x:c></x:row>
    <x:row r="5"><x:c t="b"><x:v>1</x:v></x:c><x:c t="str"><x:f>HYPERLINK("x")</x:f><x:v>shown</x:v></x:c>
      <x:c t="inlineStr"><x:is><x:t>a_x0041_b</x:t></x:is></x:c></x:row>
  </x:sheetData></x:worksheet>`;
  const shared =
    '<si><t>zero</t></si><si><r><t>東</t></r><r><t>京</t></r><rPh><t>とう</t></rPh></si>';
  assert.deepEqual(await rowsOf(await workbook('read.xlsx', sheet, shared)), [
    { number: 2, cells: ['東京', '', '372010010470'] },
    { number: 5, cells: ['true', 'shown', 'aAb'] },
  ]);
});

const refused: [what: string, code: string, sheet: string | Buffer][] = [
  [
    'a sheet that is packed to less than a 200th',
    'too-large-unpacked',
    Buffer.alloc(50 * 1024 * 1024, ' '),
  ],
  [
    'a document type with entities',
    'not-a-spreadsheet',
    '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>',
  ],
  ['broken XML', 'not-a-spreadsheet', '<worksheet><sheetData><row>'],
  [
    'a cell in column XFD',
    'too-many-columns',
    '<worksheet><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
  ],
];
for (const [what, code, sheet] of refused)
  test(`refuses ${what}`, async () => {
    await assert.rejects(rowsOf(await workbook(`${code}-${sheet.length}.xlsx`, sheet)), { code });
  });

test('refuses a file that is no workbook', async () => {
  const file = join(folder.path, 'text.xlsx');
  await pipeline([Buffer.from('ticket;customer')], createWriteStream(file));
  await assert.rejects(rowsOf(file), { code: 'not-a-spreadsheet' });
});

test('writing ends when the reader leaves', async () => {
  const over = Promise.withResolvers<void>();
  async function* endless() {
    try {
      for (let n = 0; ; n += 1) yield [`${n} ${Math.sin(n)}`];
    } finally {
      over.resolve();
    }
  }
  let pieces = 0;
  for await (const _ of writeXlsx(endless())) if (++pieces > 3) break;
  await over.promise;
});

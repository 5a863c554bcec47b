import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeChunks } from '../../../src/platform/tables/decode-chunks.ts';
import { readCsv } from '../../../src/platform/tables/read-csv.ts';
import { allOf } from '../../support/all-of.ts';

async function* pieces<Piece>(...all: Piece[]) {
  yield* all;
}
const read = (...text: string[]) => allOf(readCsv(pieces(...text)));

test('the headings show the separator; a row has the number of its first line', async () => {
  assert.deepEqual(await read('a;"b,c,d";e\r\n1;', '2,5;"two\nlines"\r\n\r\n3;4;5'), [
    { number: 1, cells: ['a', 'b,c,d', 'e'] },
    { number: 2, cells: ['1', '2,5', 'two\nlines'] },
    { number: 5, cells: ['3', '4', '5'] },
  ]);
  assert.deepEqual((await read('a\tb,c\td\n1\t2'))[1]?.cells, ['1', '2']);
  assert.deepEqual((await read('a,b\n6" disc,""x'))[1]?.cells[0], '6" disc');
  assert.deepEqual(await read(''), []);
});

test('refuses a quote that does not end', async () => {
  async function* endless() {
    yield 'a,b\n1,"';
    for (;;) yield 'x'.repeat(65_536);
  }
  await assert.rejects(allOf(readCsv(endless())), { code: 'unterminated-quote' });
  await assert.rejects(read('a,b\n1,2\n1,"x\n'), {
    message: 'The quote at the beginning of a cell of line 3 does not end',
  });
});

test('text is decoded by its byte order mark, else as asked, else as UTF-8', async () => {
  const utf16 = new Uint8Array(Buffer.from('\ufeffZoë\n', 'utf16le'));
  const big = utf16.map((_, index) => utf16[index ^ 1] ?? 0);
  const decoded = async (encoding: 'windows-1252' | undefined, ...bytes: Uint8Array[]) =>
    (await allOf(decodeChunks(pieces(...bytes), encoding))).join('');
  assert.equal(await decoded(undefined, utf16.subarray(0, 5), utf16.subarray(5)), 'Zoë\n');
  assert.equal(await decoded('windows-1252', big), 'Zoë\n');
  const utf8 = Buffer.from('\ufeffZoë');
  assert.equal(await decoded('windows-1252', utf8.subarray(0, 7), utf8.subarray(7)), 'Zoë');
  const windows = Uint8Array.of(0x5a, 0x6f, 0xeb, 0x80);
  assert.equal(await decoded('windows-1252', windows), 'Zoë€');
  assert.match(await decoded(undefined, windows), /\ufffd/);
});

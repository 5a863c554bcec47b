import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsv } from '../../../src/line/catalogue/read-csv.ts';

test('records become objects by column', () => {
  assert.deepEqual(readCsv('a,b\n1,2\n3,\n'), [
    { a: '1', b: '2' },
    { a: '3', b: '' },
  ]);
});

test('the last line needs no line end, and a line may end with CRLF', () => {
  assert.deepEqual(readCsv('a,b\r\n1,2'), [{ a: '1', b: '2' }]);
  assert.deepEqual(readCsv('a,b\n1,'), [{ a: '1', b: '' }]);
});

test('quoted fields keep commas, quotes and line ends', () => {
  assert.deepEqual(readCsv('a,b\n"x, ""y""","1\n2"\n'), [{ a: 'x, "y"', b: '1\n2' }]);
});

test('a record with a wrong number of fields or a misplaced quote is refused with its number', () => {
  assert.throws(() => readCsv('a,b\n1,2\n3\n'), /columns length is 2, got 1 on line 3/);
  assert.throws(() => readCsv('a,b\n1,2,3\n'), /got 3 on line 2/);
  assert.throws(() => readCsv('a,b\n1,x"y\n'), /Invalid Opening Quote.+line 2/);
});

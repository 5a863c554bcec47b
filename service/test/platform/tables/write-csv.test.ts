import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCsv } from '../../../src/platform/tables/write-csv.ts';
import { allOf } from '../../support/all-of.ts';

const written = async (...cells: string[]): Promise<string> => {
  async function* rows() {
    yield cells;
  }
  return (await allOf(writeCsv(rows()))).join('');
};

test('begins with a byte order mark and quotes each cell', async () => {
  assert.equal(await written('a', 'b "c"', ''), '\ufeff"a","b ""c""",""\r\n');
});

test('no cell begins with a formula, whatever the separator is', async () => {
  for (const [cell, text] of [
    ['=1+1', "'=1+1"],
    ['+60 3', "'+60 3"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "  '=1"],
    ['\t=1', " '=1"],
    ['\r=1', " '=1"],
    ['＝1', "'＝1"],
    ['＠x', "'＠x"],
    ['=1+1;=1+2', "'=1+1;'=1+2"],
    ['Kedai, @a|=b', "Kedai, '@a|'=b"],
    ['x;"=1"', `x;""'=1""`],
    ['a-b=c@d', 'a-b=c@d'],
  ] as const)
    assert.equal(await written(cell), `\ufeff"${text}"\r\n`);
});

test('no control, bidirectional or invisible character leaves', async () => {
  const text = await written(
    'Zoë\u202egpj.exe',
    'a\u0007b\u200bc',
    'two\r\nlines',
    'می\u200cخواهم',
  );
  assert.equal(text, '\ufeff"Zoëgpj.exe","abc","two lines","می\u200cخواهم"\r\n');
});

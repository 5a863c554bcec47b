import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonValues } from '../../../src/platform/tables/json-values.ts';
import { allOf } from '../../support/all-of.ts';

async function* pieces(text: string, length = 7) {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}
const read = async (text: string, length?: number) =>
  (await allOf(jsonValues(pieces(text, length)))).map(({ line, value }) => ({ line, value }));

test('reads a value on each line, with the line’s number', async () => {
  assert.deepEqual(await read('{"a":1}\r\n\n{"b":"[{,"}\n'), [
    { line: 1, value: { a: 1 } },
    { line: 3, value: { b: '[{,' } },
  ]);
  assert.deepEqual(await read('\n \n'), []);
});

test('a broken line is reported, and no other line with it', async () => {
  assert.deepEqual(
    (await read('{"a":1\n{"b":2}\n{"c":"x\n{"d":3}\nnonsense\n{"e":{"f":4}')).map((each) => [
      each.line,
      each.value,
    ]),
    [
      [1, undefined],
      [2, { b: 2 }],
      [3, undefined],
      [4, { d: 3 }],
      [5, undefined],
      [6, undefined],
    ],
  );
});

test('reads values over several lines', async () => {
  assert.deepEqual(await read('{\n  "a": {\n    "}": 1\n  }\n}\n{\n  "b": 2\n}'), [
    { line: 1, value: { a: { '}': 1 } } },
    { line: 6, value: { b: 2 } },
  ]);
});

test('reads the elements of an array, on one line or over many', async () => {
  const values = [{ a: '],[{\\"' }, { b: [1, { c: 2 }] }, { d: {} }];
  for (const text of [JSON.stringify(values), JSON.stringify(values, null, 2)])
    for (const length of [1, 3, 1000])
      assert.deepEqual(
        (await read(text, length)).map(({ value }) => value),
        values,
      );
  assert.deepEqual(
    (await read(JSON.stringify(values, null, 2))).map(({ line }) => line),
    [2, 5, 13],
  );
  assert.deepEqual(await read('[]'), []);
});

test('a broken element is reported, and the others are read', async () => {
  assert.deepEqual(await read('[\n{"a":1},\n{"b":},\n{"c":3}\n]'), [
    { line: 2, value: { a: 1 } },
    { line: 3, value: undefined },
    { line: 4, value: { c: 3 } },
  ]);
});

test('an array of any objects is read as its elements, in any pieces', async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      objects,
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (all, length, isPretty) => {
        const text = JSON.stringify(all, null, isPretty ? 2 : 0);
        const values = (await read(text, length)).map(({ value }) => value);
        assert.equal(JSON.stringify(values), JSON.stringify(JSON.parse(text)));
      },
    ),
    { numRuns: 300 },
  );
});

test('refuses a value that would fill the memory', async () => {
  async function* endless(start: string) {
    yield start;
    for (;;) yield 'x'.repeat(65_536);
  }
  for (const start of ['{"a":"', '[{"a":"'])
    await assert.rejects(allOf(jsonValues(endless(start))), { code: 'not-a-record' });
});

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { english } from './english/english.ts';
import { malay } from './malay/malay.ts';

type Leaf = [path: string, text: string];

/** Every text below a value; a function's is what it says of stand-ins. */
const leaves = (value: unknown, path: string): Leaf[] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(['1'], '2', '3', '4'))]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
};

/** Names, and words that are the same in both languages. */
const SAME =
  /^(?:[A-Z]{2,4}|CPE Desk|Model|Port|Status|Managed Services|Median|Operator|FTT[HB]|[/?jker]|(?:Ctrl\+)?Enter|Escape|Drift)$/;

test('no text of the Malay portal was left in English', () => {
  const inEnglish = new Map(leaves(english, ''));
  assert.ok(inEnglish.size > 300, `${inEnglish.size} texts`);
  const same = leaves(malay, '').filter(
    ([path, text]) => inEnglish.get(path) === text && !SAME.test(text),
  );
  assert.deepEqual(same, []);
});

test('no text is empty but where nothing is to be added', () => {
  const all = [...leaves(english, ''), ...leaves(malay, '')];
  assert.ok(all.length > 600, `${all.length} texts`);
  for (const [path, text] of all)
    if (!path.startsWith('.shell.problems.')) assert.notEqual(text.trim(), '', path);
});

const sources = async (): Promise<string> => {
  const folder = join(import.meta.dirname, '..');
  const names = await readdir(folder, { recursive: true });
  const own = names.filter(
    (name) => name.endsWith('.ts') && !/^words\/(?:english|malay)|\.test\.ts$/.test(name),
  );
  return (await Promise.all(own.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
};

/** Rooms whose members are values of the contract: code names them by the value. */
const BY_VALUE =
  /^(?:failures|fields|status|kind|state|technology|segmentGroup|element|role|findings)$/;

test('every text is used', async () => {
  const code = await sources();
  const keys = Object.entries(english).flatMap(([room, said]) =>
    typeof said === 'object' && said !== null && !BY_VALUE.test(room)
      ? Object.keys(said).map((key) => ({ room, key }))
      : [],
  );
  assert.ok(keys.length > 150, `${keys.length} keys`);
  for (const { room, key } of keys)
    if (/^[a-z]\w*$/.test(key))
      assert.match(code, new RegExp(`\\b${key}\\b`), `${room}.${key} is not used`);
});

test('templates have no text of their own', async () => {
  const templates = [...(await sources()).matchAll(/template: `(.*?)`,\n/gs)];
  assert.ok(templates.length > 30, `${templates.length} templates`);
  const texts = templates.flatMap(([, template = '']) =>
    [...template.matchAll(/>([^<>{}@]*[A-Za-z]{3,}[^<>{}@]*)</g)].map(([, text]) => text?.trim()),
  );
  assert.deepEqual(texts, [], 'texts belong into words/');
});

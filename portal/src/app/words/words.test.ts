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
  /^(?:[A-Z]{2,4}|CPE Desk|Model|Port|Status|Managed Services|Median|Operator|FTT[HB]|[/?jk]|Enter|Escape|Drift)$/;

test('no text of the Malay portal was left in English', () => {
  const inEnglish = new Map(leaves(english, ''));
  const same = leaves(malay, '').filter(([path, text]) => inEnglish.get(path) === text && !SAME.test(text));
  assert.deepEqual(same, []);
});

test('no text is empty but where nothing is to be added', () => {
  for (const [path, text] of [...leaves(english, ''), ...leaves(malay, '')])
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

test('every text is used, and templates have none of their own', async () => {
  const code = await sources();
  for (const [room, said] of Object.entries(english))
    if (typeof said === 'object' && said !== null && room !== 'failures')
      for (const key of Object.keys(said))
        if (
          /^[a-z]\w*$/.test(key) &&
          !/^(?:fields|status|kind|state|technology|segmentGroup|element|role|findings)$/.test(room)
        )
          assert.match(code, new RegExp(`\\b${key}\\b`), `${room}.${key} is not used`);
  const inTemplates = [...code.matchAll(/template: `(.*?)`,\n/gs)].flatMap(([, template = '']) =>
    [...template.matchAll(/>([^<>{}@]*[A-Za-z]{3,}[^<>{}@]*)</g)].map(([, text]) => text?.trim()),
  );
  assert.deepEqual(inTemplates, [], 'texts belong into words/');
});

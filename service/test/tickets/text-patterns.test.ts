import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { containing, one, run, statement } from '../../src/platform/database/database.ts';
import { corePatterns, readPatterns, type Sample } from '../../src/tickets/search/text-patterns.ts';
import { useDesk } from '../support/desk.ts';

const desk = await useDesk({ isSettling: false });

/** A hundred values that differ in their numbers only. */
const sampleOf = (make: (number: string) => string): Sample =>
  Array.from({ length: 100 }, (_, n) => ({
    value: make(String((n * 7919 * 7919) % 100_000_000).padStart(8, '0')),
    share: 0.01,
  }));
const customers = sampleOf((number) => `Teratai Maju, branch ${Number(number)}`);
const numbers = sampleOf((number) => `CTT-2025-${number}`);
const serials = sampleOf(
  (number) => `HWTC${Number(number).toString(16).padStart(8, '0').toUpperCase()}`,
);

test('what tells things apart is looked up: the parts of a text that few of a column have', () => {
  for (const [text, sample, patterns] of [
    ['branch 12345', customers, ['% 12345%']],
    ['branch 12345', numbers, ['%nch %', '% 12345%']],
    ['branch 310', customers, ['% 310%']],
    ['hwtc9f80c83a', serials, ['%9f80c83a%']],
    ['CTT-2025-09123456', numbers, ['%09123456%']],
    // The year is in each number, wherever it is met.
    ['02025789', numbers, ['%020%', '%25789%']],
    ['Zürich', customers, ['%rich%']],
    // A gap is a gap to the index, whatever it is written with.
    ['ctt 2025', numbers, []],
    ['ctt 2025 77', numbers, ['% 77%']],
    ['Maju branch', customers, []],
    ['Teratai', customers, []],
    ['branch', customers, []],
    ['100%', customers, ['%100\\%%']],
    ['ab', customers, ['%ab%']],
    ['', customers, ['%%']],
    ['CTT-2025', [], ['%CTT-%', '%-2025%']],
  ] as const)
    assert.deepEqual(corePatterns(text, sample), patterns, text);
});

test('whatever has a text has all of its patterns', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aB1 2-.:%_\\é😀') });
  fc.assert(
    fc.property(text, text, text, fc.array(text), (before, q, after, values) => {
      const sample = values.map((value) => ({ value, share: 1 / values.length }));
      for (const pattern of corePatterns(q, sample)) {
        const piece = pattern.slice(1, -1).replaceAll(/\\(.)/g, '$1');
        assert.ok(`${before}${q}${after}`.includes(piece));
      }
    }),
  );
});

const selectLost = statement<
  { value: string; core: string },
  [string[], string[], string[], boolean[]]
>(
  'test-lost-by-patterns',
  `select value, core from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as t(value, text, core, is_address)
    where value ilike text and not case when is_address then translate(value, '.:', 'xz') else value end ilike core`,
);

test('whatever PostgreSQL finds by a text, it finds by its patterns', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'aBxZ12 -.:%_\\éÉσΣ😀') });
  const cases = fc.sample(fc.tuple(text, text, text), 300).flatMap(([before, q, after]) => {
    const value = `${before}${q.toUpperCase()}${after}`;
    const cores = corePatterns(q, []).map((core) => ({
      value,
      text: containing(q),
      core,
      isAddress: false,
    }));
    const asOneWord = q.replaceAll('.', 'x').replaceAll(':', 'z');
    const address = corePatterns(asOneWord, []);
    return [
      ...cores,
      ...address.map((core) => ({ value, text: containing(q), core, isAddress: true })),
    ];
  });
  const column = <Key extends keyof (typeof cases)[number]>(key: Key) =>
    cases.map((each) => each[key]);
  const lost = await run(desk.db, selectLost, [
    column('value'),
    column('text'),
    column('core'),
    column('isAddress'),
  ]);
  assert.deepEqual(lost, []);
  // Patterns of another text find few of the same values.
  const others = cases.map(() => '%zzz%');
  const values = [column('value'), column('text'), others, cases.map(() => false)] as const;
  assert.ok((await run(desk.db, selectLost, [...values])).length > cases.length / 2);
});

const selectIsUnicode = statement<{ is_unicode: boolean }>(
  'test-unicode-trigrams',
  "select show_trgm('ö') <> '{}' as is_unicode",
);

test('the patterns of a text are those of what the columns have; there are none where the indexes have nothing of it', async () => {
  const { is_unicode } = await one(desk.db, selectIsUnicode, []);
  for (const [text, isIndexed] of [
    ['ab', false],
    ['7', false],
    ['.7', false],
    ['- - -', false],
    ['q b', false],
    ['電話局', is_unicode],
    ['abc', true],
    ['10.1', true],
    ['1.2.3.4', true],
    ['x 31', true],
  ] as const)
    assert.equal((await readPatterns(desk.db, text)) !== undefined, isIndexed, text);
  const patterns = await readPatterns(desk.db, 'fd00::7:12');
  assert.deepEqual([patterns?.text, patterns?.address], ['%fd00::7:12%', ['%00zz7z12%']]);
});

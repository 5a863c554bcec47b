import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cpeUpdateStates, unsettledStates } from '@cpe-desk/contract';
import { run, statement } from '../../../src/platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const SOURCES = join(import.meta.dirname, '../../../src');

let database: TestDatabase;

before(async () => {
  database = await createTestDatabase();
});

after(async () => {
  await database.drop();
});

const statesWhere = async (condition: string): Promise<string[]> => {
  const text = `select state from unnest($1::text[]) as state where ${condition}`;
  const wanted = statement<{ state: string }, [states: readonly string[]]>('', text);
  return (await run(database.pool, wanted, [cpeUpdateStates])).map(({ state }) => state);
};

/** The plan of a statement where reading whole tables counts as dear. */
const planOf = async (text: string): Promise<string> => {
  const client = await database.pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release(true);
  }
};

test('is_unsettled holds for the states that contract calls unsettled', async () => {
  assert.deepEqual(await statesWhere('is_unsettled(state)'), [...unsettledStates]);
});

test('is_to_ask holds for the unsettled states that no person has to decide', async () => {
  const asked = unsettledStates.filter((state) => state !== 'needs-attention');
  assert.deepEqual(await statesWhere('is_to_ask(state)'), asked);
});

test('no source of the service repeats the list of unsettled states', () => {
  const files = globSync('**/*.{sql,ts}', { cwd: SOURCES });
  assert.ok(files.length > 200);
  const repeats = files.filter((file) =>
    /'recorded',\s*'accepted'/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  assert.deepEqual(repeats, []);
});

const ofLine = "select from cpe_update where service_line_id = 'x' and is_unsettled(state)";
const insert = `insert into cpe_update select * from jsonb_populate_record(null::cpe_update, '{}')
  on conflict (service_line_id) where is_unsettled(state) do nothing`;
const toAsk = 'select from cpe_update where is_to_ask(state) and ask_at <= now() order by ask_at';

for (const [text, wanted] of [
  [ofLine, /using cpe_update_one_unsettled/],
  [insert, /Conflict Arbiter Indexes: cpe_update_one_unsettled/],
  [toAsk, /Scan using cpe_update_to_ask/],
] as const)
  test(`the planner finds the partial index: ${text.slice(0, 50)}…`, async () => {
    assert.match(await planOf(text), wanted);
  });

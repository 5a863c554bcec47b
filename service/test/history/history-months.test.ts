import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHistoryMonths } from '../../src/history/history-months.ts';
import { openDatabase, type Pool, run, statement } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { migrationsUntil } from '../support/migrations-until.ts';
import { addOldLine } from '../support/old-line.ts';
import { createTestDatabase, useDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { atEnd } from '../support/until-end.ts';

const database = await useDatabase();
const application = openDatabase(database.applicationUrl, { max: 1, log: { warn() {} } });
atEnd(application.end);

let statements = 0;
const sql = <Row extends Record<string, unknown>>(db: Pool, text: string) =>
  run(db, statement<Row>(`test-months-${++statements}`, text), []);

const months = async (db: Pool) =>
  (
    await sql<{ name: string }>(
      db,
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'cpe_history'::regclass order by 1`,
    )
  ).map(({ name }) => name);

/** Names of the partitions of this month and the next three, by the database's clock. */
const expected = async (db: Pool, from = 0) =>
  (
    await sql<{ name: string }>(
      db,
      `select to_char((now() at time zone 'UTC')::date + n * interval '1 month' - extract(day from now() at time zone 'UTC')::int *
         interval '1 day' + interval '1 day', '"cpe_history_"YYYY_MM') as name from generate_series(${from}, 3) n order by 1`,
    )
  ).map(({ name }) => name);

/** An applied update with its entry, without the guard of the chain. The CPE does not change. */
const INSERT_ENTRY = (line: string, ticket: string, sequence: number, at: string) => `
  with off as materialized (select set_config('session_replication_role', 'replica', true)),
  updated as (
    insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed, warnings, actor_id, actor_name,
      rules, requested_at, settled_at, ask_at, ask_until)
    values (gen_random_uuid(), '${line}', '${ticket}', 'CTT', 'refresh', 'applied', '{}', '{}', '{}', '[]', 'a', 'A', 'r', ${at}, ${at}, ${at}, ${at})
    returning id)
  insert into cpe_history (id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name, changed, before,
    after, nig_reference, rules, hash)
  select gen_random_uuid(), '${line}', ${sequence}, ${at}, id, '${ticket}', 'CTT', 'refresh', 'a', 'A', '{}', '{}', '{}', 'N', 'r', 'h${sequence}'
    from updated, off`;

test('the role of the desk creates the missing months, once', async () => {
  assert.deepEqual(await months(database.pool), await expected(database.pool));
  const [, , third = ''] = await months(database.pool);
  await sql(database.pool, `drop table ${third}`);
  for (let times = 0; times < 2; times++) {
    await createHistoryMonths(application);
    assert.deepEqual(await months(database.pool), await expected(database.pool));
  }
});

test('the role of the desk creates no other month; a month cannot be truncated', async () => {
  await assert.rejects(sql(application, `select from make_history_month('2020-01-01')`), {
    code: '42501',
  });
  const [first = ''] = await months(database.pool);
  await assert.rejects(sql(database.pool, `truncate ${first}`), /never changed or deleted/);
  await assert.rejects(sql(application, `truncate ${first}`), { code: '42501' });
});

test('entries of two months are in the partitions of their times', async () => {
  const { id, lineId } = await addTestLine(database.pool);
  await sql(database.pool, INSERT_ENTRY(lineId, id, 1, 'now()'));
  await sql(database.pool, INSERT_ENTRY(lineId, id, 2, `now() + interval '1 month'`));
  const rows = await sql<{ name: string }>(
    database.pool,
    `select tableoid::regclass::text as name from cpe_history where service_line_id = '${lineId}' order by sequence`,
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    (await expected(database.pool)).slice(0, 2),
  );
});

test('an older history becomes one partition with the ends of its chains', async () => {
  await using old = await createTestDatabase({ empty: true });
  await using folder = await migrationsUntil('0014');
  await migrate(old.url, { folder: folder.path });
  const { id, lineId } = await addOldLine(old.pool, 'line-old');
  await sql(old.pool, INSERT_ENTRY(lineId, id, 1, `'2023-05-06 07:08:09Z'`));
  await sql(old.pool, INSERT_ENTRY(lineId, id, 2, 'now()'));
  await migrate(old.url);
  assert.deepEqual(
    await months(old.pool),
    [...(await expected(old.pool, 1)), 'cpe_history_before'].sort(),
  );
  const [end] = await sql<{ history_sequence: number; history_hash: string; fits: boolean }>(
    old.pool,
    `select history_sequence, history_hash, history_at = (select max(at) from cpe_history) as fits from cpe where service_line_id = '${lineId}'`,
  );
  assert.deepEqual(end, { history_sequence: 2, history_hash: 'h2', fits: true });
  await sql(old.pool, INSERT_ENTRY(lineId, id, 3, `now() + interval '1 month'`));
  assert.equal((await sql(old.pool, 'select from cpe_history')).length, 3);
  await assert.rejects(sql(old.pool, `truncate cpe_history_before`), /never changed or deleted/);
  await assert.rejects(
    sql(old.pool, `update cpe_history set reason = 'forged'`),
    /never changed or deleted/,
  );
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDatabase, type Pool, run, statement } from './database.ts';
import { applicationPrivileges, grantApplication } from './grant-application.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let database: TestDatabase;
let application: Pool;

before(async () => {
  database = await createTestDatabase();
  application = openDatabase(database.applicationUrl, { max: 1, log: { warn: () => {} } });
});
after(async () => {
  await application.end();
  await database.drop();
});

let attempts = 0;
const attempt = (sql: string) => run(application, statement(`test-attempt-${++attempts}`, sql), []);
const isRefused = (sql: string) => assert.rejects(attempt(sql), { code: '42501' }, sql);

const selectTables = statement<{ name: string }>(
  'test-select-tables',
  `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    and not relispartition order by 1`,
);

test('every table is in the list of privileges: who adds one decides what the desk may do with it', async () => {
  const tables = (await run(database.pool, selectTables, [])).map(({ name }) => name);
  assert.deepEqual(Object.keys(applicationPrivileges).sort(), tables);
});

test('the role that the desk works as may add to the history, and do nothing else with it', async () => {
  assert.deepEqual(await attempt('select * from cpe_history'), []);
  for (const sql of [
    "update cpe_history set reason = 'another'",
    'delete from cpe_history',
    'truncate cpe_history',
    'alter table cpe_history disable trigger cpe_history_no_change',
    'drop trigger cpe_history_no_change on cpe_history',
    "set session_replication_role = 'replica'",
  ])
    await isRefused(sql);
});

test('the role that the desk works as changes no definition, no ticket, and of an update not what was asked for', async () => {
  for (const sql of [
    'create table mine (id int)',
    'create role another',
    'drop table ctt',
    "update ctt set status = 'closed'",
    "update service_line set segment_group = 'SME'",
    'delete from cpe_update',
    "update cpe_update set actor_name = 'somebody else'",
    "update cpe_update set after = '{}'",
    "update cpe set network_element_id = 'x'",
    "insert into schema_migration (name, sha256) values ('9999-x.sql', '')",
  ])
    await isRefused(sql);
});

test('what the role was given by hand beside that is taken back at the next start', async () => {
  const role = new URL(database.applicationUrl).username;
  const grant = `grant update, delete on cpe_history to ${role}`;
  await run(database.pool, statement('test-grant', grant), []);
  await grantApplication(database.url, role);
  await isRefused('delete from cpe_history');
});

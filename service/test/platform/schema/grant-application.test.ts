import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase, run, statement } from '../../../src/platform/database/database.ts';
import { describeInstance, registerInstance } from '../../../src/platform/instances/registry.ts';
import {
  applicationPrivileges,
  grantApplication,
} from '../../../src/platform/schema/grant-application.ts';
import { type TestDatabase, useDatabase } from '../../support/test-database.ts';
import { atEnd } from '../../support/until-end.ts';

const database = await useDatabase();
const application = openDatabase(database.applicationUrl, { max: 1, log: { warn() {} } });
atEnd(application.end);

let attempts = 0;
const attempt = (sql: string) => run(application, statement(`test-attempt-${++attempts}`, sql), []);
const isRefused = (sql: string) => assert.rejects(attempt(sql), { code: '42501' }, sql);

const selectTables = statement<{ name: string }>(
  'test-select-tables',
  `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
    and not relispartition order by 1`,
);

test('every table is in the list of privileges', async () => {
  const tables = (await run(database.pool, selectTables, [])).map(({ name }) => name);
  assert.deepEqual(Object.keys(applicationPrivileges).sort(), tables);
});

test('the role of the desk may insert into the history, and neither change nor delete it', async () => {
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

test('the role of the desk changes no definition, no ticket, and no request of an update', async () => {
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

const asOwner = (sql: string) => run(database.pool, statement(`test-owner-${++attempts}`, sql), []);
const roleOf = ({ applicationUrl }: TestDatabase) => new URL(applicationUrl).username;

test('the next start revokes privileges that were granted by hand', async () => {
  const role = roleOf(database);
  await asOwner(`grant update, delete on cpe_history to ${role}`);
  await asOwner(`grant update (id) on cpe_update to ${role}`);
  await grantApplication(database.url, role);
  await isRefused('delete from cpe_history');
  await isRefused(`update cpe_history set reason = 'another'`);
  await isRefused('update cpe_update set id = gen_random_uuid()');
});

test('a privilege of an older instance is revoked only when that instance is gone', async () => {
  const role = roleOf(database);
  await using old = await registerInstance(
    application,
    { ...describeInstance(), schemas: { oldest: 18, newest: 18 } },
    { warn: () => {} },
  );
  await asOwner(`grant delete on cpe_history to ${role}`);
  await asOwner(`revoke insert on cpe_history from ${role}`);
  await grantApplication(database.url, role);
  const { rows } = await database.pool.connection.query({
    text: `select has_table_privilege('${role}', 'cpe_history', 'insert') as may_insert,
                  has_table_privilege('${role}', 'cpe_history', 'delete') as may_delete`,
  });
  assert.deepEqual(rows, [{ may_insert: true, may_delete: true }]);
  await old.stop();
  await grantApplication(database.url, role);
  await isRefused('delete from cpe_history');
});

test('the start of an older instance revokes no privilege of a newer one', async () => {
  const role = roleOf(database);
  await asOwner(`insert into schema_migration (name, sha256) values ('9999-later.sql', '')`);
  await asOwner(`grant delete on cpe_history to ${role}`);
  await grantApplication(database.url, role);
  await attempt('delete from cpe_history where false');
  await asOwner(`delete from schema_migration where name = '9999-later.sql'`);
  await grantApplication(database.url, role);
  await isRefused('delete from cpe_history');
});

test('a running desk never lacks a privilege while another one starts', async () => {
  const role = roleOf(database);
  let isOver = false;
  let statements = 0;
  const work = async () => {
    while (!isOver) {
      await attempt(`update cpe_update set attempts = attempts where false`);
      await attempt(`update cpe set history_hash = history_hash where false`);
      await attempt(`insert into cpe_update_event (announcement) values ('{}')`);
      statements += 3;
    }
  };
  const working = work();
  for (let starts = 0; starts < 30; starts++) {
    // Revoking a privilege on a table also revokes those on its columns.
    await asOwner(`grant update on cpe_update, cpe to ${role}`);
    await grantApplication(database.url, role);
  }
  isOver = true;
  await working;
  assert.ok(statements > 0);
  await isRefused(`update cpe_update set after = '{}'`);
});

test('a start with nothing to grant writes nothing', async () => {
  const stateOf = `select string_agg(xmin::text || ctid::text, ' ' order by oid) as state from pg_class
                    where relnamespace = 'public'::regnamespace`;
  const state = async () => (await database.pool.connection.query({ text: stateOf })).rows;
  const before = await state();
  await grantApplication(database.url, roleOf(database));
  assert.deepEqual(await state(), before);
});

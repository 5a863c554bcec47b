import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase, run, statement } from '../../../src/platform/database/database.ts';
import { selectInstances } from '../../../src/platform/instances/instances.sql.ts';
import {
  areAllAtLeast,
  describeInstance,
  registerInstance,
} from '../../../src/platform/instances/registry.ts';
import { MIGRATIONS_FOLDER } from '../../../src/platform/instances/schema-range.ts';
import { migrate } from '../../../src/platform/schema/migrate.ts';
import { startServiceProcess } from '../../faults/service-process.ts';
import { openNig } from '../../support/ground.ts';
import { migrationsUntil } from '../../support/migrations-until.ts';
import { runProgram } from '../../support/run-program.ts';
import { createTestDatabase, useDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';
import { atEnd } from '../../support/until-end.ts';

const database = await useDatabase();
const application = openDatabase(database.applicationUrl, { max: 2, log: { warn() {} } });
atEnd(application.end);
let statements = 0;
const sql = (text: string, db = database.pool) =>
  run(db, statement(`test-instances-${++statements}`, text), []);
beforeEach(async () => {
  await sql('delete from instance');
  await sql(`update schema_guard set unregistered_gone_at = now(), unregistered_gone_by = 'test'`);
});

const instances = (db = database.pool) => run(db, selectInstances, []);
const log = { warn: (details: object) => assert.fail(JSON.stringify(details)) };
const instanceOf = (newest: number) => ({
  ...describeInstance(),
  schemas: { oldest: newest, newest },
});

test('an instance registers its version and schema range, and a clean stop removes it', async () => {
  await using stack = new AsyncDisposableStack();
  const nig = await openNig(stack);
  await using service = await startServiceProcess({ database, nigUrl: nig.url, nigTimeoutMs: 500 });
  const [row, ...others] = await instances();
  assert.deepEqual(others, []);
  assert.ok(row?.is_alive);
  const newest = Number((await readdir(MIGRATIONS_FOLDER)).sort().at(-1)?.slice(0, 4));
  assert.deepEqual([row.oldest_schema, row.newest_schema], [newest, newest]);
  assert.deepEqual([row.version, row.process_id], [describeInstance().version, service.pid]);
  assert.match(row.version, /^\d+\.\d+\.\d+/);
  process.kill(service.pid, 'SIGTERM');
  await until('the instance is removed', async () => (await instances()).length === 0);
});

test('an instance counts as dead 60 s after its last heartbeat', async () => {
  const old = instanceOf(17);
  await using registered = await registerInstance(application, old, log);
  assert.equal(await areAllAtLeast(application, 18), false);
  await sql(`update instance set seen_at = now() - interval '59 s'`);
  assert.equal(await areAllAtLeast(application, 18), false);
  await sql(`update instance set seen_at = now() - interval '61 s'`);
  assert.equal(await areAllAtLeast(application, 18), true);
  assert.deepEqual(
    (await instances()).map(({ id, is_alive }) => [id, is_alive]),
    [[old.id, false]],
  );
  await registered.stop();
});

test('a heartbeat renews the row, and restores a removed one', async () => {
  await using registered = await registerInstance(application, describeInstance(), log, 20);
  await sql(`update instance set seen_at = now() - interval '1 hour'`);
  await until('it is alive', async () => (await instances())[0]?.is_alive === true);
  await sql('delete from instance');
  await until('it is back', async () => (await instances()).length === 1);
  await registered.stop();
  assert.deepEqual(await instances(), []);
});

test('all instances are at least at a schema when no running one is older', async () => {
  assert.equal(await areAllAtLeast(application, 19), true);
  await using old = await registerInstance(application, instanceOf(18), log);
  await using _new = await registerInstance(application, instanceOf(20), log);
  assert.equal(await areAllAtLeast(application, 18), true);
  assert.equal(await areAllAtLeast(application, 19), false);
  await old.stop();
  assert.equal(await areAllAtLeast(application, 20), true);
  assert.equal(await areAllAtLeast(application, 21), false);
});

const MAIN = fileURLToPath(new URL('../../../src/commands/instances.ts', import.meta.url));
const command = async (databaseUrl: string, ...args: string[]) => {
  const { code, out, err } = await runProgram(MAIN, args, {
    ...process.env,
    DATABASE_URL: databaseUrl,
  });
  return { code, out: out + err };
};

test('on a database that older instances used, the operator confirms that they are gone', async () => {
  await using old = await createTestDatabase({ empty: true });
  await using folder = await migrationsUntil('0018');
  await migrate(old.url, { folder: folder.path });
  const refused = await command(old.url);
  assert.deepEqual([refused.code, /no instance registry/.test(refused.out)], [2, true]);
  await sql(`insert into device_model (manufacturer, model) values ('a', 'b')`, old.pool);
  await migrate(old.url);
  assert.equal(await areAllAtLeast(old.pool, 1), false);
  assert.match((await command(old.url)).out, /may still run.*confirm-upgraded/);
  assert.equal((await command(old.url, 'confirm')).code, 2);
  const confirmed = await command(old.url, 'confirm-upgraded');
  assert.deepEqual([confirmed.code, /confirmed 20.* by \S+@\S+/.test(confirmed.out)], [0, true]);
  assert.equal(await areAllAtLeast(old.pool, 1), true);
  assert.equal(
    (await command(old.url, 'confirm-upgraded')).out,
    confirmed.out,
    'the first confirmation stays',
  );
});

test('the command lists instances with version, schema and heartbeat', async () => {
  const instance = describeInstance();
  await using registered = await registerInstance(application, instance, log);
  const { code, out } = await command(database.url);
  assert.equal(code, 0);
  assert.match(
    out,
    new RegExp(
      `^${instance.id} alive, version ${instance.version}, schema ${instance.schemas.newest}, `,
    ),
  );
  await registered.stop();
});

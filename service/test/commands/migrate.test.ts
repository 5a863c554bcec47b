import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { one, statement } from '../../src/platform/database/database.ts';
import { freePort } from '../support/free-port.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { useDatabase } from '../support/test-database.ts';
import { untilEnd } from '../support/until-end.ts';

const program = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

const database = await useDatabase({ empty: true });
const { path: DATA_DIR } = untilEnd(await tempFolder());
const settings = {
  ...process.env,
  DATA_DIR,
  DATABASE_URL: database.applicationUrl,
  DATABASE_OWNER_URL: database.url,
  OIDC_ISSUER: 'https://issuer.example',
  NIG_URL: 'http://127.0.0.1:1',
  MIGRATE_AT_START: 'false',
};

const selectPrepared = statement<{ models: number; may_write: boolean }, [role: string]>(
  'select-prepared',
  `select count(*)::int as models, has_table_privilege($1, 'cpe_history', 'insert') as may_write
     from device_model`,
);

test('a start that may not migrate names the first migration that is missing', async () => {
  const port = await freePort();
  const { code, err } = await runProgram(program('main.ts'), [], { ...settings, PORT: `${port}` });
  assert.equal(code, 1);
  assert.match(
    err,
    /^MIGRATE_AT_START=false, and the database lacks 0001-service-lines\.sql and \d+ more: run npm run migrate$/m,
  );
});

test('npm run migrate prepares the database as its owner, once', async () => {
  const first = await runProgram(program('commands/migrate.ts'), [], settings);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^applied 0001-service-lines\.sql\n[\s\S]+ready for this release\.\n$/);
  const again = await runProgram(program('commands/migrate.ts'), [], settings);
  assert.equal(again.out, 'The database is ready for this release.\n');
  const role = new URL(database.applicationUrl).username;
  const prepared = await one(database.pool, selectPrepared, [role]);
  assert.ok(prepared.models > 0);
  assert.equal(prepared.may_write, true);
});

test('--check-config names the faults of the settings, and starts nothing', async () => {
  const check = (more: Record<string, string>) =>
    runProgram(program('main.ts'), ['--check-config'], { ...settings, ...more });
  assert.deepEqual(await check({}), { code: 0, out: 'The configuration is complete.\n', err: '' });
  const wrong = await check({ NIG_URL: '', PORT: '0' });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /^PORT: /);
  assert.match((await check({ NIG_URL: '' })).err, /^NIG_URL: set the address of NIG/);
  const slips = await check({ NODE_ENV: 'production', PORT: '0', NIG_UROL: 'x' });
  assert.match(slips.err, /^NIG_UROL: no such setting; the nearest one is NIG_URL\nPORT: /);
  assert.match((await check({ PORT: '3000', METRICS_PORT: '3000' })).err, /^METRICS_PORT: /);
  const files = {
    ...{ TLS_CERT_FILE: '/nowhere/a', TLS_KEY_FILE: '/nowhere/b', DATABASE_CA_FILE: '/nowhere/c' },
    ...{ DATABASE_PASSWORD_FILE: '/nowhere/d', HISTORY_KEY_FILE: '/nowhere/e' },
    ...{ NIG_AUTH: 'bearer', NIG_TOKEN_FILE: '/nowhere/f', OIDC_CLIENT_KEY_FILE: '/nowhere/g' },
    ...{ OIDC_CLIENT_AUTH: 'private_key_jwt', NIG_ADAPTER: 'mapped-http', NIG_PROFILE: '/no' },
  };
  const missing = await check(files);
  assert.equal(missing.code, 1);
  assert.deepEqual(
    missing.err
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0])
      .toSorted(),
    Object.keys(files)
      .filter((name) => /_FILE$|PROFILE/.test(name) && name !== 'TLS_KEY_FILE')
      .toSorted(),
  );
});

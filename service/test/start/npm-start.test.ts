import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm start` as in the README. `closed`: all processes that share its output have ended. */
const npmStart = (more: string[], settings: Record<string, string> = {}) => {
  const env = { ...process.env, ...settings };
  const npm = spawn('npm', ['start', ...more], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { npm, said: () => said, closed: once(npm, 'close') };
};

test('npm start -- --help prints the settings and starts nothing', async () => {
  const { said, closed } = npmStart(['--', '--help']);
  assert.deepEqual(await closed, [0, null]);
  assert.match(
    said(),
    /npm start or npm run serve, with these environment variables:\n[\s\S]+SHUTDOWN_GRACE_S/,
  );
});

test('a SIGTERM to npm start ends all its processes', async () => {
  await using folder = await tempFolder();
  const { npm, said, closed } = npmStart([], {
    DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
    DATA_DIR: folder.path,
    PORT: String(await freePort()),
  });
  await until('it waits for its database', async () => said().includes('Waiting for the database'));
  npm.kill('SIGTERM');
  await closed;
});

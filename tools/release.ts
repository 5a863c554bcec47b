/**
 * `npm run release`: the archive that a site installs, with the built portal and the production
 * packages, for any machine with Node 24. It holds no demo, no embedded PostgreSQL, no Angular and
 * no second Node. `npm run release -- FOLDER` puts it there; the file's name ends the output.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPortalIfStale } from '../service/src/start/build-portal.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACES = ['contract', 'service'];
/** Committed files of the release; the folders of tests are not among them. */
const FILES = [
  ...['contract/package.json', 'contract/src', 'contract/openapi.json'],
  ...['service/package.json', 'service/src', 'service/migrations', 'service/data'],
  ...['deploy', 'docs/run', 'docs/use', 'docs/integrate', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md'],
];
/** Scripts that need only what the release has. */
const SCRIPTS = [
  ...['serve', 'migrate', 'instances', 'import', 'explain', 'reconcile', 'history-key'],
  ...['note-restore', 'verify-history'],
];
const PACKAGES = ['npm', 'ci', '--omit=dev', '--omit=optional', '--ignore-scripts'];
const SBOM = ['npm', 'sbom', '--sbom-format=cyclonedx', '--omit=dev', '--omit=optional'];

const run = (cwd: string, [program = '', ...args]: readonly string[]): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The root's package.json with the workspaces and scripts of the release. */
const releasePackage = (root: Record<string, unknown> & { scripts: Record<string, string> }) => {
  const { name, version, description, license, type } = root;
  const scripts = Object.fromEntries(SCRIPTS.map((script) => [script, root.scripts[script]]));
  return {
    ...{ name, version, private: true, description, license, type, workspaces: WORKSPACES },
    ...{ engines: { node: '>=24' }, scripts },
  };
};

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file: string, content: unknown) =>
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);

const [target = join(ROOT, 'release')] = process.argv.slice(2);
const own = readJson(join(ROOT, 'package.json'));
const name = `cpe-desk-${own.version}`;
const work = mkdtempSync(join(tmpdir(), 'cpe-desk-release-'));
try {
  const folder = join(work, name);
  mkdirSync(folder);
  const present = run(ROOT, ['git', 'ls-files', '-z', '--', ...FILES])
    .split('\0')
    .filter(Boolean);
  for (const file of present) cpSync(join(ROOT, file), join(folder, file));
  await buildPortalIfStale(() => {});
  cpSync(join(ROOT, 'portal/dist'), join(folder, 'portal/dist'), { recursive: true });
  writeJson(join(folder, 'package.json'), releasePackage(own));
  for (const workspace of WORKSPACES) {
    const file = join(folder, workspace, 'package.json');
    const { devDependencies: _, ...needed } = readJson(file);
    writeJson(file, needed);
  }
  cpSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
  // Leaves out of the lock what no workspace of the release needs.
  run(folder, ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--prefer-offline']);
  run(folder, [...PACKAGES, '--prefer-offline', '--no-audit', '--no-fund']);
  writeFileSync(join(folder, 'sbom.json'), run(folder, SBOM));
  mkdirSync(target, { recursive: true });
  const archive = resolve(target, `${name}.tar.gz`);
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
  run(work, ['tar', '--create', '--gzip', `--file=${archive}`, ...owner, name]);
  console.log(archive);
} finally {
  rmSync(work, { recursive: true, force: true });
}

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { auditSchema, exceptionsSchema, findAuditFaults } from './audit-rules.ts';
import { countPackages, findDependencyFaults, lockfileSchema } from './dependency-rules.ts';

const fine = { license: 'MIT', integrity: 'sha512-abc' };
const faultsOf = (changes: object, allowScripts = {}) =>
  findDependencyFaults(
    lockfileSchema.parse({ packages: { 'node_modules/x': { ...fine, ...changes } } }),
    allowScripts,
  );

test('a package is pinned to its content, from the registry, with a licence that is fine', () => {
  assert.deepEqual(faultsOf({}), []);
  for (const license of ['(MIT OR GPL-3.0-only)', 'Apache-2.0 AND BSD-3-Clause', 'BlueOak-1.0.0'])
    assert.deepEqual(faultsOf({ license }), [], license);
  for (const license of ['GPL-3.0-only', 'MIT AND AGPL-3.0', 'SEE LICENSE IN file', 'UNLICENSED'])
    assert.match(faultsOf({ license })[0] ?? '', /^node_modules\/x: licence/, license);
  assert.match(faultsOf({ license: undefined })[0] ?? '', /states no licence/);
  assert.match(faultsOf({ integrity: 'sha1-abc' })[0] ?? '', /no SHA-512/);
  assert.match(
    faultsOf({ resolved: 'git+ssh://git@example.com/x.git' })[0] ?? '',
    /not come from the registry/,
  );
});

test('an install script is named, to run or not', () => {
  assert.match(faultsOf({ hasInstallScript: true })[0] ?? '', /allowScripts/);
  assert.deepEqual(faultsOf({ hasInstallScript: true }, { x: false }), []);
});

test('our own workspaces are not others’ packages', () => {
  const lockfile = lockfileSchema.parse({
    packages: {
      '': {},
      portal: {},
      'node_modules/@cpe-desk/portal': { link: true },
      'node_modules/x': { ...fine, dev: true },
    },
  });
  assert.deepEqual(
    [findDependencyFaults(lockfile, {}), countPackages(lockfile)],
    [[], { all: 1, production: 0 }],
  );
});

const advisory = 'https://github.com/advisories/GHSA-xxxx';
const auditOf = (severity: string) =>
  auditSchema.parse({
    vulnerabilities: {
      y: { severity, via: [{ url: advisory, title: 'Bad', severity }] },
      x: { severity, via: ['y'] },
    },
  });

test('a serious vulnerability counts, unless an exception with a reason covers it, and only until its end', () => {
  assert.deepEqual(findAuditFaults(auditOf('high'), [], '2026-11-24'), [`y: Bad (${advisory})`]);
  assert.deepEqual(findAuditFaults(auditOf('moderate'), [], '2026-11-24'), []);
  const reason = 'only the build reads it, with our own files';
  const exceptions = exceptionsSchema.parse([{ advisory, reason, until: '2026-12-31' }]);
  assert.deepEqual(findAuditFaults(auditOf('critical'), exceptions, '2026-12-31'), []);
  assert.equal(findAuditFaults(auditOf('critical'), exceptions, '2027-01-01').length, 2);
  assert.equal(
    exceptionsSchema.safeParse([{ advisory, reason: 'later', until: '2026-12-31' }]).success,
    false,
  );
});

test('npm run sbom names every package that is installed, as CycloneDX', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    maxBuffer: 64 << 20,
  });
  const component = z.looseObject({ name: z.string(), version: z.string(), purl: z.string() });
  const bom = z
    .looseObject({
      bomFormat: z.literal('CycloneDX'),
      specVersion: z.string(),
      components: z.array(component),
    })
    .parse(JSON.parse(stdout));
  const names = bom.components.map(({ purl }) => purl);
  for (const name of ['fastify', 'pg', 'jose', 'zod', '%40angular/core', 'undici'])
    assert.ok(
      names.some((purl) => purl.startsWith(`pkg:npm/${name}@`)),
      name,
    );
});

test('every workspace has the version of the product, in the lockfile too', async () => {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'));
  const versioned = z.looseObject({ version: z.string() });
  const root = versioned.extend({ workspaces: z.array(z.string()) });
  const { version, workspaces } = root.parse(await read('package.json'));
  const { packages } = z
    .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
    .parse(await read('package-lock.json'));
  assert.equal(packages['']?.version, version);
  for (const workspace of workspaces) {
    assert.equal(
      versioned.parse(await read(`${workspace}/package.json`)).version,
      version,
      workspace,
    );
    assert.equal(packages[workspace]?.version, version, `${workspace} in the lockfile`);
  }
});

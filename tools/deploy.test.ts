import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readConfig } from '../service/src/config/config.ts';
import { configHelp } from '../service/src/config/config-help.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEPLOY = join(ROOT, 'deploy');
/** `NAME=value`, `NAME: value` and `name: NAME`; comments are prose. */
const SETTING = /(?:^|[\s{])(?:name: )?([A-Z]+(?:_[A-Z]+)+)(?==|:|,)/gm;
/** Of the other services of compose.yaml. */
const NOT_OF_THE_DESK = [
  ...['POSTGRES_DB', 'POSTGRES_PASSWORD_FILE', 'ROLE_PASSWORD_FILE', 'DESK_ADDRESS', 'DESK_TLS'],
];

test('deploy/ sets only settings that the desk knows', async () => {
  const files = await readdir(DEPLOY, { recursive: true, withFileTypes: true });
  const known = new Set(
    configHelp()
      .match(/^ {2}[A-Z_]+/gm)
      ?.map((name) => name.trim()),
  );
  let found = 0;
  for (const file of files.filter((entry) => entry.isFile())) {
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    for (const [, name = ''] of text.replace(/^\s*#.*$/gm, '').matchAll(SETTING)) {
      found++;
      const setting = name.replace(/_FILE$/, '');
      assert.ok(
        name === 'NODE_ENV' ||
          known.has(name) ||
          known.has(setting) ||
          NOT_OF_THE_DESK.includes(name),
        `${file.name}: ${name}`,
      );
    }
  }
  assert.ok(found > 15, `${found} settings`);
});

test('the settings of compose.yaml, with the secrets that its script makes, are whole', async () => {
  await using folder = await tempFolder();
  await cp(join(DEPLOY, 'compose'), folder.path, { recursive: true });
  // Not as root it makes them too, and fails at their owner.
  await promisify(execFile)(join(folder.path, 'make-secrets')).catch((error) =>
    assert.notEqual(process.getuid?.(), 0, String(error)),
  );
  const compose = await readFile(join(DEPLOY, 'compose.yaml'), 'utf8');
  const [, block = ''] = /environment: &settings\n((?: {6}.*\n)+)/.exec(compose) ?? [];
  const given: Record<string, string> = {
    DESK_ADDRESS: 'desk.example',
    OIDC_ISSUER: 'https://issuer.example',
    NIG_URL: 'https://nig.example',
  };
  const settings = [...block.matchAll(/^ {6}([A-Z_]+): (.+)$/gm)].map(([, name, value = '']) => [
    name,
    value
      .replace(/\$\{(\w+):[?-](.*)\}/, (_, asked: string, usual: string) => given[asked] ?? usual)
      .replace('/run/secrets', join(folder.path, 'secrets'))
      .replaceAll("'", ''),
  ]);
  const environment = { NODE_ENV: 'production', HOST: '0.0.0.0', DATA_DIR: '/data' };
  const read = readConfig({ ...environment, ...Object.fromEntries(settings) });
  assert.ok(read.ok, JSON.stringify(read));
  assert.equal(read.config.PUBLIC_URL, 'https://desk.example');
  assert.match(
    String(read.config.DATABASE_OWNER_URL),
    /^postgres:\/\/postgres.*@database\/cpe_desk/,
  );
});

test('alerts and dashboard ask for metrics that the desk has, and each alert names its runbook', async () => {
  const sources = await readdir(join(ROOT, 'service/src/operations'));
  const code = await Promise.all(
    sources.map((name) => readFile(join(ROOT, 'service/src/operations', name), 'utf8')),
  );
  const metrics = new Set(code.join().match(/(?<=name: ')cpe_desk_\w+/g));
  const alerts = await readFile(join(DEPLOY, 'prometheus/alerts.yaml'), 'utf8');
  const dashboard = await readFile(join(DEPLOY, 'grafana/dashboard.json'), 'utf8');
  for (const name of new Set(alerts.match(/(?:cpe_desk|nodejs|process)_\w+/g)))
    assert.ok(dashboard.includes(name), `${name} has no panel`);
  for (const name of new Set(`${alerts}${dashboard}`.match(/cpe_desk_\w+/g)))
    assert.ok(metrics.has(name.replace(/_(?:bucket|count|sum)$/, '')), name);
  const index = await readFile(join(ROOT, 'docs/run/runbooks.md'), 'utf8');
  for (const [, alert = ''] of alerts.matchAll(/- alert: (\w+)/g))
    assert.ok(index.includes(`\`${alert}\``), `docs/run/runbooks.md does not list ${alert}`);
  for (const section of index.split(/^## /m).slice(1))
    for (const part of ['**See:**', '**Do:**', '**Over:**'])
      assert.ok(section.includes(part), `${section.split('\n')[0]} has no ${part}`);
  const runbooks = alerts.match(/(?<=runbook: ).+/g) ?? [];
  assert.equal(runbooks.length, alerts.match(/- alert:/g)?.length);
  for (const runbook of new Set(runbooks)) {
    const [file = '', anchor] = runbook.split('#');
    const headings = (await readFile(join(ROOT, file), 'utf8')).match(/(?<=^## ).+/gm) ?? [];
    const anchors = headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
    assert.ok(anchor !== undefined && anchors.includes(anchor), runbook);
  }
});

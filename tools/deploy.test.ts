import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configHelp } from '../service/src/config/config-help.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEPLOY = join(ROOT, 'deploy');
/** `NAME=value`, `NAME: value` and `name: NAME`; comments are prose. */
const SETTING = /(?:^|[\s{])(?:name: )?([A-Z]+(?:_[A-Z]+)+)(?==|:|,)/gm;

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
        name === 'NODE_ENV' || known.has(name) || known.has(setting),
        `${file.name}: ${name}`,
      );
    }
  }
  assert.ok(found > 15, `${found} settings`);
});

test('alerts and dashboard ask for metrics that the desk has, and each alert names its runbook', async () => {
  const sources = await readdir(join(ROOT, 'service/src/operations'));
  const code = await Promise.all(
    sources.map((name) => readFile(join(ROOT, 'service/src/operations', name), 'utf8')),
  );
  const metrics = new Set(code.join().match(/(?<=name: ')cpe_desk_\w+/g));
  const alerts = await readFile(join(DEPLOY, 'prometheus/alerts.yaml'), 'utf8');
  const dashboard = await readFile(join(DEPLOY, 'grafana/dashboard.json'), 'utf8');
  for (const name of new Set(`${alerts}${dashboard}`.match(/cpe_desk_\w+/g)))
    assert.ok(metrics.has(name.replace(/_(?:bucket|count|sum)$/, '')), name);
  const runbooks = alerts.match(/(?<=runbook: ).+/g) ?? [];
  assert.equal(runbooks.length, alerts.match(/- alert:/g)?.length);
  for (const runbook of new Set(runbooks)) {
    const [file = '', anchor] = runbook.split('#');
    const headings = (await readFile(join(ROOT, file), 'utf8')).match(/(?<=^## ).+/gm) ?? [];
    const anchors = headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
    assert.ok(anchor !== undefined && anchors.includes(anchor), runbook);
  }
});

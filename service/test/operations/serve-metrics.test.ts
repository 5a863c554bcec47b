import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { isMetricsToken } from '../../src/config/server.ts';
import { createMetrics } from '../../src/operations/metrics.ts';
import { serveMetrics } from '../../src/operations/serve-metrics.ts';
import { secretReader } from '../../src/platform/process/watched-file.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TOKEN = 'a token of the scraper';
const desk = await useDesk({ metricsAccess: { token: () => TOKEN, hasOwnPort: false } });

const statusOf = async (url: string, token?: string) =>
  (await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }))
    .status;

test('with METRICS_TOKEN a scrape needs it', async () => {
  const url = `${desk.origin}/metrics`;
  const refused = await fetch(url);
  assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer']);
  assert.equal(await statusOf(url, 'another token of it'), 401);
  assert.equal(await statusOf(url, TOKEN), 200);
});

test('METRICS_TOKEN_FILE is read again; a file that is not usable leaves the last token', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'token');
  const token = secretReader(TOKEN, file, isMetricsToken);
  const writes = ['the first token of all', 'the second token', '', 'the third token of all'];
  const read = [];
  for (const text of writes) {
    await writeFile(file, `${text}\n`);
    read.push(token());
  }
  assert.deepEqual(read, [writes[0], writes[1], writes[1], writes[3]]);
  await rm(file);
  assert.equal(token(), writes[3]);
});

test('with METRICS_PORT the metrics are there only, with /healthz', async () => {
  const metricsAccess = { token: () => TOKEN, hasOwnPort: true };
  await using other = await startTestDesk({ beside: desk, metricsAccess });
  assert.equal(await statusOf(`${other.origin}/metrics`, TOKEN), 404);
  const at = { host: '127.0.0.1', port: await freePort(), token: () => TOKEN };
  const { registry } = createMetrics();
  const served = await serveMetrics(registry, at);
  try {
    const url = `http://127.0.0.1:${at.port}`;
    assert.equal(await statusOf(`${url}/metrics`), 401);
    assert.equal(await statusOf(`${url}/metrics`, TOKEN), 200);
    assert.equal(await statusOf(`${url}/healthz`), 200);
    assert.equal(await statusOf(`${url}/auth/me`), 404);
  } finally {
    await served.stop();
  }
});

test('a short METRICS_TOKEN stops the start', () => {
  const read = readConfig({ METRICS_TOKEN: 'short' });
  assert.ok(!read.ok && read.messages[0]?.startsWith('METRICS_TOKEN: '));
});

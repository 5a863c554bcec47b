import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { anyProblemSchema } from '@cpe-desk/contract';
import { pino } from 'pino';
import { send } from '../../fuzz/send.ts';
import { useDesk } from '../../support/desk.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilEnd } from '../../support/until-end.ts';

const logged: string[] = [];

/** A build: a page, and files whose names have a hash of their content. */
const buildPortal = async (): Promise<string> => {
  const { path } = untilEnd(await tempFolder());
  await writeFile(join(path, 'index.html'), '<!doctype html><title>desk</title>');
  await writeFile(join(path, 'main-ABC123.js'), 'export {};');
  return path;
};

const desk = await useDesk({
  portal: await buildPortal(),
  limits: { requestsPerMinutePerAddress: 60 },
  log: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
});

const get = (path: string, headers: Record<string, string> = {}) =>
  send(desk.origin, { method: 'GET', path, headers, body: undefined });

test('an odd path is not found and logs no error', async () => {
  for (const path of [
    '/%2e%2e/x',
    '//x',
    '/\\x',
    `/${'x'.repeat(4300)}`,
    '/a%00b',
    '/..%2f..%2fetc%2fpasswd',
    '/a//b',
    '/./x',
    '/%ff',
    '/main-ABC123.js/',
    '/main-ABC123.js%00.html',
    '/index.html/..',
  ]) {
    const { status, text } = await get(path);
    assert.ok(status === 404 || status === 400, `${path.slice(0, 40)}: ${status}`);
    assert.equal(anyProblemSchema.parse(JSON.parse(text)).status, status);
  }
  assert.deepEqual(logged, []);
});

test('pages count towards the limit, files that never change do not', async () => {
  assert.equal((await get('/main-ABC123.js')).text, 'export {};');
  for (let n = 0; n < 70; n++) assert.equal((await get('/main-ABC123.js')).status, 200);
  const statuses = new Set<number>();
  for (let n = 0; n < 70; n++) statuses.add((await get('/', { accept: 'text/html' })).status);
  assert.deepEqual([...statuses], [200, 429]);
  assert.equal((await get('/main-ABC123.js')).status, 200);
});

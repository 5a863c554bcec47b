import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { tempFolder } from '../testing/temp-folder.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { anchorHistory, checkAnchors, postAnchors } from './anchor.ts';

test('anchors are posted as they are in their files, each once, and again while they are not taken', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const database = stack.use(await createTestDatabase());
  const taken: string[] = [];
  let status = 503;
  const place = createServer(async (request, response) => {
    const body = await text(request);
    if (status === 201) taken.push(body);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(place, 'listening');
  stack.defer(() => void place.close());
  const address = place.address();
  assert.ok(address !== null && typeof address === 'object');
  const post = () => postAnchors(folder.path, `http://127.0.0.1:${address.port}/anchors`);

  const key = generateKeyPairSync('ed25519').privateKey;
  const anchor = (day: number) =>
    anchorHistory(database.pool, folder.path, key, new Date(Date.UTC(2027, 0, day)));
  await anchor(1);
  await anchor(2);
  await assert.rejects(post(), /HISTORY_ANCHOR_URL answered 503 to 2027-01-01\.json/);
  status = 201;
  assert.equal(await post(), 2);
  assert.equal(await post(), 0);
  await anchor(3);
  assert.equal(await post(), 1);
  const files = ['2027-01-01', '2027-01-02', '2027-01-03'].map((day) =>
    readFile(join(folder.path, 'history-anchors', `${day}.json`), 'utf8'),
  );
  assert.deepEqual(taken, await Promise.all(files));
  assert.deepEqual(
    await checkAnchors(database.pool, folder.path, key),
    [],
    'what was posted is noted beside them',
  );
});

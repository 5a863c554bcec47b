import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { tempFolder } from '../testing/temp-folder.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { startTestDesk, updateBody } from '../testing/test-desk.ts';
import { addTestLine } from '../testing/test-line.ts';
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

const DAY_MS = 24 * 60 * 60_000;

test('the anchors of a day have every chain that grew, some at a time; a day that was interrupted goes on', async () => {
  await using desk = await startTestDesk();
  await using folder = await tempFolder();
  const operator = await desk.as('demo-operator');
  const key = desk.desk.signingKey;
  const anchors = join(folder.path, 'history-anchors');
  const update = async (id: string) => {
    const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(operator, id, {}));
    assert.equal(answer.status, 200);
  };
  const lines = [];
  for (let n = 0; n < 9; n += 1) lines.push(await addTestLine(desk.db));
  for (const { id } of lines) await update(id);
  const make = (day: number) =>
    anchorHistory(desk.db, folder.path, key, new Date(Date.now() + day * DAY_MS), { lines: 2, heads: 3 });
  const headsOf = async (name: string): Promise<[line: string, sequence: number, hash: string][]> =>
    JSON.parse(await readFile(join(anchors, name), 'utf8')).heads;
  const made = async () => (await readdir(anchors)).sort();
  const assertAll = async (names: string[]) => {
    const heads = (await Promise.all(names.map(headsOf))).flat();
    const { rows } = await desk.db.connection.query({
      text: `select distinct on (service_line_id) service_line_id as line, sequence, hash from cpe_history
              order by service_line_id, sequence desc`,
    });
    assert.deepEqual(
      heads.toSorted(([a], [b]) => (a < b ? -1 : 1)),
      rows.map(({ line, sequence, hash }) => [line, sequence, hash]),
    );
    assert.deepEqual(await checkAnchors(desk.db, folder.path, key), []);
  };

  assert.equal(await make(0), true);
  const names = await made();
  const day = names.at(-1)?.slice(0, 10);
  assert.deepEqual(names, [`${day}-000001.json`, `${day}-000002.json`, `${day}.json`]);
  for (const name of names.slice(0, -1)) assert.equal((await headsOf(name)).length, 4);
  await assertAll(names);

  // As after a crash when the first was on the disk.
  for (const name of names.slice(1)) await rm(join(anchors, name));
  const first = await readFile(join(anchors, names[0] ?? ''), 'utf8');
  await update(lines[0]?.id ?? '');
  assert.equal(await make(0), true);
  assert.equal(await make(0), false);
  assert.deepEqual(await made(), names);
  assert.equal(await readFile(join(anchors, names[0] ?? ''), 'utf8'), first);
  // What grew meanwhile where the day had been already is in the next one's.
  assert.equal(await make(1), true);
  await assertAll((await made()).slice(names.length));
});

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
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

/** A desk with eight lines of one entry each, and what keeps its anchors, three heads each. */
const deskWithAnchors = async (stack: AsyncDisposableStack) => {
  const desk = stack.use(await startTestDesk());
  const folder = stack.use(await tempFolder()).path;
  const anchors = join(folder, 'history-anchors');
  const key = desk.desk.signingKey;
  const operator = await desk.as('demo-operator');
  const update = async ({ id }: { id: string }) => {
    const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(operator, id, {}));
    assert.equal(answer.status, 200);
  };
  const line = await addTestLine(desk.db);
  await update(line);
  for (let n = 1; n < 8; n += 1) await update(await addTestLine(desk.db));
  const read = (name = '') => readFile(join(anchors, name), 'utf8');
  return {
    updateFirst: () => update(line),
    /** The heads of all chains now. */
    heads: async () => {
      const { rows } = await desk.db.connection.query<{ line: string; sequence: number; hash: string }, []>({
        text: `select distinct on (service_line_id) service_line_id as line, sequence, hash from cpe_history
                order by service_line_id, sequence desc`,
      });
      return rows.map(({ line, sequence, hash }) => [line, sequence, hash]);
    },
    make: (day: number) =>
      anchorHistory(desk.db, folder, key, new Date(Date.now() + day * DAY_MS), { mostHeads: 3 }),
    made: async () => (await readdir(anchors)).sort(),
    read,
    headsOf: async (names: string[]) =>
      (await Promise.all(names.map(read))).flatMap((text) => JSON.parse(text).heads),
    remove: async (names: string[]) => {
      for (const name of names) await rm(join(anchors, name));
    },
    rename: (name: string, other: string) => rename(join(anchors, name), join(anchors, other)),
    check: () => checkAnchors(desk.db, folder, key),
  };
};

test('the anchors of a day have each chain that grew once; a day that was interrupted goes on', async () => {
  await using stack = new AsyncDisposableStack();
  const { make, made, read, headsOf, remove, check, heads, updateFirst } = await deskWithAnchors(stack);
  assert.equal(await make(0), true);
  const names = await made();
  const day = names.at(-1)?.slice(0, 10);
  assert.deepEqual(names, [`${day}-000001.json`, `${day}-000002.json`, `${day}.json`]);
  const before = await heads();
  assert.deepEqual(await headsOf(names), before);
  assert.deepEqual(await check(), []);
  // As after a crash when the first was on the disk.
  await remove(names.slice(1));
  const first = await read(names[0]);
  await updateFirst();
  assert.equal(await make(0), true);
  assert.equal(await make(0), false);
  assert.deepEqual(await made(), names);
  assert.equal(await read(names[0]), first);
  assert.deepEqual(await headsOf(names), before);
  // What grew meanwhile where the day had been already is in the next one's.
  assert.equal(await make(1), true);
  assert.deepEqual(await headsOf((await made()).slice(names.length)), await heads());
  assert.deepEqual(await check(), []);
});

test('the first day has all chains, also when it was interrupted; a day has none where none grew', async () => {
  await using stack = new AsyncDisposableStack();
  const { make, made, headsOf, remove, check, heads } = await deskWithAnchors(stack);
  assert.equal(await make(3), true);
  await remove((await made()).slice(1));
  assert.equal(await make(3), true);
  assert.deepEqual(await headsOf(await made()), await heads());
  const names = await made();
  assert.equal(await make(5), true);
  assert.deepEqual(await headsOf((await made()).slice(names.length)), []);
  assert.deepEqual(await check(), []);
});

test('caught: an anchor that is said to be the last of its day and was not', async () => {
  await using stack = new AsyncDisposableStack();
  const { make, made, remove, rename: call, check } = await deskWithAnchors(stack);
  await make(0);
  const [first = '', ...others] = await made();
  await remove(others);
  const last = first.replace('-000001', '');
  await call(first, last);
  assert.deepEqual(await check(), [`anchor ${last} was another one of its day, or another day's`]);
});

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { publicPem } from '../../src/history/keys/signing-key.ts';
import { verifyLine } from '../../src/history/proof/read-chain.ts';
import { forge, rehash, removeLastEntry } from '../support/forge-history.ts';
import { deskWithAnchors, writeOldAnchor } from '../support/test-anchors.ts';

const DAY_MS = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

test('the check finds entries that were removed or forged with all their traces', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, addLine, anchor, check } = await deskWithAnchors(stack);
  const [shortened, rewritten] = [await addLine(3), await addLine(3)];
  await addLine(3);
  await anchor();
  assert.deepEqual((await check()).faults, []);
  await removeLastEntry(desk.db, shortened.lineId);
  const sql = `update cpe_history set reason = 'forged' where service_line_id = $1 and sequence = 2`;
  await forge(desk.db, sql, [rewritten.lineId]);
  await rehash(desk.db, rewritten.lineId);
  for (const { lineId } of [shortened, rewritten])
    assert.equal((await verifyLine(desk.db, lineId)).isIntact, true);
  assert.deepEqual(
    (await check()).faults,
    [shortened, rewritten]
      .map(({ lineId }) => `line ${lineId}, entry 3: differs from anchor 1`)
      .sort(),
  );
});

test('the check finds missing anchor files: one, the last ones, or all', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, anchor, check, copy, fileOf, anchors } = await deskWithAnchors(stack);
  await addLine();
  for (let n = 0; n < 4; n += 1) await anchor();
  const second = await fileOf(2);
  await rm(second);
  assert.deepEqual((await check()).faults, ['record 2 is missing in DATA_DIR/history-anchors']);
  const last = await fileOf(4);
  await rm(last);
  const both = [2, 4].map((number) => `record ${number} is missing in DATA_DIR/history-anchors`);
  assert.deepEqual((await check()).faults, both);
  // Later anchors do not hide it.
  await copy();
  await anchor();
  assert.deepEqual((await check()).faults, both);
  await rm(anchors, { recursive: true });
  assert.deepEqual((await check()).faults, [
    'DATA_DIR has none of the 5 records of the database: they were removed, or no desk has run with this DATA_DIR yet',
  ]);
});

test('the check finds a record that was changed, removed or added in the database', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, addLine, anchor, check, fileOf } = await deskWithAnchors(stack);
  await addLine();
  for (let n = 0; n < 3; n += 1) await anchor();
  const names = await Promise.all([1, 2, 3].map(async (n) => (await fileOf(n)).split('/').at(-1)));
  const restored = `insert into history_anchor select * from kept_anchor on conflict (number)
    do update set body = excluded.body, digest = excluded.digest`;
  await forge(desk.db, 'create table kept_anchor as select * from history_anchor');

  await forge(
    desk.db,
    `update history_anchor set body = replace(body, '"hour"', '"stopped"') where number = 2`,
  );
  const changed = (await check()).faults;
  assert.ok(changed.includes('anchor 2 is not signed by this desk'), changed.join('\n'));
  assert.ok(changed.some((fault) => fault.startsWith(`${names[1]} is not in the database`)));
  await forge(desk.db, restored);
  assert.deepEqual((await check()).faults, []);

  await forge(desk.db, 'delete from history_anchor where number = 2');
  const removed = (await check()).faults;
  assert.ok(removed.includes('records 2 to 2 are missing in the database'), removed.join('\n'));
  await forge(desk.db, restored);

  await forge(desk.db, 'delete from history_anchor where number = 3');
  assert.deepEqual(
    (await check()).faults.map((fault) => fault.split(':')[0]),
    [`${names[2]} is not in the database`],
  );
  await forge(desk.db, 'delete from history_anchor');
  assert.equal((await check()).faults.length, 3);
});

test('the check finds a changed file and anchors that another key signed', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, anchor, check, fileOf } = await deskWithAnchors(stack);
  await addLine();
  await anchor();
  const stranger = publicPem(generateKeyPairSync('ed25519').privateKey);
  assert.deepEqual((await check([stranger])).faults, ['anchor 1 is not signed by this desk']);
  const file = await fileOf(1);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"hour"', '"stopped"'));
  assert.deepEqual((await check()).faults, [
    `${file.split('/').at(-1)} is not signed by this desk`,
  ]);
});

test('the check finds a history without anchors that is older than a day', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, addLine, check } = await deskWithAnchors(stack);
  await addLine();
  assert.deepEqual((await check()).faults, []);
  await forge(desk.db, `select make_history_month((now() - interval '25 hours')::date)`);
  await forge(desk.db, `update cpe_history set at = at - interval '25 hours'`);
  assert.deepEqual((await check()).faults, [
    'no anchors exist, but the history has entries older than a day',
  ]);
});

test('a gap between anchors is explained, and not a fault', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, anchor, check } = await deskWithAnchors(stack);
  await addLine();
  await anchor(inDays(-9));
  await anchor(inDays(-8), { cause: 'stopped' });
  await anchor(inDays(-7), { cause: 'started' });
  await anchor(inDays(-6), { cause: 'started' });
  await anchor(inDays(2));
  await anchor(inDays(0));
  const { faults, notes } = await check();
  assert.deepEqual(faults, []);
  assert.deepEqual(
    notes.map((note) => [note.slice(0, 'records 1 and 2'.length), note.split(': ')[1]]),
    [
      [
        'records 1 and 2',
        "the desk ran, but anchors failed, or the database's clock was set forward",
      ],
      ['records 2 and 3', 'no desk ran between them, the last one was stopped'],
      ['records 3 and 4', 'the anchoring desk ended, and another desk took over late'],
      [
        'records 4 and 5',
        "the desk ran, but anchors failed, or the database's clock was set forward",
      ],
      ['records 5 and 6', "the database's clock was set back between them"],
    ],
  );
});

test('anchors of older versions are verified, and the chain continues after them', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, key, folder, anchors, addLine, anchor, check } = await deskWithAnchors(stack);
  const line = await addLine(2);
  const [head] = (
    await desk.db.connection.query<{ hash: string }, []>({
      text: 'select hash from cpe_history order by sequence desc limit 1',
    })
  ).rows;
  const names = [];
  for (const day of [-3, -2, -1])
    names.push(
      await writeOldAnchor(
        folder,
        key,
        inDays(day),
        day === -1 ? [[line.lineId, 2, head?.hash ?? '']] : [],
      ),
    );
  assert.deepEqual((await check()).faults, []);
  await anchor();
  assert.deepEqual((await check()).faults, []);

  const [, second = '', third = ''] = names;
  const kept = await readFile(join(anchors, second), 'utf8');
  await rm(join(anchors, second));
  assert.deepEqual((await check()).faults, [
    `the anchor before ${third} is missing or was changed`,
  ]);
  await writeFile(join(anchors, second), kept.replace('"part":1', '"part":2'));
  assert.deepEqual((await check()).faults, [
    `anchor ${second} is not signed by this desk`,
    `the anchor before ${third} is missing or was changed`,
  ]);
  await writeFile(join(anchors, second), kept);
  await rm(join(anchors, third));
  assert.deepEqual((await check()).faults, [
    'the last anchor before record 1 is missing or was changed',
  ]);
});

test('an old anchor of a clock that was ahead is explained, and not a fault', async () => {
  await using stack = new AsyncDisposableStack();
  const { key, folder, addLine, anchor, check } = await deskWithAnchors(stack);
  await addLine();
  const first = await writeOldAnchor(folder, key, inDays(-3));
  const ahead = await writeOldAnchor(folder, key, inDays(2));
  const right = await writeOldAnchor(folder, key, inDays(-1));
  assert.ok(first < right);
  await anchor();
  const { faults, notes } = await check();
  assert.deepEqual(faults, []);
  assert.deepEqual(notes, [
    `anchor ${right} follows ${ahead}: the desk's clock was ahead when it made ${ahead}`,
  ]);
});

import assert from 'node:assert/strict';
import { chmod, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { z } from 'zod';
import { anchorFiles, openFolder } from '../../src/history/anchors/anchor-folder.ts';
import { recordCopier } from '../../src/history/anchors/copy-records.ts';
import { postRecords } from '../../src/history/anchors/post-records.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { forge } from '../support/forge-history.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { deskWithAnchors } from '../support/test-anchors.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const bodies = statement<{ body: string }>(
  'test-bodies',
  'select body from history_anchor order by number',
);
const numberSchema = z.object({ number: z.int() });

test('each record is posted until it is accepted, as the database has it', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, anchor } = await deskWithAnchors(stack);
  const { db } = desk.deps;
  const taken: string[] = [];
  let status = 503;
  const place = stack.use(
    await listen(
      createServer(async (request, response) => {
        const body = await text(request);
        if (status === 201) taken.push(body);
        response.writeHead(status).end();
      }),
    ),
  );
  const post = () => postRecords(db, `${place.url}/anchors`);

  await anchor();
  await anchor();
  await assert.rejects(post(), /HISTORY_ANCHOR_URL answered 503 to history record 1/);
  status = 201;
  assert.equal(await post(), 2);
  assert.equal(await post(), 0);
  await anchor();
  assert.equal(await post(), 1);
  assert.deepEqual(
    taken,
    (await run(db, bodies, [])).map(({ body }) => body),
  );
  assert.deepEqual(
    taken.map((body) => numberSchema.parse(JSON.parse(body)).number),
    [1, 2, 3],
  );
});

test('the first anchors have all chains, later anchors the chains that grew', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, update, anchor, heads, check } = await deskWithAnchors(stack);
  const lines = [];
  for (let n = 0; n < 7; n += 1) lines.push(await addLine());
  await anchor(undefined, { mostHeads: 3 });
  const first = await heads();
  assert.deepEqual(
    first.map(({ length }) => length),
    [3, 3, 1],
  );
  assert.deepEqual(
    first.flat().map(([line]) => line),
    lines.map(({ lineId }) => lineId).sort(),
  );
  const [line] = lines;
  assert.ok(line);
  await update(line.id);
  // An hour later the other chains have not grown for longer than an entry takes.
  await anchor(new Date(Date.now() + HOUR_MS));
  await update(line.id);
  await anchor(new Date(Date.now() + HOUR_MS + 60_000));
  const [, , , second, third] = await heads();
  assert.ok(second?.some(([id, sequence]) => id === line.lineId && sequence === 2));
  assert.deepEqual(third, []);
  assert.deepEqual((await check()).faults, []);
});

test('the first anchor of a day covers one more day than the last anchors', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, anchor, heads } = await deskWithAnchors(stack);
  const line = await addLine();
  await anchor();
  const noon = new Date(Math.ceil((Date.now() + DAY_MS / 2) / DAY_MS) * DAY_MS);
  await anchor(new Date(noon.getTime() + HOUR_MS));
  assert.deepEqual(
    (await heads()).map((each) => each.map(([id]) => id)),
    [[line.lineId], [line.lineId]],
  );
});

test('after the database’s clock was set back, anchors have the chains that grew', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, update, anchor, heads, check } = await deskWithAnchors(stack);
  const line = await addLine();
  const now = Date.now();
  await anchor(new Date(now - HOUR_MS));
  await anchor(new Date(now + 2 * DAY_MS));
  await update(line.id);
  await anchor(new Date(now + 60_000));
  const last = (await heads()).at(-1);
  assert.deepEqual(
    last?.map(([id, sequence]) => [id, sequence]),
    [[line.lineId, 2]],
  );
  const { faults, notes } = await check();
  assert.deepEqual(faults, []);
  assert.match(notes.join('\n'), /the database's clock was set back between them/);
});

test('an anchor has the time of the database, not of the process', async (context) => {
  await using stack = new AsyncDisposableStack();
  const { desk, addLine, anchor } = await deskWithAnchors(stack);
  await addLine();
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * DAY_MS });
  await anchor();
  context.mock.timers.reset();
  const [row] = await run(desk.db, bodies, []);
  const { at } = z.object({ at: z.iso.datetime() }).parse(JSON.parse(row?.body ?? ''));
  assert.ok(Date.parse(at) < Date.now() + HOUR_MS, at);
});

test('the age of the last anchor is a metric', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, anchor } = await deskWithAnchors(stack);
  const metric = async () =>
    /^cpe_desk_history_anchor_seconds_ago (.*)$/m.exec(
      await (await fetch(`${desk.origin}/metrics`)).text(),
    )?.[1];
  assert.equal(await metric(), undefined, 'there is none yet');
  await anchor(new Date(Date.now() - 2 * HOUR_MS));
  const age = Number(await metric());
  assert.ok(age >= 7200 && age < 7300, String(age));
});

test('two instances that anchor at the same time never write two records of one number', async () => {
  await using stack = new AsyncDisposableStack();
  const { addLine, anchor, check, heads } = await deskWithAnchors(stack);
  await addLine();
  await anchor();
  const results = await Promise.allSettled([anchor(), anchor(), anchor()]);
  assert.ok(results.some(({ status }) => status === 'fulfilled'));
  assert.ok((await heads()).length >= 2);
  await anchor();
  assert.deepEqual((await check()).faults, []);
});

test('only the account of the desk reads the folder and its files, even older ones', async () => {
  await using stack = new AsyncDisposableStack();
  const { anchors, folder, anchor, names } = await deskWithAnchors(stack);
  await anchor();
  const modes = async () =>
    Promise.all(
      [anchors, ...(await names()).map((name) => join(anchors, name))].map(
        async (path) => (await stat(path)).mode & 0o077,
      ),
    );
  // Of the folder, the record, and the list of copied records.
  const closed = [0, 0, 0];
  assert.deepEqual(await modes(), closed);
  for (const name of await names()) await chmod(join(anchors, name), 0o644);
  await chmod(anchors, 0o755);
  await openFolder(folder);
  assert.deepEqual(await modes(), closed);
});

test('after a failover that lost records, a running instance copies their replacements', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, folder, addLine, anchor, copy, check } = await deskWithAnchors(stack);
  await addLine();
  const another = stack.use(await tempFolder()).path;
  const copyThere = recordCopier(desk.deps.db, another);
  await copyThere();
  for (let n = 0; n < 3; n += 1) await anchor();
  await copyThere();
  await forge(desk.db, 'delete from history_anchor where number > 1');
  await rm(folder, { recursive: true });
  for (let n = 0; n < 3; n += 1) await anchor();
  await copy();
  await copyThere();
  const { faults } = await check(undefined, another);
  // The lost records stay beside them until the failover is noted.
  assert.deepEqual(
    faults.map((fault) => /^anchor-0000000([23])-.* is not in the database/.exec(fault)?.[1]),
    ['2', '3'],
  );
  assert.equal((await anchorFiles(another)).length, 6);
});

test('each instance copies every record; a new instance records that it did', async () => {
  await using stack = new AsyncDisposableStack();
  const { key: _, anchor, copy, check } = await deskWithAnchors(stack);
  const another = stack.use(await tempFolder()).path;
  await anchor();
  await anchor();
  await copy(another);
  await anchor();
  await copy(another);
  const { faults, notes } = await check(undefined, another);
  assert.deepEqual(faults, []);
  assert.match(
    notes.join('\n'),
    /records 1 to 2 were copied here from the database when DATA_DIR was new/,
  );
  assert.deepEqual((await check()).notes, []);
});

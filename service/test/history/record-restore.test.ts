import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordRestore } from '../../src/history/anchors/record-restore.ts';
import { publicPem } from '../../src/history/keys/signing-key.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { StartError } from '../../src/platform/process/start-error.ts';
import { forge, removeLastEntry } from '../support/forge-history.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { deskWithAnchors, writeOldAnchor } from '../support/test-anchors.ts';

const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof StartError && error.code === 'history-restore' && pattern.test(error.message);

/**
 * A desk with two anchored lines; a restore to before the second entry of one line loses that
 * entry.
 */
const restoredDesk = async (stack: AsyncDisposableStack) => {
  const parts = await deskWithAnchors(stack);
  const { desk, key, folder, addLine, update, anchor } = parts;
  const [line, untouched] = [await addLine(), await addLine()];
  await anchor();
  const restoredTo = new Date();
  await update(line.id);
  await anchor();
  await anchor();
  const note = (to = restoredTo, of = folder) =>
    recordRestore(
      desk.db,
      of,
      { key, pems: [publicPem(key)] },
      { restoredTo: to, by: 'Dina DBA', reason: 'disk array failed' },
    );
  return { ...parts, line, untouched, restoredTo, note };
};

/** Removes what a restore to before the second anchor loses. */
const restore = async (owner: Pool, lineId: string) => {
  await removeLastEntry(owner, lineId);
  await forge(owner, 'delete from history_anchor where number > 1');
};

test('a restore is a fault until it is noted, then a note', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, folder, line, restoredTo, note, check, anchor, update } = await restoredDesk(stack);
  await restore(desk.db, line.lineId);
  const before = (await check()).faults;
  assert.ok(
    before.some((fault) => fault.startsWith(`line ${line.lineId}, entry 2: differs from anchor-`)),
  );
  assert.equal(before.filter((fault) => fault.includes('is not in the database')).length, 2);
  assert.deepEqual(await note(), { number: 2, anchors: 2, lines: 1 });
  const after = await check();
  assert.deepEqual(after.faults, []);
  assert.match(
    after.notes.join('\n'),
    new RegExp(
      `record 2 of .*: the database was restored to ${restoredTo.toISOString()} by Dina DBA \\(disk array failed\\); 2 later anchors`,
    ),
  );
  await update(line.id);
  await anchor();
  await anchor();
  assert.deepEqual((await check()).faults, []);
  await assert.rejects(note(), refused(/no entry was lost/));
  // The next restore is another one.
  await removeLastEntry(desk.db, line.lineId);
  await forge(desk.db, 'delete from history_anchor where number > 2');
  const lost = (await check()).faults;
  assert.ok(lost.length > 0);
  const later = note(new Date(Date.now() - 1), folder);
  await assert.rejects(later, refused(/is of .*: a database restored to/));
  assert.deepEqual((await check()).faults, lost, 'its anchors are from before that time');
});

test('a desk that ran before the restore was noted keeps its new entries', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, line, note, check, anchor, update } = await restoredDesk(stack);
  await restore(desk.db, line.lineId);
  await update(line.id);
  await anchor();
  await update(line.id);
  assert.ok((await check()).faults.length > 0);
  await note();
  assert.deepEqual((await check()).faults, []);
  await removeLastEntry(desk.db, line.lineId);
  const faults = (await check()).faults;
  assert.deepEqual(faults, [`line ${line.lineId}, entry 3: differs from restore record 3`]);
});

test('a note covers only what was missing at its time', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, line, untouched, note, check } = await restoredDesk(stack);
  await restore(desk.db, line.lineId);
  await note();
  assert.deepEqual((await check()).faults, []);
  // An entry that the restore kept, on a line that lost another one.
  await removeLastEntry(desk.db, line.lineId);
  const kept = (await check()).faults;
  assert.ok(
    kept.includes(`line ${line.lineId}, entry 1: differs from restore record 2`),
    kept.join('\n'),
  );
  // An entry of another line.
  await removeLastEntry(desk.db, untouched.lineId);
  const other = (await check()).faults;
  assert.ok(
    other.includes(`line ${untouched.lineId}, entry 1: differs from anchor 1`),
    other.join('\n'),
  );
});

test('removed entries are not noted as a restore, since the database has their anchors', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, line, note, check } = await restoredDesk(stack);
  await removeLastEntry(desk.db, line.lineId);
  await assert.rejects(note(), refused(/no entry was lost/));
  assert.ok((await check()).faults.length > 0);
});

test('a note is refused for a time after a lost anchor, or not before now', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, line, note } = await restoredDesk(stack);
  await restore(desk.db, line.lineId);
  await assert.rejects(note(new Date(Date.now() - 1)), refused(/is of .*: a database restored to/));
  await assert.rejects(note(new Date(Date.now() + 60_000)), refused(/--to must be before now/));
});

test('later anchors that only another instance has are noted there', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, line, note, check, copy, anchors, fileOf, remove } = await restoredDesk(stack);
  const another = stack.use(await tempFolder()).path;
  await copy(another);
  // This instance has not copied the last one.
  const last = (await fileOf(3)).slice(anchors.length + 1);
  await remove(last);
  await remove('kept.json');
  await restore(desk.db, line.lineId);
  await note();
  assert.deepEqual((await check()).faults, []);
  await copy(another);
  const there = await check(undefined, another);
  assert.deepEqual(
    there.faults.map((fault) => fault.split(':')[0]),
    [`${last} is not in the database`, `line ${line.lineId}, entry 2`],
  );
  assert.deepEqual(await note(undefined, another), { number: 3, anchors: 1, lines: 1 });
  assert.deepEqual((await check(undefined, another)).faults, []);
  await copy();
  assert.deepEqual((await check()).faults, []);
});

test('a note covers an anchor of an older version', async () => {
  await using stack = new AsyncDisposableStack();
  const { desk, key, folder, addLine, update, check } = await deskWithAnchors(stack);
  const line = await addLine();
  const restoredTo = new Date();
  await update(line.id);
  const { rows } = await desk.db.connection.query<{ hash: string }, []>({
    text: 'select hash from cpe_history order by sequence desc limit 1',
  });
  await writeOldAnchor(folder, key, new Date(), [[line.lineId, 2, rows[0]?.hash ?? '']]);
  await removeLastEntry(desk.db, line.lineId);
  assert.equal((await check()).faults.length, 1);
  const by = { by: 'Dina DBA', reason: 'disk array failed' };
  await recordRestore(desk.db, folder, { key, pems: [publicPem(key)] }, { restoredTo, ...by });
  assert.deepEqual((await check()).faults, []);
});

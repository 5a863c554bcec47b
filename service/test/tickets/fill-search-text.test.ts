import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTransaction, one, run, statement } from '../../src/platform/database/database.ts';
import { fillMissingSearchText } from '../../src/tickets/search/fill-search-text.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { find, list } from './find-items.ts';

const { db, deps, operator } = await useDesk({ isSettling: false });
for (let n = 0; n < 10; n++)
  await addTestLine(db, {
    ticketNo: `OLD-${n}`,
    customer: 'Kopi & Té',
    openedAt: `2026-10-0${1 + (n % 3)}T00:00:00Z`,
  });

/** As tickets from before the column are. */
const forgetText = statement<never>('test-forget-text', 'update ctt set search_text = null');
const countMissing = statement<{ count: number }>(
  'test-count-missing',
  'select count(*) as count from ctt where search_text is null',
);
const missing = async () => (await one(db, countMissing, [])).count;
const lockOne = statement<never>(
  'test-lock',
  "select from ctt where ticket_no = 'OLD-5' for update",
);
const going = new AbortController().signal;

test('tickets from before the column get their text in batches, and are found', async () => {
  await run(db, forgetText, []);
  const before = await list(operator, { q: 'kopi' });
  assert.deepEqual([before.items, before.isPartial], [[], true], 'the search says what it lacks');
  assert.deepEqual(await find(operator, 'OLD-3'), ['OLD-3'], 'identifiers need no text');
  // As the desk's own role.
  await fillMissingSearchText(deps.db, going, 3);
  assert.equal(await missing(), 0);
  const after = await list(operator, { q: 'kopi te' });
  assert.deepEqual([after.items.length, after.isPartial], [10, false]);
});

test('a stopped fill goes on where it was, and a locked ticket delays no other', async () => {
  await run(db, forgetText, []);
  await fillMissingSearchText(deps.db, AbortSignal.abort(), 3);
  assert.equal(await missing(), 10);
  await inTransaction(db, async (tx) => {
    await run(tx, lockOne, []);
    await fillMissingSearchText(deps.db, going, 3);
    assert.equal(await missing(), 1);
  });
  await fillMissingSearchText(deps.db, going, 3);
  assert.equal(await missing(), 0);
});

import assert from 'node:assert/strict';
import { type HistoryEntry, historyPageSchema } from '@cpe-desk/contract';
import { verifyLine } from '../../src/history/proof/read-chain.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import type { Client } from '../support/client.ts';
import { assertSettled } from '../support/invariants.ts';
import type { TestNig } from '../support/test-nig.ts';
import type { Answer, Line } from './storm-operators.ts';

/** All entries of a line, the oldest first. */
const historyOf = async (client: Client, { id }: Line): Promise<HistoryEntry[]> => {
  const entries: HistoryEntry[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `?limit=200&cursor=${cursor}` : '?limit=200';
    const page = historyPageSchema.parse(
      (await client.get(`/ticket/ctt/cpe/history/${id}${query}`)).body,
    );
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return entries.reverse();
};

type Place = { db: Pool; nig: TestNig; client: Client };

/**
 * The invariants after lost updates: desk, corp data and NIG are equal, and the history is intact.
 */
export const checkEqual = async ({ db, nig, client }: Place, line: Line): Promise<void> => {
  await assertSettled({ db, nig }, client, line.id);
  assert.ok((await verifyLine(db, line.lineId)).isIntact);
};

/**
 * No lost update: each entry continues the one before, and NIG accepted exactly these in this
 * order.
 */
export const checkLine = async (
  { db, nig, client }: Place,
  line: Line,
  answers: readonly Answer[],
  allAccepted?: Awaited<ReturnType<TestNig['accepted']>>,
): Promise<void> => {
  const cpe = await assertSettled({ db, nig }, client, line.id);
  const entries = await historyOf(client, line);
  assert.ok((await verifyLine(db, line.lineId)).isIntact);
  for (const [n, { before, sequence }] of entries.entries()) {
    assert.equal(sequence, n + 1);
    if (n > 0) assert.deepEqual(before, entries[n - 1]?.after);
  }
  assert.deepEqual(entries.at(-1)?.after ?? cpe, cpe);
  const accepted = (allAccepted ?? (await nig.accepted())).filter(
    ({ serviceLineId }) => serviceLineId === line.lineId,
  );
  assert.deepEqual(
    entries.map(({ updateId }) => updateId),
    accepted.map(({ updateId }) => updateId),
    'NIG accepted what the history has, in its order',
  );
  const applied = new Set(entries.map(({ updateId }) => updateId));
  for (const answer of answers.filter(({ lineId }) => lineId === line.lineId)) {
    if (answer.status === 200)
      assert.ok(applied.has(String(answer.updateId)), 'answered 200 and not in the history');
    if (answer.code === 'nig-rejected')
      assert.ok(!applied.has(String(answer.updateId)), 'refused, and in the history');
  }
};

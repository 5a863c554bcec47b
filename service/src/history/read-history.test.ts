import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { historyPageSchema } from '@cpe-desk/contract';
import { inTransaction, run, statement } from '../database.ts';
import { writeRecords } from '../import/write-records.ts';
import { assertProblem, errorsOf } from '../testing/assert-problem.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../testing/test-desk.ts';
import { addTestLine } from '../testing/test-line.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
});
after(() => desk[Symbol.asyncDispose]());

const refresh = async (id: string, reason: string) => {
  const body = { ...(await updateBody(operator, id, {})), reason };
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
};

const page = async (id: string, query = '', client = operator) => {
  const answer = await client.get(`/ticket/ctt/cpe/history/${id}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return historyPageSchema.parse(answer.body);
};

/** A second ticket on a line. */
const addTicket = async (lineId: string): Promise<string> => {
  const id = `${lineId}-again`;
  const ticket = {
    type: 'ticket',
    id,
    ticketNo: id,
    status: 'pending',
    title: 'Again',
    openedAt: '2026-11-02T00:00:00Z',
    serviceLineId: lineId,
  } as const;
  await inTransaction(desk.db, (tx) => writeRecords(tx, [ticket], new Date()));
  return id;
};

test('the history is the line’s, over all its tickets, newest first, page by page', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const second = await addTicket(lineId);
  for (const n of [1, 2, 3, 4, 5]) await refresh(n % 2 ? id : second, `number ${n}`);
  const first = await page(id, '?limit=2');
  const next = await page(second, `?limit=2&cursor=${first.nextCursor}`);
  const last = await page(id, `?limit=2&cursor=${next.nextCursor}`);
  assert.equal(last.nextCursor, null);
  const entries = [first, next, last].flatMap(({ items }) => items);
  assert.deepEqual(
    entries.map(({ reason, cttId, sequence }) => [reason, cttId, sequence]),
    [5, 4, 3, 2, 1].map((n) => [`number ${n}`, n % 2 ? id : second, n]),
  );
  const reviewer = await desk.as('demo-reviewer');
  assert.deepEqual(await page(second, '', reviewer), await page(id));
});

/** RFC 8785, of values such as entries have: members sorted, everything else as JSON.stringify writes it. */
const canonical = (facts: object): string =>
  JSON.stringify(facts, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

test('each entry carries the SHA-256 of the hash before it and of its own RFC 8785 form', async () => {
  const { id } = await addTestLine(desk.db);
  for (const reason of ['number 1', 'größer\n"€" \\ 🛠', 'number 3']) await refresh(id, reason);
  let previous: string | null = null;
  for (const { hash, previousHash, ...facts } of (await page(id)).items.reverse()) {
    assert.equal(previousHash, previous);
    assert.equal(
      hash,
      createHash('sha256')
        .update(`${previous ?? ''}${canonical(facts)}`)
        .digest('hex'),
    );
    previous = hash;
  }
});

test('the database refuses to change, delete or empty the history', async () => {
  const { id } = await addTestLine(desk.db);
  await refresh(id, 'to be tampered with');
  for (const [name, sql] of [
    ['update', "update cpe_history set reason = 'forged'"],
    ['delete', 'delete from cpe_history'],
    ['truncate', 'truncate cpe_history cascade'],
  ] as const)
    await assert.rejects(
      run(desk.db, statement(`test-${name}-history`, sql), []),
      /never changed or deleted/,
    );
});

test('a cursor of another line, or of nobody, is refused', async () => {
  const [one, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  for (const n of [1, 2]) await refresh(one.id, `number ${n}`);
  const { nextCursor } = await page(one.id, '?limit=1');
  for (const query of [`cursor=${nextCursor}`, 'cursor=nonsense', 'limit=0', 'q=x']) {
    const refused = await operator.get(`/ticket/ctt/cpe/history/${other.id}?${query}`);
    assert.equal(errorsOf(assertProblem(refused, 'malformed-request')).length, 1);
  }
});

test('the history of a ticket outside the caller’s segment groups is not there', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'WHOLESALE' });
  const sme = await desk.as('demo-operator-sme');
  assertProblem(await sme.get(`/ticket/ctt/cpe/history/${id}`), 'ctt-not-found');
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { cpeComparisonSchema, historyPageSchema, lineDevicesSchema } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine, addTestTicket } from '../support/test-line.ts';
import { sendUpdate, updateCpe } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

const refresh = (id: string, reason: string) => updateCpe(operator, id, {}, reason);

const page = async (id: string, query = '', client = operator) => {
  const answer = await client.get(`/ticket/ctt/cpe/history/${id}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return historyPageSchema.parse(answer.body);
};

test('the history of a line has the entries of all its tickets, newest first, in pages', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const second = await addTestTicket(desk.db, lineId);
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
  const { reviewer } = desk;
  assert.deepEqual(await page(second, '', reviewer), await page(id));
});

test('the page names the request of each entry beside it', async () => {
  const { id } = await addTestLine(desk.db);
  await sendUpdate(operator, id, {}, { 'x-request-id': 'first-1' });
  await sendUpdate(operator, id, {}, { 'x-request-id': 'second-1' });
  const { items, requestIds } = await page(id);
  assert.deepEqual(
    items.map(({ updateId }) => requestIds[updateId]),
    ['second-1', 'first-1'],
  );
});

/**
 * RFC 8785 for values as entries have them: members sorted, all else as JSON.stringify writes it.
 */
const canonical = (facts: object): string =>
  JSON.stringify(facts, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

test('each entry has the SHA-256 of the previous hash and its RFC 8785 form', async () => {
  const { id } = await addTestLine(desk.db);
  for (const reason of ['number 1', 'größer\n"€" \\ 🛠', 'number 3']) await refresh(id, reason);
  const { items } = await page(id);
  assert.equal(items.length, 3);
  let previous: string | null = null;
  for (const { hash, previousHash, ...facts } of items.reverse()) {
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

test('the database refuses to change, delete or truncate the history', async () => {
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

test('a cursor of another line, or of none, is refused', async () => {
  const [one, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  for (const n of [1, 2]) await refresh(one.id, `number ${n}`);
  const { nextCursor } = await page(one.id, '?limit=1');
  for (const query of [`cursor=${nextCursor}`, 'cursor=nonsense', 'limit=0', 'q=x']) {
    const refused = await operator.get(`/ticket/ctt/cpe/history/${other.id}?${query}`);
    assert.equal(errorsOf(assertProblem(refused, 'malformed-request')).length, 1);
  }
});

test('the history of a ticket outside the caller’s segment groups is not found', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'WHOLESALE' });
  const sme = desk.as('demo-operator-sme');
  assertProblem(await sme.get(`/ticket/ctt/cpe/history/${id}`), 'ctt-not-found');
});

test('entries are filtered by changed field, person and time, in pages', async () => {
  const { id } = await addTestLine(desk.db);
  const { supervisor } = desk;
  await updateCpe(operator, id, { ipAddress: '10.79.0.1' });
  await updateCpe(supervisor, id, { ipAddress: '10.79.0.2' });
  await updateCpe(operator, id, { port: '0/1/3:99' });
  const sequences = async (query: string) =>
    (await page(id, query)).items.map(({ sequence }) => sequence);
  assert.deepEqual(await sequences('?field=ipAddress'), [2, 1]);
  assert.deepEqual(await sequences('?by=OLIVIA'), [3, 1]);
  assert.deepEqual(await sequences('?by=%25'), [], 'a wildcard is a plain character');
  const [, second] = (await page(id)).items;
  assert.ok(second);
  assert.deepEqual(await sequences(`?from=${second.at}`), [3, 2]);
  assert.deepEqual(await sequences(`?to=${second.at}`), [1]);
  const first = await page(id, '?by=olivia&limit=1');
  assert.deepEqual(
    (await page(id, `?by=olivia&limit=1&cursor=${first.nextCursor}`)).items.map(
      ({ sequence }) => sequence,
    ),
    [1],
  );
  const wrong = await operator.get(`/ticket/ctt/cpe/history/${id}?field=colour`);
  assertProblem(wrong, 'malformed-request');
});

test('each swap replaces the device of a line', async () => {
  const { id } = await addTestLine(desk.db);
  const devices = async () =>
    lineDevicesSchema.parse((await operator.get(`/ticket/ctt/cpe/history/${id}/devices`)).body)
      .items;
  const [before] = await devices();
  assert.deepEqual([before?.since, before?.until, before?.replacedBy], [null, null, null]);
  await updateCpe(operator, id, { serialNumber: 'HWTC000000A1' });
  await updateCpe(operator, id, { ipAddress: '10.79.0.3' });
  await updateCpe(operator, id, { serialNumber: 'HWTC000000A2' });
  const [now, middle, first] = await devices();
  assert.deepEqual([now?.serialNumber, now?.until], ['HWTC000000A2', null]);
  assert.deepEqual(
    [middle?.serialNumber, middle?.until, middle?.replacedBy],
    ['HWTC000000A1', now?.since, 3],
  );
  assert.deepEqual([first?.serialNumber, first?.until], [before?.serialNumber, middle?.since]);
});

test('the CPE of two moments is compared, even before the first entry', async () => {
  const { id } = await addTestLine(desk.db);
  const compare = async (first: string, second: string) =>
    cpeComparisonSchema.parse(
      (
        await operator.get(
          `/ticket/ctt/cpe/history/${id}/compare?${new URLSearchParams({ first, second })}`,
        )
      ).body,
    );
  const long = '2020-01-01T00:00:00+08:00';
  const untouched = await compare(long, new Date().toISOString());
  assert.deepEqual([untouched.changed, untouched.first.sequence], [[], null]);
  await updateCpe(operator, id, { ipAddress: '10.79.0.4' });
  await updateCpe(operator, id, { port: '0/1/3:98' });
  const [last, one] = (await page(id)).items;
  assert.ok(last && one);
  assert.deepEqual((await compare(long, last.at)).changed, ['ipAddress', 'port']);
  const between = await compare(one.at, last.at);
  assert.deepEqual(
    [between.changed, between.first.sequence, between.second.sequence],
    [['port'], 1, 2],
  );
  assert.equal(between.first.cpe?.ipAddress, '10.79.0.4');
  const answer = await operator.get(
    `/ticket/ctt/cpe/history/${id}/compare?first=yesterday&second=${last.at}`,
  );
  assertProblem(answer, 'malformed-request');
  assert.match(errorsOf(answer.body).join(), /^\/first /);
});

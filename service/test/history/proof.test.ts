import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainVerdictSchema } from '@cpe-desk/contract';
import { verifyAll, verifyLine } from '../../src/history/proof/read-chain.ts';
import { inTransaction, run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';
import { entriesOf, forge as forgeAs } from '../support/forge-history.ts';
import { addTestLine } from '../support/test-line.ts';
import { updateCpe } from '../support/updates.ts';

const desk = await useDesk();
const { operator, reviewer } = desk;

/** A line with three entries. */
const lineWithEntries = async () => {
  const { id, lineId } = await addTestLine(desk.db);
  for (const n of [1, 2, 3]) await updateCpe(operator, id, {}, `number ${n}`);
  return { id, lineId };
};

const forge = (sql: string, values: unknown[] = []) => forgeAs(desk.db, sql, values);

test('an unchanged history is intact; only a reviewer verifies it', async () => {
  const { id, lineId } = await lineWithEntries();
  const verdict = chainVerdictSchema.parse(
    (await reviewer.get(`/ticket/ctt/cpe/history/${id}/verify`)).body,
  );
  const last = (await entriesOf(desk.db, lineId)).at(-1);
  assert.deepEqual(verdict, {
    serviceLineId: lineId,
    isIntact: true,
    entries: 3,
    head: last?.hash,
    fault: null,
    notes: [],
    anchoredAt: null,
  });
  const untouched = await addTestLine(desk.db);
  assert.equal((await verifyLine(desk.db, untouched.lineId)).isIntact, true);
  for (const what of ['verify', 'evidence'])
    assertProblem(await operator.get(`/ticket/ctt/cpe/history/${id}/${what}`), 'forbidden');
});

const forgeries: [name: string, sequence: number, (lineId: string) => Promise<unknown>][] = [
  [
    'a changed reason',
    2,
    (line) =>
      forge(
        `update cpe_history set reason = 'forged' where service_line_id = $1 and sequence = 2`,
        [line],
      ),
  ],
  [
    'a changed value',
    1,
    (line) =>
      forge(
        `update cpe_history set after = after || '{"port":"0/1/1:1"}' where service_line_id = $1 and sequence = 1`,
        [line],
      ),
  ],
  [
    'another actor',
    3,
    (line) =>
      forge(
        `update cpe_history set actor_name = 'Nobody' where service_line_id = $1 and sequence = 3`,
        [line],
      ),
  ],
  [
    'another time',
    3,
    (line) =>
      forge(
        `update cpe_history set at = at - interval '1 millisecond' where service_line_id = $1 and sequence = 3`,
        [line],
      ),
  ],
  [
    'a deleted entry in the middle',
    2,
    (line) => forge('delete from cpe_history where service_line_id = $1 and sequence = 2', [line]),
  ],
  [
    'a deleted first entry',
    1,
    (line) => forge('delete from cpe_history where service_line_id = $1 and sequence = 1', [line]),
  ],
  [
    'a deleted last entry',
    3,
    (line) => forge('delete from cpe_history where service_line_id = $1 and sequence = 3', [line]),
  ],
  [
    'a deleted entry with the gap closed',
    2,
    async (line) => {
      await forge('delete from cpe_history where service_line_id = $1 and sequence = 2', [line]);
      await forge(
        'update cpe_history set sequence = 2 where service_line_id = $1 and sequence = 3',
        [line],
      );
    },
  ],
  [
    'two entries in another order',
    2,
    async (line) => {
      await forge(
        'update cpe_history set sequence = 9 where service_line_id = $1 and sequence = 2',
        [line],
      );
      await forge(
        'update cpe_history set sequence = 2 where service_line_id = $1 and sequence = 3',
        [line],
      );
      await forge(
        'update cpe_history set sequence = 3 where service_line_id = $1 and sequence = 9',
        [line],
      );
    },
  ],
  [
    'a deleted history',
    1,
    (line) => forge('delete from cpe_history where service_line_id = $1', [line]),
  ],
];

for (const [name, sequence, forgery] of forgeries)
  test(`finds ${name}, at entry ${sequence}`, async () => {
    const { id, lineId } = await lineWithEntries();
    await forgery(lineId);
    const verdict = chainVerdictSchema.parse(
      (await reviewer.get(`/ticket/ctt/cpe/history/${id}/verify`)).body,
    );
    assert.deepEqual([verdict.isIntact, verdict.fault?.sequence], [false, sequence]);
    const all = [];
    for await (const each of verifyAll(desk.db)) if (!each.isIntact) all.push(each);
    assert.deepEqual(all.find((each) => each.serviceLineId === lineId)?.fault, verdict.fault);
  });

const lockHistory = statement<never>(
  'test-lock-history',
  'lock table cpe_history in access exclusive mode',
);
test('a caller has at most two exports of a history at the same time', async () => {
  const { id } = await lineWithEntries();
  const ask = (client: Client) => client.get(`/ticket/ctt/cpe/history/${id}/evidence`);
  const waiting = await inTransaction(desk.db, async (tx) => {
    await run(tx, lockHistory, []);
    const answers = [ask(reviewer), ask(reviewer), ask(reviewer)];
    const refused = await Promise.race(answers);
    assertProblem(refused, 'too-many-requests');
    assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    return answers;
  });
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 429]);
  assert.equal((await ask(reviewer)).status, 200);
});

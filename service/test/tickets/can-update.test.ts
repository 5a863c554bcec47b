import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListItemSchema, ticketSchema } from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import { compareVerdict } from '../support/compare-verdict.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { leaveUnknown, readTicket, sendUpdate } from '../support/updates.ts';
import { list, listAll } from './find-items.ts';

const protection = { failures: 1, retryAfterMs: 60_000, concurrency: 10 };
const desk = await useDesk({ isSettling: false, nigTimeoutMs: 300, protection });

for (const status of ['inProgress', 'closed'] as const)
  for (const technology of ['FTTH', 'COPPER'] as const)
    for (const segmentGroup of ['SME', 'CONSUMER'] as const)
      for (const managedServices of [true, false])
        for (const lack of [{}, { hasNoOlt: true }, { cpe: null }, { hasNoOlt: true, cpe: null }])
          await addTestLine(desk.db, {
            ...{ status, technology, segmentGroup, managedServices, ...lack },
            customer: 'Judged',
          });

test('canUpdate is what the preview answers, for each combination of facts and each role', async () => {
  const seen = new Set<string>();
  for (const client of [desk.operator, desk.supervisor, desk.reviewer, desk.admin]) {
    const items = await listAll(client, { q: 'Judged' });
    assert.equal(items.length, 64);
    for (const item of items) for (const code of await compareVerdict(client, item)) seen.add(code);
  }
  assert.equal(seen.size, 6, [...seen].join());
});

test('the ticket tells of an unsettled update and of a NIG that does not answer; the list does not', async () => {
  const { id } = await leaveUnknown(desk, { lookup: false, line: { customer: 'Waits' } });
  const ticket = await readTicket(desk.operator, id);
  assert.deepEqual(
    ticket.canUpdate.why.map(({ code }) => code),
    ['update-in-progress', 'nig-unavailable'],
  );
  const { items } = await list(desk.operator, { q: 'Waits' });
  assert.ok(items[0]);
  assert.ok((await compareVerdict(desk.operator, items[0])).includes('update-in-progress'));
  assert.deepEqual(items[0].canUpdate, { allowed: true, why: [] });
  const other = await addTestLine(desk.db, {});
  const { canUpdate } = await readTicket(desk.operator, other.id);
  assert.deepEqual(
    canUpdate.why.map(({ code }) => code),
    ['nig-unavailable'],
  );
  assertProblem(await sendUpdate(desk.operator, other.id), 'nig-unavailable');
});

test('the answer of an instance of the release before can be read', async () => {
  const { id } = await addTestLine(desk.db, {});
  const { canUpdate: _, nigDrift: __, ...before } = await readTicket(desk.operator, id);
  const { canUpdate, nigDrift } = ticketSchema.parse(before);
  assert.deepEqual([canUpdate, nigDrift], [{ allowed: true, why: [] }, null]);
  const { canUpdate: ___, ...item } = (await list(desk.operator, { limit: '1' })).items[0] ?? {};
  assert.equal(ticketListItemSchema.parse(item).canUpdate.allowed, true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { readTicket } from '../support/updates.ts';

const desk = await useDesk({ isSettling: false });
const { operator } = desk;

test('a ticket has its line, its path in order with the CPE at its end, and null for what is not there', async () => {
  const { id, lineId } = await addTestLine(desk.db, { segmentGroup: 'CONSUMER', status: 'closed' });
  const ticket = await readTicket(operator, id);
  assert.equal(ticket.serviceLine.id, lineId);
  assert.deepEqual(
    ticket.networkElements.map(({ kind }) => kind),
    ['OLT', 'ONT', 'CPE'],
  );
  assert.equal(ticket.cpe?.version, 1);
  assert.deepEqual(ticket.eligibility, {
    editable: false,
    reasons: ['ticket-closed', 'segment-not-editable'],
  });
  const bare = await addTestLine(desk.db, { cpe: null });
  const without = await readTicket(operator, bare.id);
  assert.deepEqual([without.cpe, without.corpData, without.unsettledUpdate], [null, null, null]);
});

test('a ticket tells the prefixes that other lines of its OLT use, the most used first', async () => {
  const on = (olt: string, ipAddress: string) => addTestLine(desk.db, { olt, cpe: { ipAddress } });
  const prefixes = async ({ id }: { id: string }) =>
    (await readTicket(operator, id)).lineFacts.oltPrefixes;
  const first = await on('olt-of-prefixes', '10.71.1.1');
  assert.deepEqual(await prefixes(first), [], 'not its own: that may be what is wrong');
  for (const address of ['10.71.2.1', '10.71.3.1', '10.71.3.2', 'fd00:71::1'])
    await on('olt-of-prefixes', address);
  await on('another-olt', '10.71.4.1');
  assert.deepEqual(await prefixes(first), ['10.71.3.0/24', '10.71.2.0/24', 'fd00:71::/64']);
  assert.deepEqual(await prefixes(await addTestLine(desk.db, { hasNoOlt: true })), []);
});

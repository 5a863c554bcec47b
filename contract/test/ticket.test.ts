import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyQuerySchema } from '../src/history.ts';
import { segmentGroups, technologies } from '../src/service-line.ts';
import { ticketListQuerySchema } from '../src/ticket.ts';
import { ticketStatuses, ticketTransitions } from '../src/ticket-status.ts';

test('the query of the list has defaults and filters with several values', () => {
  assert.deepEqual(ticketListQuerySchema.parse({}), { sort: '-openedAt', limit: 50 });
  assert.deepEqual(
    ticketListQuerySchema.parse({ status: 'held,closed', editable: 'false', limit: '200' }),
    {
      status: ['held', 'closed'],
      editable: false,
      limit: 200,
      sort: '-openedAt',
    },
  );
  const every = {
    q: 'CTT-1',
    status: ticketStatuses.join(','),
    segmentGroup: segmentGroups.join(','),
    technology: technologies.join(','),
    managedServices: 'true',
    editable: 'true',
    sort: 'ticketNo',
    cursor: 'c',
    limit: '1',
  };
  assert.deepEqual(ticketListQuerySchema.parse(every), {
    ...every,
    status: [...ticketStatuses],
    segmentGroup: [...segmentGroups],
    technology: [...technologies],
    managedServices: true,
    editable: true,
    limit: 1,
  });
});

test('a query with another parameter or value is refused', () => {
  for (const wrong of [
    { limit: '0' },
    { limit: '201' },
    { limit: '1.5' },
    { limit: '' },
    { limit: 'ten' },
    { limit: ['5', '6'] },
    { status: '' },
    { status: 'open' },
    { status: 'held,' },
    { status: 'Held' },
    { status: ['held', 'closed'] },
    { segmentGroup: 'sme' },
    { technology: 'DSL' },
    { managedServices: 'TRUE' },
    { cursor: 'x'.repeat(501) },
    { editable: '1' },
    { sort: 'title' },
    { q: 'x'.repeat(101) },
    { q: 'a\u0000' },
    { page: '2' },
  ])
    assert.equal(ticketListQuerySchema.safeParse(wrong).success, false, JSON.stringify(wrong));
  assert.equal(historyQuerySchema.safeParse({ limit: '201' }).success, false);
});

test('the lifecycle is that of TM Forum, and each status is reachable', () => {
  assert.deepEqual(ticketTransitions, {
    acknowledged: ['inProgress', 'cancelled', 'rejected'],
    inProgress: ['held', 'pending', 'resolved', 'cancelled'],
    held: ['inProgress'],
    pending: ['inProgress', 'cancelled'],
    resolved: ['closed', 'inProgress'],
    closed: [],
    cancelled: [],
    rejected: [],
  });
  const reached = new Set(['acknowledged', ...Object.values(ticketTransitions).flat()]);
  assert.deepEqual([...reached].sort(), ticketStatuses.toSorted());
});

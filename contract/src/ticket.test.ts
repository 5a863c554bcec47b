import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions, actionsOf, permissions, roles } from './access.ts';
import { historyQuerySchema } from './history.ts';
import { ticketListQuerySchema, ticketStatuses, ticketTransitions } from './ticket.ts';

test('the list’s query: newest first, 50 a page, filters with one or more values', () => {
  assert.deepEqual(ticketListQuerySchema.parse({}), { sort: '-openedAt', limit: 50 });
  assert.deepEqual(ticketListQuerySchema.parse({ status: 'held,closed', editable: 'false', limit: '200' }), {
    status: ['held', 'closed'],
    editable: false,
    limit: 200,
    sort: '-openedAt',
  });
});

test('a query that says something else is refused', () => {
  for (const wrong of [
    { limit: '0' },
    { limit: '201' },
    { limit: '1.5' },
    { status: '' },
    { status: 'open' },
    { editable: '1' },
    { sort: 'title' },
    { q: 'x'.repeat(101) },
    { q: 'a\u0000' },
    { page: '2' },
  ])
    assert.equal(ticketListQuerySchema.safeParse(wrong).success, false, JSON.stringify(wrong));
  assert.equal(historyQuerySchema.safeParse({ limit: '201' }).success, false);
});

test('the lifecycle knows its own statuses only, and each is reachable', () => {
  const reached = new Set(['acknowledged', ...Object.values(ticketTransitions).flat()]);
  assert.deepEqual([...reached].sort(), ticketStatuses.toSorted());
});

test('who may do what: operators and supervisors change, reviewers and admins look', () => {
  for (const role of roles) {
    const mayChange = role === 'operator' || role === 'supervisor';
    assert.equal(permissions[role].includes('cpe-update:request'), mayChange, role);
    assert.equal(permissions[role].includes('cpe-update:preview'), mayChange, role);
    for (const look of ['ticket:read', 'history:read', 'catalogue:read', 'cpe-update:read'] as const)
      assert.ok(permissions[role].includes(look), `${role} ${look}`);
  }
  assert.deepEqual(actionsOf([]), []);
  assert.deepEqual(actionsOf(['reviewer', 'supervisor']), [...actions]);
  assert.ok(!actionsOf(['operator', 'reviewer', 'admin']).includes('cpe-update:settle'));
});

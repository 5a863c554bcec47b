import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TicketListItem } from '@cpe-desk/contract';
import { compareLists } from './compare-lists.ts';

const ticket = (id: string, status: TicketListItem['status'] = 'held'): TicketListItem => ({
  ...{ id, status, ticketNo: id, title: '', openedAt: '2026-11-28T08:00:00Z', customer: '' },
  ...{ segmentGroup: 'SME', technology: 'FTTH', managedServices: true, editable: true },
  canUpdate: { allowed: true, why: [] },
});

test('a changed ticket is shown as it is now, and new ones are counted', () => {
  const shown = [ticket('2'), ticket('1')];
  const { now, changed, fresh } = compareLists(shown, [
    ticket('4'),
    ticket('3'),
    ticket('2', 'closed'),
    ticket('1'),
  ]);
  assert.deepEqual(
    now.map(({ id, status }) => [id, status]),
    [
      ['2', 'closed'],
      ['1', 'held'],
    ],
  );
  assert.deepEqual([...changed], ['2']);
  assert.equal(fresh, 2);
});

test('a ticket that left the beginning of the list stays as it is', () => {
  const { now, changed, fresh } = compareLists([ticket('2'), ticket('1')], [ticket('2')]);
  assert.equal(now.length, 2);
  assert.equal(changed.size + fresh, 0);
});

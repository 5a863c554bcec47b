import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeEligibility } from '../src/eligibility.ts';
import { segmentGroups, technologies } from '../src/service-line.ts';
import { ticketStatuses, ticketTransitions } from '../src/ticket-status.ts';

const editable = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE'] as const;

test('every combination has its verdict and every reason', () => {
  for (const status of ticketStatuses)
    for (const technology of technologies)
      for (const managedServices of [true, false])
        for (const segmentGroup of segmentGroups) {
          const expected = [
            ...(['closed', 'cancelled', 'rejected'].includes(status) ? ['ticket-closed'] : []),
            ...(technology === 'FTTH' ? [] : ['not-ftth']),
            ...(managedServices ? [] : ['not-managed-services']),
            ...(segmentGroup === 'CONSUMER' ? ['segment-not-editable'] : []),
          ];
          const facts = { status, technology, managedServices, segmentGroup };
          assert.deepEqual(
            judgeEligibility(facts, editable),
            { editable: expected.length === 0, reasons: expected },
            JSON.stringify(facts),
          );
        }
});

test('the deployment configures the editable segment groups', () => {
  const facts = {
    status: 'held',
    technology: 'FTTH',
    managedServices: true,
    segmentGroup: 'CONSUMER',
  } as const;
  assert.ok(judgeEligibility(facts, ['CONSUMER']).editable);
  assert.deepEqual(judgeEligibility(facts, []).reasons, ['segment-not-editable']);
});

test('a ticket is editable until its lifecycle ends', () => {
  const facts = { technology: 'FTTH', managedServices: true, segmentGroup: 'SME' } as const;
  for (const status of ticketStatuses)
    assert.equal(
      judgeEligibility({ ...facts, status }, editable).editable,
      ticketTransitions[status].length > 0,
    );
});

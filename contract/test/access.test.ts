import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions, actionsOf, type Role, roles } from '../src/access.ts';

test('each role has the actions of the table', () => {
  const look = ['ticket:read', 'history:read', 'catalogue:read', 'cpe-update:read'];
  const change = ['cpe-update:preview', 'cpe-update:request'];
  const table: Record<Role, string[]> = {
    operator: [...look, ...change, 'ticket:export', 'catalogue:request'],
    reviewer: [
      ...look,
      'history:verify',
      'history:export',
      'cpe-bulk:read',
      'drift:read',
      'overview:read',
      'ticket:export',
    ],
    supervisor: [
      ...look,
      ...change,
      'cpe-update:settle',
      'cpe-update:revert',
      'cpe-update:repair',
      'cpe-bulk:run',
      'cpe-bulk:read',
      'drift:read',
      'overview:read',
      'ticket:export',
      'policy:hold',
      'catalogue:request',
      'catalogue:write',
    ],
    admin: [
      ...look,
      'access-log:read',
      'policy:hold',
      'catalogue:write',
      'session:manage',
      'token:manage',
      'log-level:set',
    ],
  };
  for (const role of roles)
    assert.deepEqual(actionsOf([role]).toSorted(), table[role].toSorted(), role);
});

test('a person with several roles has the actions of each', () => {
  assert.deepEqual(actionsOf([]), []);
  assert.deepEqual(actionsOf(['reviewer', 'supervisor', 'admin']), [...actions]);
  assert.ok(!actionsOf(['operator', 'reviewer', 'admin']).includes('cpe-update:settle'));
});

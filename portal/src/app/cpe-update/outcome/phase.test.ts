import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe, CpeUpdate, CpeUpdateState } from '@cpe-desk/contract';
import type { Problem } from '../../shell/request.ts';
import {
  behind,
  dialogPhase,
  isEditing,
  mayTryAgain,
  needsCurrent,
  type Phase,
  type PhaseOf,
  problemOf,
  remedyOf,
  staleProblem,
} from './phase.ts';

const cpe: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: null,
};

const updateIn = (state: CpeUpdateState, code: string | null = null): CpeUpdate => ({
  updateId: 'u',
  state,
  kind: 'refresh',
  cttId: 'ctt-1',
  ticketNo: 'CTT-1',
  serviceLineId: 'SL-1',
  changed: [],
  before: cpe,
  after: cpe,
  reason: null,
  requestedAt: '2026-11-23T12:00:00Z',
  requestId: null,
  attention: null,
  by: { id: 'p', name: 'Somebody' },
  settledAt: null,
  nig: { reference: null, handle: null, code, message: code && 'port is blocked' },
  warnings: [],
  asked: 0,
  attempts: [],
  settlement: null,
});

const problem = (code: string): Problem => ({
  type: '',
  title: '',
  status: 409,
  code,
  detail: '',
  retryAfterSeconds: null,
  requestId: null,
});

const failedWith = (code: string, other: CpeUpdateState | null = null): PhaseOf<'failed'> => ({
  name: 'failed',
  isEditing: true,
  wanted: { current: cpe, new: cpe },
  preview: null,
  problem: problem(code),
  mayHaveArrived: false,
  other: other && updateIn(other),
});

test('the form stays behind the dialog if it was open, and comes back when that is left', () => {
  const editing: Phase = { name: 'checking', isEditing: true, wanted: { current: cpe, new: cpe } };
  assert.equal(isEditing(editing), true);
  assert.deepEqual(behind(editing), { name: 'editing' });
  assert.deepEqual(behind({ ...editing, isEditing: false }), { name: 'viewing' });
  assert.equal(dialogPhase(editing), editing);
  assert.equal(dialogPhase({ name: 'editing' }), null);
  assert.equal(dialogPhase({ name: 'viewing' }), null);
});

test('whoever decided on old values has to load the current ones, and cannot send the old decision again', () => {
  for (const phase of [failedWith('stale-cpe'), failedWith('update-in-progress', 'applied')]) {
    assert.equal(needsCurrent(phase), true);
    assert.equal(mayTryAgain(phase), false);
  }
});

test('what another update stood in the way of may be tried again once that one came to nothing, not before', () => {
  for (const state of ['rejected', 'abandoned'] as const)
    assert.equal(mayTryAgain(failedWith('update-in-progress', state)), true, state);
  for (const state of [
    null,
    'recorded',
    'accepted',
    'unknown',
    'needs-attention',
    'applied',
  ] as const)
    assert.equal(mayTryAgain(failedWith('update-in-progress', state)), false, String(state));
});

test('an outcome that was found out later is told as it would have been at once', () => {
  const rejected = problemOf(updateIn('rejected', 'NIG-7'));
  assert.equal(rejected.code, 'nig-rejected');
  assert.deepEqual(rejected.nig, { code: 'NIG-7', message: 'port is blocked' });
  assert.equal(problemOf(updateIn('abandoned')).code, 'never-got-it');
});

test('a failure has the one remedy that can help', () => {
  const inForm = (code: string) => remedyOf({ ...failedWith(code), isEditing: true });
  const refresh = (code: string) => remedyOf({ ...failedWith(code), isEditing: false });
  assert.equal(inForm('nig-rejected'), 'back', 'the same values are refused again');
  assert.equal(inForm('value-in-use'), 'back');
  assert.equal(refresh('invalid-cpe'), 'edit', 'what is recorded breaks the rule');
  assert.equal(refresh('nig-rejected'), 'again');
  assert.equal(inForm('nig-unavailable'), 'again');
  assert.equal(inForm('stale-cpe'), 'load');
  assert.equal(inForm('unauthenticated'), 'sign-in');
  assert.equal(inForm('forbidden'), 'back');
});

test('a decision on other values than the recorded ones is stale, with the three sides', () => {
  const wanted = { current: cpe, new: { ...cpe, ipAddress: '10.20.0.9' } };
  assert.equal(staleProblem(wanted, { ...cpe }), null);
  const stale = staleProblem(wanted, { ...cpe, ipAddress: '10.20.0.8' });
  assert.equal(stale?.code, 'stale-cpe');
  assert.deepEqual(stale?.conflicts, [
    { field: 'ipAddress', opened: '10.20.0.7', now: '10.20.0.8', wanted: '10.20.0.9' },
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpeUpdateRequest, ProblemCode } from '@cpe-desk/contract';
import { assertProblem } from '../../service/test/support/assert-problem.ts';
import { compareVerdict } from '../../service/test/support/compare-verdict.ts';
import { useDesk } from '../../service/test/support/desk.ts';
import { postUpdate, sendUpdate, updateBody } from '../../service/test/support/updates.ts';
import { list } from '../../service/test/tickets/find-items.ts';
import { loadDemoData } from '../src/data/load-demo-data.ts';
import { demoScenarios } from '../src/data/scenarios.ts';

/*
 * Each outcome that the contract names follows from an API call on one demo ticket: what a demo
 * promises and what an integrator tries first.
 */

const desk = await useDesk({ nigTimeoutMs: 400 });
const { operator } = desk;
await loadDemoData(desk.db);

const ticketOf = (shows: string): string => {
  const scenario = demoScenarios.find((each) => each.shows === shows);
  assert.ok(scenario, shows);
  return scenario.ticketId;
};

const update = async (
  shows: string,
  changes: Partial<CpeUpdateRequest['new']> = {},
  headers: Record<string, string> = {},
) => {
  const id = ticketOf(shows);
  return sendUpdate(operator, id, changes, headers);
};

test('canUpdate is what the preview answers, for the scenarios and each demo person', async () => {
  for (const client of [desk.operator, desk.supervisor, desk.reviewer, desk.admin]) {
    const { items } = await list(client, { limit: '40' });
    for (const item of items) await compareVerdict(client, item);
  }
});

for (const [shows, reason] of [
  ['a closed ticket', 'ticket-closed'],
  ['not FTTH', 'not-ftth'],
  ['no Managed Services', 'not-managed-services'],
  ['a consumer line', 'segment-not-editable'],
] as const)
  test(`not-eligible with the only reason ${reason}`, async () => {
    assert.deepEqual(assertProblem(await update(shows), 'not-eligible').reasons, [reason]);
  });

for (const [shows, code, changes] of [
  ['a withdrawn model on record', 'invalid-cpe', {}],
  ['no OLT on the path', 'no-network-context', {}],
  ['an address in use', 'value-in-use', { ipAddress: '10.20.0.90' }],
  ['a port in use', 'value-in-use', { port: '0/1/3:90' }],
  ['a prefix in use', 'value-in-use', { ipv6Prefix: 'fd5e:c0dd:fff0:1200::/56' }],
  ['a dual-stack line', 'invalid-cpe', { ipAddress: 'fd5e:c0de::25' }],
] as const satisfies readonly [string, ProblemCode, Partial<CpeUpdateRequest['new']>][])
  test(`${code}: ${shows}`, async () => {
    assertProblem(await update(shows, changes), code);
  });

test('stale-cpe and update-in-progress with two tickets of one line', async () => {
  const [one, two] = [
    ticketOf('two tickets on one line (1 of 2)'),
    ticketOf('two tickets on one line (2 of 2)'),
  ];
  const opened = await updateBody(operator, two, { ipAddress: '10.20.0.200' });
  assert.equal(
    (await update('two tickets on one line (1 of 2)', { ipAddress: '10.20.0.199' })).status,
    200,
  );
  assertProblem(await postUpdate(operator, two, opened), 'stale-cpe');
  await desk.nig.setFaults({ mode: 'hang', lookup: false });
  const again = await updateBody(operator, one);
  assertProblem(await postUpdate(operator, one, again), 'nig-outcome-unknown');
  assertProblem(await postUpdate(operator, two, again), 'update-in-progress');
});

test('nig-rejected, then idempotency-key-reused', async () => {
  await desk.nig.setFaults({ mode: 'reject' });
  const key = { 'idempotency-key': 'demo' };
  assertProblem(await update('eligible, GPON', {}, key), 'nig-rejected');
  assertProblem(
    await update('eligible, GPON', { ipAddress: '10.20.0.201' }, key),
    'idempotency-key-reused',
  );
});

test('nig-unavailable while NIG is stopped', async () => {
  await desk.nig.stop();
  try {
    assertProblem(await update('eligible, XGS-PON'), 'nig-unavailable');
  } finally {
    await desk.nig.start();
  }
});

test('ctt-not-found for a ticket of another segment group; forbidden for a reviewer', async () => {
  const enterprise = ticketOf('an ENTERPRISE ticket');
  const body = await updateBody(operator, enterprise);
  const path = `/ticket/ctt/cpe/update/${enterprise}`;
  assertProblem(await desk.as('demo-operator-sme').post(path, body), 'ctt-not-found');
  assertProblem(await desk.reviewer.post(path, body), 'forbidden');
});

test('a supervisor of one segment group settles and reverts no update of another', async () => {
  const answer = await update('an ENTERPRISE ticket', { ipAddress: '10.20.0.202' });
  assert.equal(answer.status, 200);
  const { updateId } = answer.body as { updateId: string };
  const supervisor = desk.as('demo-supervisor-sme');
  const path = `/ticket/ctt/cpe/updates/${updateId}`;
  assertProblem(await supervisor.post(`${path}/revert`, { reason: 'a test' }), 'not-found');
  const settlement = { outcome: 'rejected', reason: 'a test' };
  assertProblem(await supervisor.post(`${path}/settle`, settlement), 'not-found');
  assertProblem(await supervisor.get(`${path}/nig`), 'not-found');
});

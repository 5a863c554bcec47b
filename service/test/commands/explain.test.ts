import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { useDesk } from '../support/desk.ts';
import { runProgram } from '../support/run-program.ts';
import { addTestLine } from '../support/test-line.ts';
import { sendUpdate, waitForState } from '../support/updates.ts';

const COMMAND = fileURLToPath(new URL('../../src/commands/explain.ts', import.meta.url));
const withUpdateId = z.looseObject({ updateId: z.string() });
const withMoments = z.looseObject({ moments: z.array(z.looseObject({ what: z.string() })) });

const desk = await useDesk({ nigTimeoutMs: 200, settleDeadlineMs: 300 });
const { operator, supervisor } = desk;

/** Runs the command beside the desk. */
const explain = (...args: string[]) =>
  runProgram(COMMAND, args, {
    ...process.env,
    DATABASE_URL: desk.databaseUrl,
    DATABASE_OWNER_URL: desk.ownerUrl,
  });

const correct = async (ipAddress: string, headers: Record<string, string> = {}) => {
  const { id } = await addTestLine(desk.db);
  return withUpdateId.parse((await sendUpdate(operator, id, { ipAddress }, headers)).body).updateId;
};

test('tells of an applied update and of the one that takes it back, with every id', async () => {
  const updateId = await correct('10.66.0.1', {
    'x-request-id': 'night-1',
    'idempotency-key': 'key-1',
  });
  const path = `/ticket/ctt/cpe/updates/${updateId}/revert`;
  const revert = withUpdateId.parse((await supervisor.post(path, { reason: 'wrong flat' })).body);
  const { code, out, err } = await explain(updateId);
  assert.equal(code, 0, err);
  const keyHash = createHash('sha256').update('key-1').digest('hex').slice(0, 12);
  const [instance] = out.match(/test-host\/\d+\/[0-9a-f-]{36}/) ?? [];
  for (const pattern of [
    new RegExp(`^correction ${updateId}: applied$`, 'm'),
    /^ipAddress: "[^"]+" -> "10\.66\.0\.1"$/m,
    /requested +by Olivia Operator \(demo-operator\), request night-1, "test"$/m,
    new RegExp(
      `recorded +by ${instance}, idempotency key sha256 ${keyHash}, body [0-9a-f]{12}$`,
      'm',
    ),
    new RegExp(`NIG send +accepted after \\d+ ms, \\S+, by ${instance}$`, 'm'),
    /applied +\S+, history entry 1, hash [0-9a-f]{12}, retries get 200$/m,
    new RegExp(`reverted +by update ${revert.updateId} of Sofia Supervisor, applied$`, 'm'),
    /^claims +none held by this update$/m,
  ])
    assert.match(out, pattern);
  const times = [...out.matchAll(/^(\S+Z) {2}/gm)].map(([, time]) => time);
  assert.deepEqual(times, times.toSorted(), 'in the order of time');
  assert.ok(!out.includes('key-1'), 'the key itself is the caller’s');
  assert.match(
    (await explain(revert.updateId)).out,
    new RegExp(`^reverts update ${updateId}$`, 'm'),
  );
});

test('tells of an update that needed a person, of its claims, and of who settled it', async () => {
  await desk.nig.setFaults({ mode: 'drop-before-apply', lookup: false });
  const updateId = await correct('10.66.0.2');
  await waitForState(operator, updateId, 'needs-attention');
  const open = await explain(updateId);
  assert.match(
    open.out,
    /needs a person +NIG did not give the outcome in time: .+; NIG held: \w+$/m,
  );
  assert.match(open.out, /^claims +ip-address 10\.66\.0\.2/m);
  assert.match(open.out, /^asked +\d+ times, again \S+Z, a person after \S+Z$/m);
  const verdict = { outcome: 'rejected', reason: 'never arrived' };
  await supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, verdict);
  await desk.nig.setFaults();
  const { out } = await explain(updateId);
  assert.match(out, /NIG look-up +unknown after \d+ ms, .+, by test-host\//m);
  assert.match(out, /settled by a person +as rejected by Sofia Supervisor, "never arrived"$/m);
  assert.match(out, /^claims +none held by this update$/m);
});

test('tells of a hold around an update', async () => {
  await supervisor.put('/policy/hold', { held: true, reason: 'NIG works' });
  await supervisor.put('/policy/hold', { held: false });
  const { out } = await explain(await correct('10.66.0.3'));
  assert.match(out, /updates held +by Sofia Supervisor, "NIG works"$/m);
  assert.match(out, /updates released +by Sofia Supervisor/m);
});

test('--json has the same moments for programs', async () => {
  const updateId = await correct('10.66.0.4');
  const { code, out } = await explain(updateId, '--json');
  assert.equal(code, 0);
  const whats = withMoments.parse(JSON.parse(out)).moments.map(({ what }) => what);
  for (const what of ['requested', 'recorded', 'NIG send', 'applied'])
    assert.ok(whats.includes(what), what);
});

test('exits with 2 for an update that is not there, and for none', async () => {
  for (const id of [crypto.randomUUID(), 'x'])
    assert.deepEqual(await explain(id), {
      code: 2,
      out: '',
      err: `This database has no update ${id}\n`,
    });
  const { code, err } = await explain();
  assert.deepEqual([code, err], [2, 'Usage: npm run explain -- UPDATE_ID [--json]\n']);
});

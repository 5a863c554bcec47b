import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cpeUpdateSchema, ticketSchema } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { buildSchemaRange } from '../../../src/platform/instances/schema-range.ts';
import { startServiceProcess } from '../../faults/service-process.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { assertSettled } from '../../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { tracesOf } from '../../support/traces.ts';
import { until } from '../../support/until.ts';

/* An instance next to a database that another release has migrated. */

const OLD = 19;

let desk: TestDesk;
/** A desk of an older release on the same database. */
let old: TestDesk;
let operator: Client;
let operatorOfOld: Client;
before(async () => {
  desk = await startTestDesk({
    isSettling: false,
    nigTimeoutMs: 1000,
    schemas: { oldest: OLD, newest: OLD + 1 },
  });
  const schemas = { oldest: OLD, newest: OLD };
  old = await startTestDesk({ beside: desk, schemas, isSettling: false, nigTimeoutMs: 1000 });
  [operator, operatorOfOld] = [await desk.as('demo-operator'), await old.as('demo-operator')];
});
after(async () => {
  await old[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

const setOldestWriter = statement<never, [schema: number]>(
  'test-set-oldest-writer',
  'update schema_guard set oldest_writer = $1',
);
const needWriters = (schema: number) => run(desk.db, setOldestWriter, [schema]);

test('while the database allows it, an instance of the release before writes', async () => {
  await needWriters(OLD);
  const { id } = await addTestLine(desk.db);
  assert.equal((await old.deps.readiness.ask()).isReady, true);
  const body = await updateBody(operatorOfOld, id, { ipAddress: '10.97.0.1' });
  assert.equal((await operatorOfOld.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
});

test('an instance that is too old is not ready, records nothing and sends nothing', async () => {
  await needWriters(OLD + 1);
  const { id } = await addTestLine(desk.db);
  const readiness = await fetch(`${old.origin}/readyz`);
  assert.equal(readiness.status, 503);
  assert.match(await readiness.text(), /schema: this instance knows schema 19, the database needs 20/);
  const body = await updateBody(operatorOfOld, id, { ipAddress: '10.97.0.2' });
  const before = await tracesOf(desk);
  const problem = assertProblem(
    await operatorOfOld.post(`/ticket/ctt/cpe/update/${id}`, body),
    'unavailable',
  );
  assert.match(JSON.stringify(problem), /this instance knows schema 19/);
  assert.deepEqual(await tracesOf(desk), before);
  assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
});

test('an update that an instance sent before it became too old is applied by a newer one', async () => {
  await needWriters(OLD);
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operatorOfOld, id, { ipAddress: '10.97.0.3' });
  await desk.nig.setFaults({ mode: 'none', latencyMs: 300 });
  const sent = operatorOfOld.post(`/ticket/ctt/cpe/update/${id}`, body);
  await until('it is recorded', async () => {
    const ticket = ticketSchema.parse((await operator.get(`/ticket/ctt/${id}`)).body);
    return ticket.unsettledUpdate !== null;
  });
  await needWriters(OLD + 1);
  const { updateId } = assertProblem(await sent, 'nig-outcome-unknown');
  await desk.nig.setFaults({ mode: 'none' });
  const look = async () =>
    cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
  assert.equal((await look()).state, 'accepted');
  await until('it is applied', async () => {
    assert.equal(await settleDueUpdates(old.deps), 0);
    await settleDueUpdates(desk.deps);
    return (await look()).state === 'applied';
  });
  await assertSettled(desk, operator, id);
});

test('an instance is not ready where the database was restored to a schema before its own', async () => {
  const newer = await startTestDesk({ beside: desk, schemas: { oldest: 9000, newest: 9000 } });
  assert.deepEqual(await newer.deps.readiness.ask(), {
    isReady: false,
    faults: [
      `schema: this instance needs schema 9000, the database has ${buildSchemaRange().newest}: migrate it`,
    ],
  });
  await newer[Symbol.asyncDispose]();
});

test('an instance that is too old does not start', async () => {
  await needWriters(buildSchemaRange().newest + 1);
  const database = { url: desk.ownerUrl, applicationUrl: desk.databaseUrl };
  await assert.rejects(
    startServiceProcess({ database, nigUrl: desk.nig.url, nigTimeoutMs: 500 }),
    /The service ended \(1\)/,
  );
  await needWriters(0);
});

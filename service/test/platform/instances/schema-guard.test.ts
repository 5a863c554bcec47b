import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { buildSchemaRange } from '../../../src/platform/instances/schema-range.ts';
import { startServiceProcess } from '../../faults/service-process.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../../support/desk.ts';
import { assertSettled } from '../../support/invariants.ts';
import { addTestLine } from '../../support/test-line.ts';
import { tracesOf } from '../../support/traces.ts';
import { until } from '../../support/until.ts';
import {
  postUpdate,
  prepareUpdate,
  readTicket,
  readUpdate,
  updateCpe,
} from '../../support/updates.ts';

/* An instance on a database that another release migrated. */

const OLD = 19;

const options = { isSettling: false, nigTimeoutMs: 1000 };
const desk = await useDesk({ ...options, schemas: { oldest: OLD, newest: OLD + 1 } });
/** A desk of an older release on the same database. */
const old = await useDesk({ ...options, schemas: { oldest: OLD, newest: OLD }, beside: desk });
const { operator } = desk;

const setOldestWriter = statement<never, [schema: number]>(
  'test-set-oldest-writer',
  'update schema_guard set oldest_writer = $1',
);
const needWriters = (schema: number) => run(desk.db, setOldestWriter, [schema]);

test('an instance of the previous release writes while the database allows it', async () => {
  await needWriters(OLD);
  const { id } = await addTestLine(desk.db);
  assert.equal((await old.deps.readiness.ask()).isReady, true);
  await updateCpe(old.operator, id);
});

test('an instance that is too old is not ready, records nothing and sends nothing', async () => {
  await needWriters(OLD + 1);
  const { send, ...line } = await prepareUpdate(desk);
  const readiness = await fetch(`${old.origin}/readyz`);
  assert.equal(readiness.status, 503);
  assert.match(
    await readiness.text(),
    /schema: this instance knows schema 19, the database needs 20/,
  );
  const before = await tracesOf(desk);
  const problem = assertProblem(await postUpdate(old.operator, line.id, line.body), 'unavailable');
  assert.match(JSON.stringify(problem), /this instance knows schema 19/);
  assert.deepEqual(await tracesOf(desk), before);
  assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
  assert.equal((await send()).status, 200);
});

test('a newer instance applies the update of an instance that became too old', async () => {
  await needWriters(OLD);
  const { id, send } = await prepareUpdate(desk, { client: old.operator });
  await desk.nig.setFaults({ latencyMs: 300 });
  const sent = send();
  await until('it is recorded', async () => {
    const ticket = await readTicket(operator, id);
    return ticket.unsettledUpdate !== null;
  });
  await needWriters(OLD + 1);
  const { updateId } = assertProblem(await sent, 'nig-outcome-unknown');
  await desk.nig.setFaults();
  const look = () => readUpdate(operator, updateId);
  assert.equal((await look()).state, 'accepted');
  await until('it is applied', async () => {
    assert.equal(await settleDueUpdates(old.deps), 0);
    await settleDueUpdates(desk.deps);
    return (await look()).state === 'applied';
  });
  await assertSettled(desk, operator, id);
});

test('an instance is not ready on a database with an older schema', async () => {
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

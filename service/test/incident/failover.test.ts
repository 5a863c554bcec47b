import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  type Cpe,
  driftListSchema,
  incidentViewSchema,
  openLinesAnswerSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { startTestDesk, type TestDesk, type TestDeskOptions } from '../support/desk.ts';
import { startFailoverServer } from '../support/failover-server.ts';
import { openGroundAt } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { readEvents } from '../support/read-events.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { addTestLine } from '../support/test-line.ts';
import { administer, withDatabase } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, postUpdate, updateBody } from '../support/updates.ts';

/*
 * A primary dies and its standby is promoted, with or without the last commits, while a desk runs.
 */

const stack = untilEnd(new AsyncDisposableStack());
const server = await startFailoverServer();
stack.defer(() => server.stop());
await administer(server.adminUrl, 'CREATE DATABASE failover');
const ground = await openGroundAt(withDatabase(server.adminUrl, 'failover'), stack);

const start = (options: TestDeskOptions = {}): Promise<TestDesk> =>
  startTestDesk({ beside: ground, nigTimeoutMs: 1000, ...options });

const selectState = statement<{ incidents: number; open: number; database: string }>(
  'test-select-incidents',
  `select count(*) as incidents, count(*) filter (where closed_at is null) as open,
          database_identity() as database from incident`,
);
const closeAll = statement(
  'test-close-incidents',
  'update incident set closed_at = now() where closed_at is null',
);
const countUpdates = statement<{ count: number }, [lineId: string]>(
  'test-count-updates',
  'select count(*) as count from cpe_update where service_line_id = $1',
);
const abandon = statement<never, [lineId: string]>(
  'test-abandon-update',
  `update cpe_update set state = 'abandoned', settled_at = now() where service_line_id = $1 and state <> 'applied'`,
);
const state = () => one(ground.db, selectState, []);
beforeEach(() => run(ground.db, closeAll, []));

const incidentOf = async (client: Client) =>
  incidentViewSchema.parse((await client.get('/ticket/ctt/cpe/incident')).body).incident;

const post = async (
  client: Client,
  id: string,
  changes: Partial<Cpe>,
  more: { nigSeen?: Cpe } = {},
) => {
  const body = { ...(await updateBody(client, id, changes)), ...more };
  return { ...(await postUpdate(client, id, body)), wanted: body.new };
};

/** Updates a line; answers its new CPE. */
const update = async (client: Client, id: string): Promise<Cpe> => {
  const answer = await post(client, id, { ipAddress: newAddress() });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.wanted;
};

/** Two updated lines; a failover loses the last update of the second. */
const linesWithLoss = async (client: Client) => {
  const [kept, lost] = [await addTestLine(ground.db), await addTestLine(ground.db)];
  await update(client, kept.id);
  const before = await update(client, lost.id);
  await server.copy();
  await until(
    'the desk is back',
    async () => (await client.get(`/ticket/ctt/${lost.id}`)).status === 200,
  );
  return { kept, lost, before, inNig: await update(client, lost.id) };
};

const waitForIncident = (client: Client) =>
  until('an incident is open', async () => {
    const answer = await client.get('/ticket/ctt/cpe/incident');
    return answer.status === 200 && (incidentViewSchema.parse(answer.body).incident ?? undefined);
  });

test('a switchover that loses nothing opens no incident, and updates continue', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { id } = await addTestLine(ground.db);
  await update(operator, id);
  const earlier = await state();
  await server.switchOver();
  await until('an update is applied', async () => {
    const answer = await post(operator, id, { ipAddress: newAddress() }).catch(() => undefined);
    return answer?.status === 200;
  });
  await until(
    'the desk has examined it',
    async () => desk.deps.watch.database() !== earlier.database,
  );
  const later = await state();
  assert.notEqual(later.database, earlier.database, 'the timeline is another');
  assert.equal(later.incidents, earlier.incidents);
  assert.equal(await incidentOf(operator), null);
});

test('a failover that loses an applied update opens an incident, which everyone sees', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { lost, before, inNig } = await linesWithLoss(operator);
  await server.failOver();
  const incident = await waitForIncident(operator);
  assert.equal(incident.cause, 'updates-missing');
  assert.ok(incident.missing > 0);
  // The connections of probes notice the failover on their own.
  const ready = await until('the desk is ready and names the incident', async () => {
    const answer: unknown = await (await fetch(`${desk.origin}/readyz`)).json();
    return z.looseObject({ incident: z.looseObject({ cause: z.string() }) }).safeParse(answer).data;
  });
  assert.equal(ready.incident.cause, 'updates-missing');
  assert.match(await readMetrics(desk), /^cpe_desk_incident_open 1$/m);

  const refused = await post(operator, lost.id, { ipAddress: newAddress() });
  assertProblem(refused, 'nig-differs');
  const difference = z
    .looseObject({ fields: z.array(z.string()), nig: z.unknown() })
    .parse(refused.body);
  assert.deepEqual([difference.fields, difference.nig], [['ipAddress'], inNig]);
  assert.notDeepEqual(inNig, before);
});

test('no update is sent between the failover and the comparison', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { lost } = await linesWithLoss(operator);
  await server.failOver();
  const answer = await until('an update is answered', async () => {
    const tried = await post(operator, lost.id, { ipAddress: newAddress() }).catch(() => undefined);
    return tried && tried.status !== 503 ? tried : undefined;
  });
  assertProblem(answer, 'nig-differs');
});

test('a caller who repeats the values of NIG overwrites them; other values are refused', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { lost, before, inNig } = await linesWithLoss(operator);
  await server.failOver();
  await waitForIncident(operator);
  const changes = { ipAddress: newAddress() };
  const preview = await operator.post(
    `/ticket/ctt/cpe/preview/${lost.id}`,
    await updateBody(operator, lost.id, changes),
  );
  assertProblem(preview, 'nig-differs');
  assertProblem(await post(operator, lost.id, changes, { nigSeen: before }), 'nig-differs');
  const updates = () => one(ground.db, countUpdates, [lost.lineId]);
  assert.equal((await updates()).count, 1, 'nothing is recorded');
  const key = { 'idempotency-key': crypto.randomUUID() };
  const body = await updateBody(operator, lost.id, changes);
  assertProblem(await postUpdate(operator, lost.id, body, key), 'nig-differs');
  assert.equal(
    (await postUpdate(operator, lost.id, { ...body, nigSeen: inNig }, key)).status,
    200,
    'the key is free',
  );
  assert.deepEqual(
    await assertSettled({ db: ground.db, nig: ground.nig }, operator, lost.id),
    body.new,
  );
});

test('an update proceeds where NIG holds the current, the new or no values', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { kept, lost, inNig } = await linesWithLoss(operator);
  const untold = await addTestLine(ground.db);
  await server.copy();
  await until(
    'the desk is back',
    async () => (await operator.get(`/ticket/ctt/${kept.id}`)).status === 200,
  );
  const newest = await update(operator, lost.id);
  await server.failOver();
  await waitForIncident(operator);
  for (const { id } of [kept, untold]) await update(operator, id);
  assert.deepEqual((await post(operator, lost.id, newest)).status, 200, 'NIG holds the new values');
  assert.notDeepEqual(newest, inNig);
});

test('value-in-use comes before nig-differs', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { kept, lost } = await linesWithLoss(operator);
  await server.failOver();
  await waitForIncident(operator);
  const { new: theirs } = await updateBody(operator, kept.id);
  assertProblem(await post(operator, lost.id, { ipAddress: theirs.ipAddress }), 'value-in-use');
});

test('while NIG does not answer, an update is answered 503 with the cause', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { kept } = await linesWithLoss(operator);
  await server.failOver();
  await waitForIncident(operator);
  await ground.nig.stop();
  const answer = await post(operator, kept.id, { ipAddress: newAddress() });
  await ground.nig.start();
  assertProblem(answer, 'unavailable');
  assert.equal(z.looseObject({ cause: z.string() }).parse(answer.body).cause, 'database-rewound');
  assert.ok(answer.headers.get('retry-after'));
  await update(operator, kept.id);
});

test('a supervisor opens lines, with a reason, where NIG cannot be asked', async () => {
  await using desk = await start({ canTellCpe: false });
  const { operator, supervisor } = desk;
  const { kept, lost } = await linesWithLoss(operator);
  const open = async (lines: string[]) =>
    openLinesAnswerSchema
      .parse(
        (
          await supervisor.post('/ticket/ctt/cpe/incident/open', {
            lines,
            reason: 'checked by phone',
          })
        ).body,
      )
      .items.map(({ verdict }) => verdict);
  assert.deepEqual(await open([kept.lineId]), ['not-needed'], 'no incident is open');
  await server.failOver();
  await waitForIncident(operator);
  assertProblem(await post(operator, lost.id, { ipAddress: newAddress() }), 'unavailable');
  assert.deepEqual(await open([lost.lineId, 'no such line']), ['opened', 'not-found']);
  assert.deepEqual(await open([lost.lineId]), ['not-needed']);
  await update(operator, lost.id);
  assertProblem(await post(operator, kept.id, { ipAddress: newAddress() }), 'unavailable');
  assertProblem(
    await operator.post('/ticket/ctt/cpe/incident/open', { lines: [kept.lineId], reason: 'r' }),
    'forbidden',
  );
});

test('an incident starts a reconciliation, and closes when each line is compared', async () => {
  await using desk = await start({ isReconciling: true });
  const { operator, supervisor } = desk;
  const { lost, inNig } = await linesWithLoss(operator);
  const { incidents } = await state();
  await server.failOver();
  await until('an incident was opened and closed', async () => {
    const now = await state().catch(() => undefined);
    return now && now.incidents > incidents && now.open === 0;
  });
  const { items } = driftListSchema.parse((await supervisor.get('/ticket/ctt/cpe/drift')).body);
  const found = items.find(({ serviceLineId }) => serviceLineId === lost.lineId);
  assert.deepEqual([found?.holder, found?.held], ['nig', inNig]);
});

test('a line whose update cannot be settled keeps the incident open until it is compared', async () => {
  await using desk = await start({ isReconciling: true, isSettling: false });
  const { operator } = desk;
  const { kept } = await linesWithLoss(operator);
  await ground.nig.setFaults({ mode: 'hang' });
  assertProblem(await post(operator, kept.id, { ipAddress: newAddress() }), 'nig-outcome-unknown');
  await ground.nig.setFaults();
  const [lost, third] = [await addTestLine(ground.db), await addTestLine(ground.db)];
  await server.copy();
  await until(
    'the desk is back',
    async () => (await operator.get(`/ticket/ctt/${kept.id}`)).status === 200,
  );
  const { ipAddress } = await update(operator, lost.id);
  await server.failOver();
  const { lines } = await waitForIncident(operator);
  await until(
    'all others are compared',
    async () => (await incidentOf(operator))?.compared === lines - 1,
  );
  assertProblem(await post(operator, third.id, { ipAddress }), 'value-in-use');
  await run(ground.db, abandon, [kept.lineId]);
  await until('the incident is closed', async () => (await incidentOf(operator)) === null);
});

test('a second failover during an incident resets what was compared between them', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { kept } = await linesWithLoss(operator);
  await server.failOver();
  await waitForIncident(operator);
  await until('a line is compared', async () => {
    await update(operator, kept.id);
    return ((await incidentOf(operator))?.compared ?? 0) > 0;
  });
  const { incidents } = await state();
  await server.copy();
  await until(
    'the desk is back',
    async () => (await operator.get(`/ticket/ctt/${kept.id}`)).status === 200,
  );
  await update(operator, kept.id);
  await server.failOver();
  await until('another incident is open', async () => {
    const now = await state().catch(() => undefined);
    return now?.incidents === incidents + 1 && now.open === 1;
  });
  assertProblem(await post(operator, kept.id, { ipAddress: newAddress() }), 'nig-differs');
});

test('a failover that loses events ends open streams; new streams have later events', async () => {
  await using desk = await start();
  const { operator } = desk;
  const { kept } = await linesWithLoss(operator);
  // More than a sequence reserves in advance (32): the promoted standby repeats positions.
  for (let n = 0; n < 40; n++) await update(operator, kept.id);
  const follow = async (heard: (data: unknown) => void) => {
    const answer = await operator.fetch('/ticket/ctt/events');
    return { over: readEvents(answer, 'cpe-update', heard) };
  };
  const { over } = await follow(() => {});
  await server.failOver();
  await waitForIncident(operator);
  await over;
  const heard: unknown[] = [];
  await follow((data) => heard.push(data));
  const newer = await addTestLine(ground.db);
  await update(operator, newer.id);
  await until('the stream has its events', async () => heard.length >= 2);
});

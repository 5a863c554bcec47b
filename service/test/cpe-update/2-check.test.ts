import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cpe, cpePreviewSchema, cpeUpdateAnswerSchema } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { tracesOf } from '../support/traces.ts';
import { postUpdate, updateBody } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

const update = (id: string, body: unknown, headers?: Record<string, string>) =>
  postUpdate(operator, id, body, headers);
const preview = (id: string, body: unknown) => operator.post(`/ticket/ctt/cpe/preview/${id}`, body);

/** Update and preview refuse with the same problem, and neither leaves a trace. */
const bothRefuse = async (id: string, body: unknown, code: Parameters<typeof assertProblem>[1]) => {
  const before = await tracesOf(desk);
  const refused = assertProblem(
    await update(id, body, { 'idempotency-key': crypto.randomUUID() }),
    code,
  );
  assert.deepEqual(assertProblem(await preview(id, body), code), refused);
  assert.deepEqual(await tracesOf(desk), before);
  return refused;
};

const bodyFor = (id: string, changes: Partial<Cpe> = {}) => updateBody(operator, id, changes);

test('malformed-request names each missing, unknown or mistyped part of the body', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  const { port: _, ...portless } = body.new;
  for (const [wrong, pointers] of [
    ['{', ['']],
    ['', ['']],
    ['[]', ['']],
    [{ ...body, new: portless }, ['/new/port']],
    [{ ...body, new: { ...body.new, ipAddress: 7 } }, ['/new/ipAddress']],
    [{ ...body, new: { ...body.new, colour: 'red' } }, ['/new/colour']],
    [{ ...body, extra: 1, 'a/b~c': 2 }, ['/extra', '/a~1b~0c']],
    [
      {
        current: body.current,
        new: { ...body.new, bandwidth: { downKbps: '1', upKbps: 1 } },
        reason: 5,
      },
      ['/new/bandwidth/downKbps', '/reason'],
    ],
    [{ new: body.new }, ['/current']],
  ] as const) {
    const refused = await bothRefuse(id, wrong, 'malformed-request');
    assert.deepEqual(
      errorsOf(refused).map((error) => error.split(' ')[0]),
      pointers,
      JSON.stringify(wrong).slice(0, 80),
    );
  }
});

test('malformed-request for an Idempotency-Key without 1 to 255 printable characters', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  for (const key of ['', 'x'.repeat(256), 'käse'])
    assert.deepEqual(
      errorsOf(
        assertProblem(await update(id, body, { 'idempotency-key': key }), 'malformed-request'),
      ).map((error) => error.split(' ')[0]),
      ['/idempotency-key'],
    );
  assert.equal((await update(id, body, { 'idempotency-key': 'x'.repeat(255) })).status, 200);
});

test('body-too-large for a long body, unsupported-media-type for another type', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  await bothRefuse(id, { ...body, reason: 'x'.repeat(70_000) }, 'body-too-large');
  for (const path of ['update', 'preview'])
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/merge-patch+json',
      'x',
    ])
      assertProblem(
        await operator.post(`/ticket/ctt/cpe/${path}/${id}`, body, { 'content-type': type }),
        'unsupported-media-type',
      );
});

test('unauthenticated without a sign-in, forbidden for roles that only read', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  for (const path of ['update', 'preview']) {
    const url = `${desk.origin}/ticket/ctt/cpe/${path}/${id}`;
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    };
    const answer = await fetch(url, init);
    const { status, headers } = answer;
    assertProblem({ status, headers, body: await answer.json() }, 'unauthenticated');
    for (const person of ['demo-reviewer', 'demo-admin'])
      assertProblem(await desk.as(person).post(`/ticket/ctt/cpe/${path}/${id}`, body), 'forbidden');
    assert.equal((await desk.supervisor.post(`/ticket/ctt/cpe/preview/${id}`, body)).status, 200);
  }
});

test('ctt-not-found for a ticket of another segment group, as for one that does not exist', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const body = await bodyFor(id);
  const sme = desk.as('demo-operator-sme');
  for (const path of ['update', 'preview']) {
    const refused = async (ticketId: string) => {
      const answer = await sme.post(
        `/ticket/ctt/cpe/${path}/${encodeURIComponent(ticketId)}`,
        body,
      );
      const { detail, ...rest } = assertProblem(answer, 'ctt-not-found');
      return { ...rest, detail: String(detail).replace(ticketId, 'ID') };
    };
    assert.deepEqual(await refused(id), await refused('none'));
    assert.deepEqual(await refused('\0'), await refused('none'));
  }
});

test('invalid-cpe has all field errors, in the order of the fields', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id, {
    model: 'No such model',
    serialNumber: 'HWTC00000000',
    macAddress: 'ff:ff:ff:ff:ff:ff',
    ipAddress: '010.1.1.1',
    bandwidth: { downKbps: 3_000_000, upKbps: 1.5 },
    port: '0/99/3:12',
  });
  const refused = await bothRefuse(id, { ...body, reason: 'x'.repeat(501) }, 'invalid-cpe');
  assert.deepEqual(errorsOf(refused), [
    '/new/model unknown-model',
    '/new/serialNumber not-a-serial',
    '/new/macAddress not-a-mac',
    '/new/ipAddress not-an-address',
    '/new/bandwidth/downKbps above-line-rate',
    '/new/bandwidth/upKbps not-whole',
    '/new/port no-such-port',
    '/reason too-long',
  ]);
});

test('text that is not Unicode is invalid in new and stale in current', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  for (const [wrong, errors] of [
    [
      { ...body, new: { ...body.new, manufacturer: '\ud800' } },
      ['/new/manufacturer control-character'],
    ],
    [{ ...body, reason: '\udfff' }, ['/reason control-character']],
  ] as const)
    assert.deepEqual(errorsOf(await bothRefuse(id, wrong, 'invalid-cpe')), errors);
  await bothRefuse(id, { ...body, current: { ...body.current, model: '\ud800' } }, 'stale-cpe');
});

test('invalid-cpe for a refresh of recorded values that break a rule; current is never checked', async () => {
  const { id } = await addTestLine(desk.db, { cpe: { ipAddress: '192.0.2.7' } });
  assert.deepEqual(errorsOf(await bothRefuse(id, await bodyFor(id), 'invalid-cpe')), [
    '/new/ipAddress not-a-host-address',
  ]);
  const corrected = await update(id, await bodyFor(id, { ipAddress: '10.61.0.1' }));
  assert.equal(corrected.status, 200);
});

test('invalid-cpe for an address outside the allowed prefixes', async () => {
  await using strict = await startTestDesk({ policy: { allowedPrefixes: ['10.61.0.0/24'] } });
  const client = strict.operator;
  const { id } = await addTestLine(strict.db);
  for (const [ipAddress, code] of [
    ['10.61.1.1', 'outside-allowed-prefixes'],
    ['10.61.0.0', 'not-a-host-address'],
    ['10.61.0.255', 'not-a-host-address'],
  ] as const) {
    const body = await updateBody(client, id, { ipAddress });
    const answer = await client.post(`/ticket/ctt/cpe/preview/${id}`, body);
    assert.deepEqual(errorsOf(assertProblem(answer, 'invalid-cpe')), [`/new/ipAddress ${code}`]);
  }
});

test('no-network-context names all that is missing', async () => {
  const valid = await bodyFor((await addTestLine(desk.db)).id);
  const reachable = { ...valid, new: { ...valid.new, port: '0/1/3:12' } };
  for (const [line, missing] of [
    [{ hasNoOlt: true }, ['OLT']],
    [{ cpe: null }, ['CPE']],
    [{ hasNoOlt: true, cpe: null }, ['OLT', 'CPE']],
  ] as const) {
    const { id } = await addTestLine(desk.db, line);
    assert.deepEqual((await bothRefuse(id, reachable, 'no-network-context')).missing, missing);
  }
});

test('not-eligible has every reason', async () => {
  for (const [line, reasons] of [
    [{ status: 'closed' }, ['ticket-closed']],
    [{ status: 'cancelled' }, ['ticket-closed']],
    [{ status: 'rejected' }, ['ticket-closed']],
    [{ technology: 'FTTB' }, ['not-ftth']],
    [{ managedServices: false }, ['not-managed-services']],
    [{ segmentGroup: 'CONSUMER' }, ['segment-not-editable']],
    [
      { status: 'closed', technology: 'FWA', managedServices: false, segmentGroup: 'CONSUMER' },
      ['ticket-closed', 'not-ftth', 'not-managed-services', 'segment-not-editable'],
    ],
  ] as const) {
    const { id } = await addTestLine(desk.db, line);
    assert.deepEqual((await bothRefuse(id, await bodyFor(id), 'not-eligible')).reasons, reasons);
  }
});

test('not-eligible follows the configured segment groups', async () => {
  await using other = await startTestDesk({ policy: { editableSegmentGroups: ['CONSUMER'] } });
  const client = other.operator;
  const consumer = await addTestLine(other.db, { segmentGroup: 'CONSUMER' });
  const sme = await addTestLine(other.db, { segmentGroup: 'SME' });
  const path = ({ id }: { id: string }) => `/ticket/ctt/cpe/preview/${id}`;
  assert.equal(
    (await client.post(path(consumer), await updateBody(client, consumer.id))).status,
    200,
  );
  assertProblem(await client.post(path(sme), await updateBody(client, sme.id)), 'not-eligible');
});

test('stale-cpe has three values for each changed field, and the CPE as it is now', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id, { ipAddress: '10.62.0.1' });
  const applied = await update(id, await bodyFor(id, { ipAddress: '10.62.0.2', macAddress: null }));
  const now = cpeUpdateAnswerSchema.parse(applied.body).cpe;
  const refused = await bothRefuse(id, body, 'stale-cpe');
  assert.deepEqual(refused.cpe, now);
  assert.deepEqual(refused.conflicts, [
    {
      field: 'macAddress',
      opened: body.current.macAddress,
      now: null,
      wanted: body.new.macAddress,
    },
    { field: 'ipAddress', opened: body.current.ipAddress, now: '10.62.0.2', wanted: '10.62.0.1' },
  ]);
});

test('update-in-progress names the unsettled update', async () => {
  await using slow = await startTestDesk({ nigTimeoutMs: 1000 });
  const client = slow.operator;
  const { id } = await addTestLine(slow.db);
  await slow.nig.setFaults({ mode: 'hang' });
  const body = await updateBody(client, id);
  const first = postUpdate(client, id, body);
  let refused = await client.post(`/ticket/ctt/cpe/preview/${id}`, body);
  while (refused.status === 200) refused = await client.post(`/ticket/ctt/cpe/preview/${id}`, body);
  const { updateId } = assertProblem(refused, 'update-in-progress');
  assertProblem(await postUpdate(client, id, body), 'update-in-progress');
  assert.equal(assertProblem(await first, 'nig-outcome-unknown').updateId, updateId);
});

test('value-in-use names each value that another line holds: address, port, serial number, MAC', async () => {
  const taken = await addTestLine(desk.db);
  const { current } = await bodyFor(taken.id);
  const { id } = await addTestLine(desk.db);
  const { ipAddress, port, serialNumber, macAddress } = current;
  const all = await bodyFor(id, { ipAddress, port, serialNumber, macAddress });
  assert.deepEqual(errorsOf(await bothRefuse(id, all, 'value-in-use')), [
    '/new/ipAddress in-use',
    '/new/macAddress in-use',
    '/new/port in-use',
    '/new/serialNumber in-use',
  ]);
  const otherSpelling = await bodyFor(id, {
    macAddress: macAddress?.replaceAll(':', '-').toUpperCase() ?? null,
  });
  assert.deepEqual(errorsOf(await bothRefuse(id, otherSpelling, 'value-in-use')), [
    '/new/macAddress in-use',
  ]);
});

test('a value that an update replaced is free for other lines', async () => {
  const [first, second] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const { current } = await bodyFor(first.id);
  assert.equal(
    (await update(first.id, await bodyFor(first.id, { ipAddress: '10.63.0.1' }))).status,
    200,
  );
  const body = await bodyFor(second.id, { ipAddress: current.ipAddress });
  assert.equal((await update(second.id, body)).status, 200);
});

const closeTicket = statement<never, [string]>(
  'test-close-ticket',
  `update ctt set status = 'closed' where id = $1`,
);

test('not-eligible by the record, not by what the page showed', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await bodyFor(id);
  await run(desk.db, closeTicket, [id]);
  assert.deepEqual((await bothRefuse(id, body, 'not-eligible')).reasons, ['ticket-closed']);
});

test('too-many-requests says when to try again', async () => {
  await using strict = await startTestDesk({ limits: { requestsPerMinutePerCaller: 3 } });
  const client = strict.operator;
  const other = strict.supervisor;
  for (let n = 0; n < 3; n++) assert.equal((await client.get('/ticket/ctt')).status, 200);
  const refused = await client.get('/ticket/ctt');
  assertProblem(refused, 'too-many-requests');
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
  assert.equal((await other.get('/ticket/ctt')).status, 200);
});

const makeNokia = statement<never, [id: string]>(
  'test-make-nokia',
  `update network_element set manufacturer = 'Nokia', model = '7360 ISAM FX-8' where id = $1`,
);

test('on a Nokia OLT a port of four levels is a PON port, and five levels are an ONT', async () => {
  const { id } = await addTestLine(desk.db, { olt: 'olt-nokia' });
  await run(desk.db, makeNokia, ['olt-nokia']);
  const refused = await preview(id, await bodyFor(id, { port: '1/1/3/16' }));
  assert.deepEqual(errorsOf(assertProblem(refused, 'invalid-cpe')), ['/new/port port-needs-onu']);
  const accepted = await preview(id, await bodyFor(id, { port: '1/1/3/12/7' }));
  assert.equal(cpePreviewSchema.parse(accepted.body).after.port, '1/3/12:7');
});

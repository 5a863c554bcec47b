import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessLogPageSchema,
  type Cpe,
  cpePreviewSchema,
  cpeUpdateAnswerSchema,
  deviceModelListSchema,
  deviceModelSchema,
  deviceReadingSchema,
  modelRequestListSchema,
  modelRequestSchema,
  vendorIdListSchema,
  withoutVersion,
} from '@cpe-desk/contract';
import { readRecord } from '../../../src/import/read-record.ts';
import { writeRecords } from '../../../src/import/write-records.ts';
import { inTransaction, run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../../support/assert-problem.ts';
import { useDesk } from '../../support/desk.ts';
import { addTestLine, TEST_OLT } from '../../support/test-line.ts';
import { postUpdate, readTicket, updateBody } from '../../support/updates.ts';

const desk = await useDesk();
/** Another instance, where the policy only warns. */
const beside = await useDesk({ beside: desk, policy: { unknownModel: 'warn' } });
const { operator, supervisor, admin, reviewer } = desk;

const add = (body: unknown, by = supervisor) => by.post('/catalog/models', body);
const request = (body: unknown, by = operator) => by.post('/catalog/model-requests', body);
const modelsLike = async (q: string, by = operator) =>
  deviceModelListSchema.parse((await by.get(`/catalog/models?${new URLSearchParams({ q })}`)).body)
    .items;
const requests = async () =>
  modelRequestListSchema.parse((await admin.get('/catalog/model-requests')).body).items;
const logged = async (event: string) =>
  accessLogPageSchema.parse((await admin.get(`/auth/access-log?event=${event}`)).body).items;

const preview = async (id: string, changes: Partial<Cpe>, at = desk) =>
  at.operator.post(`/ticket/ctt/cpe/preview/${id}`, await updateBody(operator, id, changes));
const warningsOf = async (...of: Parameters<typeof preview>) => {
  const answer = await preview(...of);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cpePreviewSchema
    .parse(answer.body)
    .warnings.map(({ pointer, code }) => `${pointer} ${code}`);
};

/** Names of models that no test gives twice. */
let models = 0;
const newName = () => `TEST-${++models}`;

test('a supervisor and an admin add a model; every instance has it at once', async () => {
  for (const by of [supervisor, admin]) {
    const model = newName();
    const note = 'seen on the label';
    const body = { manufacturer: 'HUAWEI', model, access: 'GPON', maxPortKbps: 1_000_000, note };
    const answer = await add(body, by);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    const added = deviceModelSchema.parse(answer.body);
    assert.deepEqual(added, {
      ...{ manufacturer: 'Huawei', model, partNumber: null, access: 'gpon', lanPorts: null },
      ...{ wanPorts: null, maxPortKbps: 1_000_000, withdrawn: false, aliases: [], note },
      source: null,
    });
    assert.deepEqual(await modelsLike(model, beside.operator), [added]);
    const { id } = await addTestLine(desk.db);
    assert.deepEqual(await warningsOf(id, { model: model.toLowerCase() }, beside), []);
  }
  const [entry] = await logged('model-added');
  assert.equal(entry?.by?.name, 'Adam Admin');
  assert.equal(entry?.detail.manufacturer, 'Huawei');
});

test('all but manufacturer and model may be null or absent', async () => {
  for (const rest of [{}, { access: null, maxPortKbps: null, note: null }]) {
    const answer = await add({ manufacturer: 'Nobody', model: newName(), ...rest });
    assert.equal(answer.status, 201);
    const { access, maxPortKbps, note } = deviceModelSchema.parse(answer.body);
    assert.deepEqual([access, maxPortKbps, note], [null, null, null]);
  }
});

test('a model that exists, in any case or as an alias, is refused with its name', async () => {
  const model = newName();
  assert.equal((await add({ manufacturer: 'Nokia', model })).status, 201);
  const alias = model.replace('-', '');
  await run(
    desk.db,
    statement<never, [string, string]>(
      'test-alias',
      `insert into device_model_alias values ('Nokia', $1, $2)`,
    ),
    [alias, model],
  );
  for (const name of [model, ` ${model.toLowerCase()}`, alias, alias.toLowerCase()]) {
    const refused = assertProblem(
      await add({ manufacturer: 'nokia', model: name }),
      'model-exists',
    );
    assert.equal(deviceModelSchema.parse(refused.model).model, model);
    assertProblem(await request({ manufacturer: 'NOKIA', model: name }), 'model-exists');
  }
  assert.deepEqual((await modelsLike(`nokia ${alias}`))[0]?.aliases, [alias]);
});

test('two who add a model at once add one', async () => {
  const body = { manufacturer: 'Twice', model: newName() };
  const answers = await Promise.all([add(body), add(body, admin), add(body, beside.supervisor)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
});

test('a model of another form is refused by the name of the member', async () => {
  const valid = { manufacturer: 'Nobody', model: 'NB-1' };
  for (const [body, pointer] of [
    [{ manufacturer: 'Nobody' }, '/model'],
    [{ ...valid, model: ' ' }, '/model'],
    [{ ...valid, model: 'x'.repeat(65) }, '/model'],
    [{ ...valid, manufacturer: 'No\u202Ebody' }, '/manufacturer'],
    [{ ...valid, access: 'fibre' }, '/access'],
    [{ ...valid, maxPortKbps: 0 }, '/maxPortKbps'],
    [{ ...valid, maxPortKbps: 1.5 }, '/maxPortKbps'],
    [{ ...valid, note: 'x'.repeat(201) }, '/note'],
    [{ ...valid, more: 1 }, '/more'],
  ] as const) {
    const errors = errorsOf(assertProblem(await add(body), 'malformed-request'));
    assert.deepEqual(
      errors.map((error) => error.split(' ')[0]),
      [pointer],
    );
  }
  assertProblem(await add(valid, operator), 'forbidden');
  assertProblem(await add(valid, reviewer), 'forbidden');
  assert.deepEqual(await modelsLike('NB-1'), []);
});

test('an operator requests a model once; adding it answers the request', async () => {
  const [asked, other] = [newName(), newName()];
  const first = await request({ manufacturer: 'Nokia', model: asked, note: 'on the label' });
  assert.equal(first.status, 201, JSON.stringify(first.body));
  const made = modelRequestSchema.parse(first.body);
  assert.deepEqual([made.by.name, made.note], ['Olivia Operator', 'on the label']);
  const again = await request({ manufacturer: 'nokia', model: asked.toLowerCase() }, supervisor);
  assert.deepEqual(modelRequestSchema.parse(again.body), made);
  await request({ manufacturer: 'Nokia', model: other });
  assert.deepEqual(
    (await requests()).map(({ model }) => model),
    [asked, other],
  );
  assert.equal((await add({ manufacturer: 'nokia', model: asked })).status, 201);
  const [left] = await requests();
  assert.equal(left?.model, other);
  const decline = () =>
    supervisor.fetch(`/catalog/model-requests/${left?.id}`, { method: 'DELETE' });
  assert.equal((await decline()).status, 204);
  assert.equal((await decline()).status, 204, 'it is gone');
  assert.equal((await logged('model-request-declined')).length, 1);
  assert.deepEqual(await requests(), []);
  assert.deepEqual((await logged('model-request-declined'))[0]?.detail, {
    manufacturer: 'Nokia',
    model: other,
  });
  assertProblem(await request({ manufacturer: 'Nokia', model: '' }), 'malformed-request');
  assertProblem(await request({ manufacturer: 'Nokia', model: other }, reviewer), 'forbidden');
  assertProblem(await operator.get('/catalog/model-requests'), 'forbidden');
});

test('GET /catalog/models refuses other parameters; GET /catalog/vendor-ids has the makers', async () => {
  assert.equal((await modelsLike('fritz')).length, 20);
  for (const query of ['q=a%00', 'x=1', `q=${'a'.repeat(101)}`])
    assertProblem(await operator.get(`/catalog/models?${query}`), 'malformed-request');
  const { items } = vendorIdListSchema.parse((await operator.get('/catalog/vendor-ids')).body);
  assert.ok(items.some(({ vendorId, vendor }) => vendorId === 'HWTC' && vendor === 'Huawei'));
});

test('an alias is recorded and sent under the name of the catalogue', async () => {
  const model = newName();
  await add({ manufacturer: 'ZTE', model });
  await run(
    desk.db,
    statement<never, [string, string]>(
      'test-zte-alias',
      `insert into device_model_alias values ('ZTE', $1, $2)`,
    ),
    [`ZTE-${model}`, model],
  );
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { manufacturer: 'zte', model: `zte-${model}` });
  const answer = await postUpdate(operator, id, body);
  const { cpe } = cpeUpdateAnswerSchema.parse(answer.body);
  assert.deepEqual([cpe.manufacturer, cpe.model], ['ZTE', model]);
  assert.deepEqual(await desk.nig.cpeOf(lineId), withoutVersion(cpe));
  const read = await operator.post(`/ticket/ctt/cpe/read/${id}`, {
    text: `Vendor: ZTE\nModel: ZTE-${model}\nSN: ZTEG1A2B3C4D`,
  });
  const { devices, notes } = deviceReadingSchema.parse(read.body);
  assert.deepEqual([devices[0]?.fields.model?.value, notes], [model, []]);
});

test('a model that the catalogue lacks is refused, or a warning, by the policy', async () => {
  const { id } = await addTestLine(desk.db);
  const changes = { model: newName() };
  assert.deepEqual(errorsOf(assertProblem(await preview(id, changes), 'invalid-cpe')), [
    '/new/model unknown-model',
  ]);
  assert.deepEqual(await warningsOf(id, changes, beside), ['/new/model model-not-in-catalogue']);
  const body = await updateBody(operator, id, changes);
  const { cpe, history } = cpeUpdateAnswerSchema.parse(
    (await postUpdate(beside.operator, id, body)).body,
  );
  assert.equal(cpe.model, changes.model);
  assert.ok(history.changed.includes('model'));
  for (const [at, policy] of [
    [desk, 'refuse'],
    [beside, 'warn'],
  ] as const)
    assert.equal((await readTicket(at.operator, id)).lineFacts.unknownModel, policy);
});

test('a CPE whose recorded model the catalogue lacks is refreshed with a warning', async () => {
  const { id } = await addTestLine(desk.db, { cpe: { model: newName() } });
  assert.deepEqual(await warningsOf(id, {}), ['/new/model model-not-in-catalogue']);
  const answer = await postUpdate(operator, id, await updateBody(operator, id));
  assert.equal(cpeUpdateAnswerSchema.parse(answer.body).kind, 'refresh');
  const changed = await preview(id, { ipAddress: '10.99.0.1' });
  assert.deepEqual(errorsOf(assertProblem(changed, 'invalid-cpe')), ['/new/model unknown-model']);
});

test('a router has the serial number of its maker, and only one line has it', async () => {
  const router = { manufacturer: 'Cisco', model: 'C1111X-8P' };
  const [one, two] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const set = async (id: string, serialNumber: string) =>
    postUpdate(operator, id, await updateBody(operator, id, { ...router, serialNumber }));
  const { cpe } = cpeUpdateAnswerSchema.parse((await set(one.id, 'fgl2231a1bc')).body);
  assert.equal(cpe.serialNumber, 'FGL2231A1BC');
  const taken = assertProblem(await set(two.id, ' FGL2231a1BC'), 'value-in-use');
  assert.deepEqual(errorsOf(taken), ['/new/serialNumber in-use']);
  const asOlder = statement<never, []>(
    'test-older-instance',
    `insert into instance (id, version, oldest_schema, newest_schema, host, process_id)
     values ('00000000-0000-4000-8000-000000000001', '0.1.0', 1, 27, 'older', 1)`,
  );
  await run(desk.db, asOlder, []);
  const early = assertProblem(await set(two.id, 'FGL2231A1BE'), 'unavailable');
  assert.match(String(early.detail), /older version/);
  await run(desk.db, statement('test-older-gone', `delete from instance where host = 'older'`), []);
  const onOnt = await preview(two.id, { serialNumber: 'FGL2231A1BD' });
  assert.deepEqual(errorsOf(assertProblem(onOnt, 'invalid-cpe')), [
    '/new/serialNumber not-a-serial',
  ]);
});

test('a value of the OLT on the path, and a locally administered MAC, are warnings', async () => {
  const { id } = await addTestLine(desk.db, { olt: 'olt-with-addresses' });
  const addresses = ['10.60.0.1', '00E0.FC00.0001'];
  const olt = { ...TEST_OLT, id: 'olt-with-addresses', addresses };
  const parsed = readRecord(olt, new Map());
  assert.ok(parsed.ok);
  await inTransaction(desk.db, (tx) => writeRecords(tx, [parsed.record], new Date()));
  assert.deepEqual(await warningsOf(id, {}), []);
  const changes = { ipAddress: '10.60.0.1', macAddress: '00E0-FC00-0001' };
  assert.deepEqual(await warningsOf(id, changes), [
    '/new/macAddress same-as-neighbour',
    '/new/ipAddress same-as-neighbour',
  ]);
  assert.deepEqual(await warningsOf(id, { macAddress: '06:00:00:00:00:01' }), [
    '/new/macAddress locally-administered-mac',
  ]);
  const { lineFacts } = await readTicket(operator, id);
  assert.deepEqual(lineFacts.neighbours, [
    { kind: 'OLT', name: TEST_OLT.name, addresses: ['10.60.0.1', '00:e0:fc:00:00:01'] },
  ]);
});

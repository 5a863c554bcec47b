import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Cpe,
  type CpeUpdateRequest,
  cpePreviewSchema,
  cpeUpdateAnswerSchema,
} from '@cpe-desk/contract';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { tracesOf } from '../support/traces.ts';
import { postUpdate, readUpdate, updateBody } from '../support/updates.ts';

/* A request that passes every check: the preview shows what the update does. */

const desk = await useDesk();
const { operator } = desk;

const previewOf = async (id: string, body: CpeUpdateRequest) => {
  const answer = await operator.post(`/ticket/ctt/cpe/preview/${id}`, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cpePreviewSchema.parse(answer.body);
};

const apply = async (id: string, body: CpeUpdateRequest) => {
  const answer = await postUpdate(operator, id, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cpeUpdateAnswerSchema.parse(answer.body);
};

const HUAWEI_SERIAL = 'HWTC0DDBA110';

for (const [kind, what, recorded, changes] of [
  ['refresh', 'nothing differs', {}, {}],
  [
    'correction',
    'the same device has other values',
    {},
    { bandwidth: { downKbps: 64, upKbps: 64 } },
  ],
  [
    'correction',
    'its unknown serial number is recorded',
    { serialNumber: null },
    { serialNumber: HUAWEI_SERIAL },
  ],
  ['correction', 'its serial number is removed', {}, { serialNumber: null }],
  [
    'swap',
    'another serial number replaces its serial number',
    {},
    { serialNumber: 'HWTC5EC0DD01' },
  ],
] satisfies [string, string, Partial<Cpe>, Partial<Cpe>][])
  test(`a ${kind}: ${what}`, async () => {
    const { id } = await addTestLine(desk.db, { cpe: recorded });
    const body = await updateBody(operator, id, changes);
    const preview = await previewOf(id, body);
    assert.equal(preview.kind, kind);
    assert.deepEqual(preview.changed, Object.keys(changes));
    const { kind: done, history, cpe } = await apply(id, body);
    assert.deepEqual([done, history.kind, history.changed], [kind, kind, preview.changed]);
    assert.deepEqual([history.before, history.after], [preview.before, preview.after]);
    assert.deepEqual(cpe, { ...preview.after, version: 2 });
  });

test('current and new are compared after normalisation', async () => {
  const { id } = await addTestLine(desk.db, {
    cpe: { port: '0/6/3:12', macAddress: '02:aa:00:00:00:01' },
  });
  const body = await updateBody(operator, id);
  const answer = await apply(id, {
    ...body,
    current: { ...body.current, port: '0/6/3/12', macAddress: '02AA.0000.0001' },
    new: { ...body.new, port: 'gpon-onu_0/6/3:12', manufacturer: ' HUAWEI ', model: 'hg8245hv5' },
  });
  assert.equal(answer.kind, 'refresh');
  assert.deepEqual(answer.cpe, { ...body.current, version: 2 });
});

test('the catalogue’s and the canonical spelling is recorded and sent to NIG', async () => {
  const recorded = { manufacturer: 'huawei', model: 'HG8245HV5', macAddress: '02-AB-00-00-00-01' };
  const { id, lineId } = await addTestLine(desk.db, { cpe: recorded });
  const body = await updateBody(operator, id);
  const canonical = {
    ...body.new,
    manufacturer: 'Huawei',
    model: 'HG8245Hv5',
    macAddress: '02:ab:00:00:00:01',
  };
  const preview = await previewOf(id, body);
  assert.deepEqual([preview.kind, preview.changed, preview.after], ['refresh', [], canonical]);
  const answer = await apply(id, body);
  assert.deepEqual([answer.cpe, answer.corpData.cpe], [{ ...canonical, version: 2 }, canonical]);
  assert.deepEqual(await desk.nig.cpeOf(lineId), canonical);
});

test('a preview shows the whole update and leaves no trace', async () => {
  const { id, lineId, n } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, {
    serialNumber: 'ZTEGC0FFEE01',
    bandwidth: { downKbps: 400_000, upKbps: 50_000 },
  });
  const before = await tracesOf(desk);
  const preview = await previewOf(id, body);
  assert.deepEqual(await tracesOf(desk), before);
  assert.deepEqual(
    [preview.kind, preview.changed, preview.before, preview.after],
    ['swap', ['serialNumber', 'bandwidth'], body.current, body.new],
  );
  assert.deepEqual(
    preview.warnings.map(({ pointer, code }) => `${pointer} ${code}`),
    ['/new/bandwidth/downKbps above-plan', '/new/serialNumber vendor-mismatch'],
  );
  const { requestedAt: _, ...payload } = preview.nigPayload;
  assert.deepEqual(payload, {
    serviceLineId: lineId,
    ticketNo: `CTT-${n}`,
    current: body.current,
    new: body.new,
    actor: { id: 'demo-operator', name: 'Olivia Operator' },
  });
  const answer = await apply(id, body);
  assert.deepEqual([answer.kind, answer.history.changed], [preview.kind, preview.changed]);
  assert.deepEqual(answer.warnings, preview.warnings);
  assert.deepEqual(await desk.nig.cpeOf(lineId), preview.nigPayload.new);
  assert.ok(preview.nigRequest?.known);
  const { method, path, headers, body: sent } = preview.nigRequest.request;
  assert.deepEqual([method, path], ['PUT', '/cpe-updates/{updateId}']);
  assert.equal(headers['idempotency-key'], '{updateId}');
  assert.deepEqual(JSON.parse(sent), preview.nigPayload);
});

test('NIG gets the payload of the preview, with another time', async () => {
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: '10.64.0.1' });
  const { nigPayload } = await previewOf(id, body);
  const { updateId } = await apply(id, body);
  const { requestedAt } = await readUpdate(operator, updateId);
  // NIG's log has no bodies, but NIG refuses the id of an update with any other body.
  const sendAgain = async (payload: object) =>
    (
      await fetch(`${desk.nig.url}/cpe-updates/${updateId}`, {
        method: 'PUT',
        body: JSON.stringify(payload),
      })
    ).status;
  assert.equal(await sendAgain({ ...nigPayload, requestedAt }), 200);
  assert.equal(await sendAgain({ ...nigPayload, requestedAt, ticketNo: 'another' }), 409);
});

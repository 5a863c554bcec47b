import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type CpeUpdateRequest,
  cpePreviewSchema,
  deviceModelListSchema,
  pingEventSchema,
} from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { readEvents } from '../support/read-events.ts';
import { addTestLine, addTestTicket } from '../support/test-line.ts';
import { newAddress, postUpdate, readHistory, readTicket, updateBody } from '../support/updates.ts';

/* The cases of the field about the API, each over HTTP: contract/test/device-text/field-cases. */

const CASES = join(import.meta.dirname, '../../../contract/test/device-text/field-cases');
const inputOf = (name: string) => readFile(join(CASES, name, 'input.txt'), 'utf8');

const desk = await useDesk({ heartbeatMs: 50 });
const { db, operator, supervisor } = desk;

const preview = async (id: string, body: CpeUpdateRequest) => {
  const answer = await operator.post(`/ticket/ctt/cpe/preview/${id}`, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cpePreviewSchema.parse(answer.body);
};

test('68-mbit-typed-as-kbit: a thousandth of the plan is a warning in both units', async () => {
  assert.match(await inputOf('68-mbit-typed-as-kbit'), /downKbps:300, upKbps:100/);
  const { id } = await addTestLine(db, { plan: { downKbps: 300_000, upKbps: 100_000 } });
  const bandwidth = { downKbps: 300, upKbps: 100 };
  const { warnings } = await preview(id, await updateBody(operator, id, { bandwidth }));
  assert.deepEqual(
    warnings.map(({ code, pointer }) => [code, pointer]),
    [
      ['far-below-plan', '/new/bandwidth/downKbps'],
      ['far-below-plan', '/new/bandwidth/upKbps'],
    ],
  );
  assert.match(warnings[0]?.detail ?? '', /300 kbit\/s is 0\.3 Mbit\/s/);
});

test('69-two-tabs: the second correction is refused with three values a field', async () => {
  const { id, lineId } = await addTestLine(db);
  const second = await addTestTicket(db, lineId);
  const [mine, theirs] = [newAddress(), newAddress()];
  const bodies = [
    await updateBody(operator, id, { ipAddress: theirs }),
    await updateBody(operator, second, { ipAddress: mine }),
  ];
  assert.equal((await postUpdate(operator, id, bodies[0])).status, 200);
  const refused = await postUpdate(operator, second, bodies[1]);
  const problem = assertProblem(refused, 'stale-cpe');
  assert.deepEqual(problem.conflicts, [
    { field: 'ipAddress', opened: bodies[0]?.current.ipAddress, now: theirs, wanted: mine },
  ]);
});

test('70-double-click: two requests at once make one update, with and without a key', async () => {
  for (const headers of [undefined, { 'idempotency-key': 'double-click' }]) {
    const { id } = await addTestLine(db);
    const body = await updateBody(operator, id, { ipAddress: newAddress() });
    const answers = await Promise.all([1, 2].map(() => postUpdate(operator, id, body, headers)));
    assert.ok(answers.some(({ status }) => status === 200));
    assert.equal((await readHistory(operator, id)).length, 1);
    assert.equal((await readTicket(operator, id)).cpe?.version, 2);
  }
});

test('71-events-behind-a-proxy: no proxy keeps the stream, and it has a heartbeat', async () => {
  const { id } = await addTestLine(db);
  const aborted = new AbortController();
  const answer = await operator.fetch(`/ticket/ctt/events?id=${id}`, { signal: aborted.signal });
  assert.equal(answer.headers.get('x-accel-buffering'), 'no');
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  const ping = await new Promise((resolve) => {
    void readEvents(answer, 'ping', resolve);
  });
  assert.ok(pingEventSchema.parse(ping));
  aborted.abort();
});

test('73-export-opened-in-excel: the CSV begins with a byte order mark', async () => {
  assert.match(await inputOf('73-export-opened-in-excel'), /export\.csv/);
  await addTestLine(db, { customer: 'Łódź' });
  const answer = await operator.fetch('/ticket/ctt/export.csv');
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.ok(bytes.toString('utf8').includes('Łódź'));
});

test('74-bidi-override: what reorders text is neither stored nor exported', async () => {
  assert.match(await inputOf('74-bidi-override'), /\u202e/);
  const customer = 'Zoë\u202egpj.exe';
  const { id } = await addTestLine(db, { customer });
  const body = { ...(await updateBody(operator, id)), reason: 'wrong IP\u202e 402.0.02.01' };
  const answer = await postUpdate(operator, id, body);
  if (answer.status === 200) {
    assert.equal((await readHistory(operator, id))[0]?.reason, 'wrong IP 402.0.02.01');
  } else {
    assertProblem(answer, 'invalid-cpe');
    assert.match(JSON.stringify(answer.body), /"\/reason"/);
  }
  const exported = await operator.fetch('/ticket/ctt/export.csv');
  assert.doesNotMatch(await exported.text(), /[\u202a-\u202e\u2066-\u2069]/);
});

test('75-models-in-the-field: each model is in the catalogue, or a supervisor adds it', async () => {
  const text = (await inputOf('75-models-in-the-field')).replace(/\(.*/s, '');
  const models = text.split(',').map((each) => /^\s*(\S+) (\S+)/.exec(each)?.slice(1) ?? []);
  assert.equal(models.length, 6);
  for (const [manufacturer = '', model = ''] of models) {
    const query = encodeURIComponent(model);
    const { items } = deviceModelListSchema.parse(
      (await operator.get(`/catalog/models?q=${query}`)).body,
    );
    const isKnown = items.some((each) => `${each.manufacturer} ${each.model}`.includes(model));
    const body = { manufacturer, model, access: null, maxPortKbps: null, note: null };
    if (!isKnown) assert.equal((await supervisor.post('/catalog/models', body)).status, 201, model);
    const { id } = await addTestLine(db);
    const update = await updateBody(operator, id, { manufacturer, model });
    assert.equal((await preview(id, update)).after.model.includes(model.slice(0, 4)), true);
  }
});

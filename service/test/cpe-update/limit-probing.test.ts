import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessLogPageSchema } from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

let desk: TestDesk;

before(async () => {
  desk = await startTestDesk();
});
after(() => desk[Symbol.asyncDispose]());

/** A ticket, and a body that wants the address of another line. */
const probe = async (person: string) => {
  const caller = await desk.as(person);
  const { id } = await addTestLine(desk.db);
  const { id: other } = await addTestLine(desk.db);
  const theirs = (await updateBody(caller, other, {})).current.ipAddress;
  const taken = await updateBody(caller, id, { ipAddress: theirs });
  const free = await updateBody(caller, id, { ipAddress: '10.99.0.1' });
  return {
    caller,
    taken,
    free,
    preview: `/ticket/ctt/cpe/preview/${id}`,
    update: `/ticket/ctt/cpe/update/${id}`,
  };
};

test('who asks for used values over and over is refused for a while, with one entry in the access log', async () => {
  const { caller, taken, free, preview, update } = await probe('demo-operator');
  for (let n = 0; n < 30; n++) {
    assertProblem(await caller.post(preview, taken), 'value-in-use');
    assertProblem(await caller.post(update, taken), 'value-in-use');
  }
  for (const path of [preview, update])
    for (const body of [taken, free, taken]) {
      const answer = await caller.post(path, body);
      assertProblem(answer, 'too-many-requests');
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
  const admin = await desk.as('demo-admin');
  const log = await admin.get('/auth/access-log?event=values-probed');
  const { items } = accessLogPageSchema.parse(log.body);
  assert.deepEqual(
    items.map(({ by, detail }) => [by?.id, detail]),
    [['demo-operator', { answers: 60, route: '/ticket/ctt/cpe/update/:id' }]],
  );
});

test('previews that are good do not count, and another caller is not refused', async () => {
  const { caller, taken, free, preview } = await probe('demo-supervisor');
  for (let n = 0; n < 70; n++) assert.equal((await caller.post(preview, free)).status, 200);
  assertProblem(await caller.post(preview, taken), 'value-in-use');
});

test('previews at the same time tell no more than one after the other', async () => {
  const { caller, taken, preview } = await probe('demo-supervisor');
  const answers = await Promise.all(Array.from({ length: 110 }, () => caller.post(preview, taken)));
  const told = answers.filter(({ status }) => status === 409);
  assert.ok(told.length > 0 && told.length <= 60, `${told.length}`);
});

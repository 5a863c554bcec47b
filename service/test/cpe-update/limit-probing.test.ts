import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessLogPageSchema } from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { updateBody } from '../support/updates.ts';

const desk = await useDesk();

/** Requests for a new line: with the address of another line, and with a free one. */
const probe = async (person: string) => {
  const caller = desk.as(person);
  const { id } = await addTestLine(desk.db);
  const { id: other } = await addTestLine(desk.db);
  const theirs = (await updateBody(caller, other)).current.ipAddress;
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

test('a caller who keeps asking for values in use is refused and logged once', async () => {
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
  const { admin } = desk;
  const log = await admin.get('/auth/access-log?event=values-probed');
  const { items } = accessLogPageSchema.parse(log.body);
  assert.deepEqual(
    items.map(({ by, detail }) => [by?.id, detail]),
    [['demo-operator', { answers: 60, route: '/ticket/ctt/cpe/update/:id' }]],
  );
});

test('previews that succeed do not count, and another caller is not refused', async () => {
  const { caller, taken, free, preview } = await probe('demo-supervisor');
  for (let n = 0; n < 70; n++) assert.equal((await caller.post(preview, free)).status, 200);
  assertProblem(await caller.post(preview, taken), 'value-in-use');
});

test('previews at the same time reveal no more than previews in sequence', async () => {
  const { caller, taken, preview } = await probe('demo-supervisor');
  const answers = await Promise.all(Array.from({ length: 110 }, () => caller.post(preview, taken)));
  const revealed = answers.filter(({ status }) => status === 409);
  assert.ok(revealed.length > 0 && revealed.length <= 60, `${revealed.length}`);
});

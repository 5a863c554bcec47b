import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpeUpdateState } from '@cpe-desk/contract';
import { httpNig } from '../../src/nig/http-nig.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { type TestDesk, type TestDeskOptions, useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { listen } from '../support/listen.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { prepareUpdate, readUpdate, waitForState } from '../support/updates.ts';

/*
 * Whatever NIG or a proxy before it answers, each update ends in a state that a person can rely on.
 */

const NIG_TIMEOUT_MS = 300;
/** With this timeout the first look-up begins too early to count. */
const LONGER_TIMEOUT_MS = 800;

const startDesk = (options: TestDeskOptions = {}) =>
  useDesk({ nigTimeoutMs: NIG_TIMEOUT_MS, ...options });

/**
 * A desk whose NIG answers each PUT with `send` and each look-up with `lookUp`: status and body.
 */
const deskWithNig = async (
  send: [status: number, body: object],
  lookUp: [status: number, body: object],
  options?: TestDeskOptions,
): Promise<TestDesk> => {
  const server = untilEnd(
    await listen(
      createServer((request, response) => {
        const [status, body] = request.method === 'PUT' ? send : lookUp;
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(body));
      }),
    ),
  );
  const desk = await startDesk(options);
  const nig = httpNig({ url: server.url, timeoutMs: NIG_TIMEOUT_MS });
  untilEnd({ [Symbol.asyncDispose]: async () => nig.close() });
  desk.deps.nig = nig;
  return desk;
};

/** An operator's update of a new line. */
const updateOn = async (desk: TestDesk, headers: Record<string, string> = {}) => {
  const { operator } = desk;
  const prepared = await prepareUpdate(desk);
  return {
    ...prepared,
    operator,
    send: () => prepared.send(headers),
    look: (updateId: unknown) => readUpdate(operator, updateId),
    settled: (updateId: unknown, state: CpeUpdateState) => waitForState(operator, updateId, state),
  };
};

test('while a proxy answers look-ups with its 404 page, an update is not abandoned', async () => {
  const desk = await startDesk();
  const { operator, id, body, send, look, settled } = await updateOn(desk);
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: 'html-404' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await until('NIG was asked at a time when "never got it" would count', async () => {
    const update = await look(updateId);
    const lastAt = Date.parse(update.attempts.at(-1)?.at ?? '');
    return lastAt - Date.parse(update.requestedAt) > 3 * NIG_TIMEOUT_MS;
  });
  const unknown = await look(updateId);
  assert.equal(unknown.state, 'unknown');
  assert.equal(unknown.attempts.at(-1)?.detail, 'NIG answered 404 with no JSON (text/html)');
  await desk.nig.setFaults();
  await settled(updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('look-ups that get a 404 page until the deadline lead to a person', async () => {
  const desk = await startDesk({ settleDeadlineMs: 1500 });
  const { send, settled } = await updateOn(desk);
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: 'html-404' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await settled(updateId, 'needs-attention');
});

for (const reference of ['a\u0000b', 'a\ud800b', '\u202eREF\n\u001b[31m'])
  test(`an acceptance with the reference ${JSON.stringify(reference)} needs a person`, async () => {
    const answer = { status: 'accepted', reference };
    const desk = await deskWithNig([200, answer], [200, answer], { settleDeadlineMs: 1000 });
    const { send, settled } = await updateOn(desk);
    const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
    const update = await settled(updateId, 'needs-attention');
    for (const { outcome, detail } of update.attempts) {
      assert.equal(outcome, 'unknown');
      assert.match(
        detail ?? '',
        /with a reference outside its contract: "(a\\u\{(0|d800)\}b|\\u\{202e\}REF\\u\{a\}\\u\{1b\}\[31m)"$/,
      );
    }
    assert.ok(update.attempts.length >= 2);
    const { supervisor } = desk;
    const settlement = { outcome: 'rejected', reason: 'NIG set it back, call 4711' };
    const answered = await supervisor.post(
      `/ticket/ctt/cpe/updates/${updateId}/settle`,
      settlement,
    );
    assert.equal(answered.status, 200);
  });

test('a refusal counts whatever its code and message are; both are cleaned', async () => {
  const refusal = { status: 'rejected', code: 'NIG\u0000-7', message: 'port\nis\ud800 taken' };
  const desk = await deskWithNig([422, refusal], [500, {}]);
  const { operator, id, body, send, look } = await updateOn(desk);
  const problem = assertProblem(await send(), 'nig-rejected');
  assert.deepEqual(problem.nig, { code: 'NIG\ufffd-7', message: 'port is\ufffd taken' });
  assert.equal((await look(problem.updateId)).state, 'rejected');
  const ticket = await operator.get(`/ticket/ctt/${id}`);
  assert.deepEqual((ticket.body as { cpe: object }).cpe, { ...body.current, version: 1 });
});

test('NIG gets the id of the request that recorded the update; each look-up has its own id', async () => {
  const desk = await startDesk();
  const { lineId, send, look, settled } = await updateOn(desk, { 'x-request-id': 'operator-7' });
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const answer = await send();
  const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
  assert.equal((await look(updateId)).requestId, answer.headers.get('x-request-id'));
  assert.equal((await look(updateId)).requestId, 'operator-7');
  await settled(updateId, 'applied');
  const log = await desk.nig.log();
  const put = log.find((entry) => entry.method === 'PUT' && entry.serviceLineId === lineId);
  assert.equal(put?.requestId, 'operator-7');
  const looks = log.filter((entry) => entry.method === 'GET' && entry.updateId === updateId);
  assert.ok(looks.length > 0);
  for (const { requestId } of looks) assert.match(requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('"never got it" counts only from a look-up that began two timeouts after the send', async () => {
  const desk = await startDesk({ nigTimeoutMs: LONGER_TIMEOUT_MS });
  const { send, settled } = await updateOn(desk);
  const { nig } = desk.deps;
  let sentAt = 0;
  desk.deps.nig = {
    ...nig,
    // The request leaves late, as after a slow name resolution.
    async send(call) {
      await sleep(0.9 * LONGER_TIMEOUT_MS);
      sentAt = Date.now();
      return nig.send(call);
    },
  };
  await desk.nig.setFaults({ mode: 'drop-before-apply' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  const { attempts } = await settled(updateId, 'abandoned');
  const askedAt = Date.parse(attempts.at(-1)?.at ?? '');
  assert.equal(attempts.at(-1)?.outcome, 'never-got-it');
  assert.ok(askedAt - sentAt >= 2 * LONGER_TIMEOUT_MS, `${askedAt - sentAt} ms after the send`);
});

test('a look-up that began too early does not count, even if its answer comes late enough', async () => {
  const desk = await startDesk({ nigTimeoutMs: LONGER_TIMEOUT_MS });
  const { send, settled } = await updateOn(desk);
  const { nig } = desk.deps;
  let asked = 0;
  desk.deps.nig = {
    ...nig,
    async lookUp(call) {
      asked++;
      const answer = await nig.lookUp(call);
      // The first one begins 1 to 1.6 s after the send, and its answer comes after 2.4 s.
      if (asked === 1) await sleep(1500);
      return answer;
    },
  };
  await desk.nig.setFaults({ mode: 'drop-before-apply' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  const { attempts, requestedAt } = await settled(updateId, 'abandoned');
  const beganAfterMs = Date.parse(attempts.at(-1)?.at ?? '') - Date.parse(requestedAt);
  assert.ok(
    beganAfterMs >= 3 * LONGER_TIMEOUT_MS,
    `the look-up that counted began after ${beganAfterMs} ms`,
  );
});

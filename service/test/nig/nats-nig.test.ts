import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe } from '../../../contract/test/support/sample-cpe.ts';
import { createNatsServer, type NatsRequest } from '../../../nig-simulator/src/nats/nats-server.ts';
import type { Observed } from '../../src/nig/nig.ts';
import { freePort } from '../support/free-port.ts';
import { openNig } from '../support/ground.ts';
import { listen } from '../support/listen.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { pemPath } from './https-nig.ts';
import { openNatsNig } from './nats-nigs.ts';

/* The table of outcomes for the adapter `nats`, on a server that speaks NATS. */

const simulator = await openNig(untilEnd(new AsyncDisposableStack()));
afterEach(() => simulator.setFaults());
const nig = untilEnd(await openNatsNig(simulator.natsUrl));
const hasty = untilEnd(await openNatsNig(simulator.natsUrl, { NIG_TIMEOUT_MS: '300' }));

const payload: NigPayload = {
  ...{ serviceLineId: 'L/1', ticketNo: 'CTT-1', current: sampleCpe },
  new: { ...sampleCpe, ipAddress: '10.86.0.2', serialNumber: null },
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};
const newUpdate = () => {
  const updateId = crypto.randomUUID();
  return {
    send: { updateId, payload },
    look: { updateId, serviceLineId: payload.serviceLineId, handle: null },
  };
};

/** A server whose NIG answers as the test says. */
const natsThat = async (answer: (request: NatsRequest) => void) => {
  const server = await listen(createNatsServer('nig', answer));
  return {
    url: server.url.replace('http:', 'nats:'),
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
};

test('an update that is sent twice is accepted once; a look-up and the CPE agree', async () => {
  const { send, look } = newUpdate();
  const answer = await nig.send({ ...send, requestId: 'operator-7' });
  assert.equal(answer.outcome, 'accepted');
  assert.deepEqual(await nig.send(send), answer);
  assert.deepEqual(await nig.lookUp(look), answer);
  assert.deepEqual(await nig.cpeOf(payload.serviceLineId), payload.new);
  assert.equal(await nig.cpeOf('another'), null);
  assert.equal((await nig.lookUp(newUpdate().look)).outcome, 'never-got-it');
  assert.ok((await simulator.log()).some(({ requestId }) => requestId === 'operator-7'));
});

test('NIG refuses with its code and text', async () => {
  await simulator.setFaults({ mode: 'reject' });
  const { send, look } = newUpdate();
  const answer = await nig.send(send);
  assert.ok(answer.outcome === 'rejected' && answer.code === 'NIG-4001');
  assert.deepEqual(await nig.lookUp(look), answer);
});

for (const [mode, then] of [
  ['error', 'never-got-it'],
  ['hang', 'never-got-it'],
  ['drop-before-apply', 'never-got-it'],
  ['drop-after-apply', 'accepted'],
  ['malformed', 'accepted'],
  ['html-404', 'accepted'],
  ['trickle', 'accepted'],
  ['redirect', 'accepted'],
  ['other-update', 'accepted'],
  ['broken-connection', 'accepted'],
] as const)
  test(`after ${mode} the outcome is unknown, and a later look-up says ${then}`, async () => {
    await simulator.setFaults({ mode });
    const { send, look } = newUpdate();
    const by = mode === 'hang' || mode === 'trickle' ? hasty : nig;
    assert.equal((await by.send(send)).outcome, 'unknown');
    const answer = await until('the desk is connected again', async () => {
      const found = await nig.lookUp(look);
      return found.outcome !== 'unknown' && found;
    });
    assert.equal(answer.outcome, then);
  });

for (const lookup of [
  'html-404',
  'trickle',
  'redirect',
  'other-update',
  'broken-connection',
  false,
])
  test(`look-ups answered with "${lookup}" tell nothing`, async () => {
    const { send, look } = newUpdate();
    await nig.send(send);
    await simulator.setFaults({ lookup });
    const by = lookup === 'trickle' || lookup === false ? hasty : nig;
    assert.equal((await by.lookUp(look)).outcome, 'unknown');
    assert.equal(await by.cpeOf(payload.serviceLineId), undefined);
  });

test('nothing is sent where nobody answers for NIG, or there is no connection', async () => {
  await using unheard = await openNatsNig(simulator.natsUrl, { NIG_NATS_SUBJECT: 'nobody' });
  const answer = await unheard.send(newUpdate().send);
  assert.deepEqual(answer, { outcome: 'unavailable', why: 'Nobody answers for NIG on NATS' });
  await using away = await openNatsNig(`nats://127.0.0.1:${await freePort()}`);
  assert.equal((await away.send(newUpdate().send)).outcome, 'unavailable');
  assert.equal((await away.lookUp(newUpdate().look)).outcome, 'unknown');
});

test('no request is kept for later while the connection is broken', async () => {
  const line = untilEnd(await openTcpLine(simulator.natsUrl));
  await using cut = await openNatsNig(line.url);
  assert.equal((await cut.send(newUpdate().send)).outcome, 'accepted');
  line.refuse();
  line.cut();
  const { send, look } = newUpdate();
  const outcomes: string[] = [];
  await until('the desk sees the end of its connection', async () => {
    const { outcome } = await cut.send(send);
    outcomes.push(outcome);
    return outcome === 'unavailable';
  });
  // At most the send that was on its way while the connection broke.
  assert.ok(outcomes.length <= 2, outcomes.join());
  await line.accept();
  await until('the desk is connected again', async () => {
    const { outcome } = await cut.send(newUpdate().send);
    return outcome === 'accepted';
  });
  assert.equal((await nig.lookUp(look)).outcome, 'never-got-it');
});

test('the first of several replies counts, and a different one later is an error', async () => {
  await using twice = await natsThat(({ payload: body, reply }) => {
    const { updateId } = JSON.parse(body.toString());
    reply(JSON.stringify({ updateId, status: 'accepted', reference: 'R-1' }));
    setTimeout(() => {
      reply(JSON.stringify({ updateId, status: 'rejected', code: 'X', message: 'y' }));
    }, 20);
  });
  const errors: string[] = [];
  await using twiceNig = await openNatsNig(twice.url, {}, errors);
  assert.deepEqual(await twiceNig.send(newUpdate().send), {
    ...{ outcome: 'accepted', reference: 'R-1' },
  });
  await until('the later reply is logged', async () => errors.length > 0);
  assert.match(errors.join(), /replied twice to one request, and differently/);
});

test('a reply counts only with the id of its update, in the contract and short', async () => {
  const seen: Observed[] = [];
  for (const replyOf of [
    () => ({ status: 'accepted', reference: 'R' }),
    (updateId: string) => ({ updateId, status: 'unknown-update' }),
    (updateId: string) => ({ updateId, status: 'accepted', reference: '' }),
    (updateId: string) => ({ updateId, status: 'accepted', reference: 'R', x: 'x'.repeat(70_000) }),
    (updateId: string) => ({ updateId, status: 'rejected', code: 'id-reused', message: '' }),
    () => null,
  ]) {
    await using server = await natsThat(({ payload: body, reply }) =>
      reply(JSON.stringify(replyOf(JSON.parse(body.toString()).updateId))),
    );
    await using one = await openNatsNig(server.url);
    const observe = (observed: Observed) => void seen.push(observed);
    const { outcome } = await one.send({ ...newUpdate().send, observe });
    assert.equal(outcome, 'unknown', String(replyOf));
  }
  assert.deepEqual(seen[0], {
    ...{ status: null, rule: null, unmatched: '{"status":"accepted","reference":"R"}' },
  });
});

test('tls:// sends nothing to a server without TLS', async () => {
  const url = simulator.natsUrl.replace('nats:', 'tls:');
  await using insecure = await openNatsNig(url, { NIG_TLS_CA_FILE: pemPath('ca') });
  assert.equal((await insecure.send(newUpdate().send)).outcome, 'unavailable');
});

test('the preview names the subject; the status counts calls by budget', async () => {
  const preview = await nig.preview({ updateId: '{updateId}', payload });
  assert.ok(preview.known && preview.request.path === 'nig.cpe-updates.put');
  assert.ok(preview.request.body.startsWith('{"updateId":"{updateId}","serviceLineId"'));
  await simulator.setFaults({ mode: 'hang' });
  const sending = hasty.send(newUpdate().send);
  await until('one send is active', async () => hasty.status().budgets[0]?.active === 1);
  await sending;
  assert.deepEqual(hasty.status().budgets[0], { call: 'send', active: 0, most: 64 });
});

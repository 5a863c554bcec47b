import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe } from '../../../contract/test/support/sample-cpe.ts';
import type { Observed } from '../../src/nig/nig.ts';
import { freePort } from '../support/free-port.ts';
import { openNig } from '../support/ground.ts';
import { listen } from '../support/listen.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { openMappedNig, profileNames, simulatedProfiles } from './mapped-nigs.ts';

/* The table of outcomes, for each bundled profile, against the simulator that speaks it. */

const simulator = await openNig(untilEnd(new AsyncDisposableStack()));
afterEach(() => simulator.setFaults());

let lines = 0;
const newUpdate = (serviceLineId = `L/${++lines}`) => {
  const payload: NigPayload = {
    ...{ serviceLineId, ticketNo: 'CTT-1', current: sampleCpe },
    new: { ...sampleCpe, ipAddress: '10.86.0.2', serialNumber: null },
    actor: { id: 'a', name: 'A' },
    requestedAt: '2026-11-01T00:00:00.000Z',
  };
  const updateId = crypto.randomUUID();
  return { send: { updateId, payload }, look: { updateId, serviceLineId, handle: null } };
};

for (const profile of profileNames) {
  const url = simulator.url + simulatedProfiles[profile];
  const nig = untilEnd(await openMappedNig(profile, url));
  /** For answers that never come. */
  const hasty = untilEnd(await openMappedNig(profile, url, { NIG_TIMEOUT_MS: '300' }));
  const isAsynchronous = nig.capabilities.asynchronous;
  /** What a look-up says of an update that NIG does not have. */
  const absent = isAsynchronous ? 'unknown' : 'never-got-it';

  test(`${profile}: NIG accepts an update, and a look-up and the CPE agree`, async () => {
    const { send, look } = newUpdate();
    const answer = await nig.send(send);
    assert.equal(answer.outcome, 'accepted');
    assert.deepEqual(await nig.lookUp(look), answer);
    const held = await nig.cpeOf(look.serviceLineId);
    assert.deepEqual(held, { ipv6Address: null, ipv6Prefix: null, ...send.payload.new });
    assert.deepEqual(await nig.cpeOf(look.serviceLineId, { inBulk: true }), held);
  });

  test(`${profile}: NIG refuses an update, and nothing changes`, async () => {
    const { send, look } = newUpdate();
    await nig.send(send);
    await simulator.setFaults({ mode: 'reject' });
    const next = newUpdate(look.serviceLineId);
    next.send.payload.new = { ...next.send.payload.new, ipAddress: '10.86.0.3' };
    const answer = await nig.send(next.send);
    assert.ok(answer.outcome === 'rejected' && /NIG-4001/.test(answer.code + answer.message));
    assert.equal((await nig.cpeOf(look.serviceLineId))?.ipAddress, '10.86.0.2');
  });

  test(`${profile}: a line without a record is refused, with no changing request`, async () => {
    await simulator.forgetLog();
    const answer = await nig.send(newUpdate('no-such-line-1').send);
    assert.ok(answer.outcome === 'rejected' && answer.code === 'no-such-line');
    assert.ok((await simulator.log()).every(({ method }) => method === 'GET'));
    assert.equal(await nig.cpeOf('no-such-line-1'), null);
  });

  for (const [mode, then] of [
    ['error', absent],
    ['hang', absent],
    ['drop-before-apply', absent],
    ['drop-after-apply', 'accepted'],
    ['malformed', 'accepted'],
    ['html-404', 'accepted'],
    ['trickle', 'accepted'],
    ['redirect', 'accepted'],
    ['other-update', 'accepted'],
    ['broken-connection', 'accepted'],
  ] as const)
    test(`${profile}: after ${mode} the outcome is unknown, and a look-up says ${then}`, async () => {
      const { send, look } = newUpdate();
      await simulator.setFaults({ mode });
      const by = mode === 'hang' || mode === 'trickle' ? hasty : nig;
      assert.equal((await by.send(send)).outcome, 'unknown');
      assert.equal((await nig.lookUp(look)).outcome, then);
    });

  for (const lookup of [
    ...['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'],
    false,
  ])
    test(`${profile}: look-ups answered with "${lookup}" tell nothing, and nothing is sent`, async () => {
      const { send, look } = newUpdate();
      await nig.send(send);
      await simulator.setFaults({ lookup });
      const by = lookup === 'trickle' ? hasty : nig;
      assert.equal((await by.lookUp(look)).outcome, 'unknown');
      if (lookup !== 'other-update') assert.equal(await by.cpeOf(look.serviceLineId), undefined);
      await simulator.forgetLog();
      const { outcome } = await by.send(newUpdate(look.serviceLineId).send);
      // A record of another line is no record of this one.
      assert.equal(outcome, lookup === 'other-update' ? 'rejected' : 'unavailable');
      assert.ok((await simulator.log()).every(({ method }) => method === 'GET'));
    });

  test(`${profile}: where nobody listens nothing is sent`, async () => {
    await using away = await openMappedNig(profile, `http://127.0.0.1:${await freePort()}`);
    const { send, look } = newUpdate();
    assert.equal((await away.send(send)).outcome, 'unavailable');
    assert.equal((await away.lookUp(look)).outcome, 'unknown');
    assert.equal(await away.cpeOf(look.serviceLineId), undefined);
    assert.equal((await away.preview(send)).known, false);
  });

  test(`${profile}: the preview is the request that is sent`, async () => {
    const { send } = newUpdate();
    const preview = await nig.preview({ ...send, updateId: '{updateId}' });
    assert.ok(preview.known);
    assert.equal(preview.request.method, 'PATCH');
    assert.ok(preview.request.body.includes('{updateId}'));
    await simulator.forgetLog();
    await nig.send(send);
    const sent = (await simulator.log()).find(({ method }) => method === 'PATCH');
    assert.equal(sent?.path, preview.request.path);
  });

  if (isAsynchronous) {
    test(`${profile}: after a 202 the monitor gives the outcome`, async () => {
      const { send, look } = newUpdate();
      await simulator.setFaults({ asynchronousMs: 150 });
      const answer = await nig.send(send);
      assert.ok(answer.outcome === 'unknown' && answer.handle);
      const asked = { ...look, handle: answer.handle };
      assert.equal((await nig.lookUp(asked)).outcome, 'unknown');
      const settled = await until('the monitor is completed', async () => {
        const found = await nig.lookUp(asked);
        return found.outcome === 'accepted' && found;
      });
      assert.ok(settled.reference.includes(send.updateId));
      assert.equal((await nig.lookUp({ ...asked, handle: '/monitor/none' })).outcome, 'accepted');
    });

    test(`${profile}: a monitor that failed refuses the update with its reason`, async () => {
      const { send, look } = newUpdate();
      await simulator.setFaults({ asynchronousMs: 1, mode: 'reject' });
      const answer = await nig.send(send);
      assert.ok(answer.outcome === 'unknown' && answer.handle);
      const asked = { ...look, handle: answer.handle };
      const settled = await until('the monitor failed', async () => {
        const found = await nig.lookUp(asked);
        return found.outcome === 'rejected' && found;
      });
      assert.match(settled.message, /NIG refuses this update/);
    });

    test(`${profile}: a monitor elsewhere is never asked`, async () => {
      const { look } = newUpdate();
      let asked = 0;
      await using elsewhere = await listen(
        createServer((_, response) => {
          asked++;
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ state: 'completed' }));
        }),
      );
      const handle = `${elsewhere.url}/monitor/1`;
      assert.equal((await nig.lookUp({ ...look, handle })).outcome, 'unknown');
      assert.equal(asked, 0);
    });
  }
}

test('an attempt reports the status, the rule, or the beginning of an unmatched answer', async () => {
  const nig = untilEnd(await openMappedNig('netbox', simulator.url));
  const seen: Observed[] = [];
  const observe = (observed: Observed) => void seen.push(observed);
  await nig.send({ ...newUpdate().send, observe });
  await simulator.setFaults({ mode: 'malformed' });
  await nig.send({ ...newUpdate().send, observe });
  assert.deepEqual(seen, [
    { status: 200, rule: 'updated', unmatched: null },
    { status: 200, rule: null, unmatched: '{"result":"OK"}' },
  ]);
});

test('the search and the update share one deadline', async () => {
  let patches = 0;
  await using slow = await listen(
    createServer((request, response) => {
      if (request.method !== 'GET') patches++;
      const fields = { service_line_id: 'L', desk_update_id: send.updateId };
      const record = { id: 7, url: '/7', custom_fields: fields };
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify(request.method === 'GET' ? { count: 1, results: [record] } : record),
        );
      }, 400);
    }),
  );
  const { send } = newUpdate('L');
  await using nig = await openMappedNig('netbox', slow.url, { NIG_TIMEOUT_MS: '600' });
  assert.equal((await nig.send(send)).outcome, 'unknown');
  assert.equal(patches, 1);
  const late = await nig.send({ ...send, beginWithinMs: 100 });
  assert.deepEqual([late.outcome, patches], ['unavailable', 1]);
});

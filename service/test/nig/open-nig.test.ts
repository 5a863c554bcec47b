import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe } from '../../../contract/test/support/sample-cpe.ts';
import { openNig } from '../../src/nig/adapters/open-nig.ts';
import { SILENT } from '../../src/nig/conformance/open-suite.ts';
import { listen } from '../support/listen.ts';
import { until } from '../support/until.ts';
import { settingsOf } from './nig-settings-of.ts';

const payload: NigPayload = {
  ...{ serviceLineId: 'L-1', ticketNo: 'CTT-1', current: sampleCpe, new: sampleCpe },
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};

test('the adapter http loads neither JSONata nor NATS', async () => {
  const file = fileURLToPath(new URL('../../src/nig/adapters/open-nig.ts', import.meta.url));
  const config = fileURLToPath(new URL('../../src/config/config.ts', import.meta.url));
  const script = `
    import { createRequire } from 'node:module';
    const { openNig } = await import(${JSON.stringify(file)});
    const { readConfig } = await import(${JSON.stringify(config)});
    await openNig(readConfig({}).config, 'http://127.0.0.1:1', console);
    console.log(Object.keys(createRequire(import.meta.url).cache).join('\\n'));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  assert.match(stdout, /undici/);
  assert.doesNotMatch(stdout, /jsonata|nats-io|openid-client/);
});

const percentile = (times: number[], part: number): string =>
  (times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? 0).toFixed(1);

test('look-ups and a reconciliation that hang take no place from sends', async (t) => {
  let hanging = 0;
  await using server = await listen(
    createServer((request, response) => {
      request.resume();
      if (request.method === 'GET') return void hanging++;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'accepted', reference: 'R' }));
    }),
  );
  const settings = settingsOf({ NIG_URL: server.url, NIG_TIMEOUT_MS: '3000' });
  const nig = await openNig(settings, server.url, SILENT);
  const sendMany = async (): Promise<number[]> => {
    const times: number[] = [];
    for (let n = 0; n < 300; n++) {
      const began = performance.now();
      const answer = await nig.send({ updateId: crypto.randomUUID(), payload });
      times.push(performance.now() - began);
      assert.equal(answer.outcome, 'accepted');
    }
    return times;
  };
  await sendMany(); // warm
  const alone = await sendMany();
  const look = { updateId: 'u', serviceLineId: 'L-1', handle: null };
  const asked = [
    ...Array.from({ length: 16 }, () => nig.lookUp(look)),
    ...Array.from({ length: 8 }, () => nig.cpeOf('L-1', { inBulk: true })),
  ];
  await until('the places of both budgets are taken', async () => hanging === 8 + 4);
  assert.deepEqual(
    nig.status().budgets.map(({ call, active, most }) => [call, active, most]),
    [
      ['send', 0, 64],
      ['look-up', 16, 8],
      ['reconcile', 8, 4],
    ],
  );
  const beside = await sendMany();
  const told = (times: number[]) =>
    `p50 ${percentile(times, 0.5)}, p99 ${percentile(times, 0.99)} ms`;
  t.diagnostic(`sends alone: ${told(alone)}; beside hanging look-ups: ${told(beside)}`);
  assert.equal(hanging, 8 + 4, 'the look-ups hung all the time');
  // Each look-up ends by its own deadline, also those that waited for a place.
  for (const answer of await Promise.all(asked))
    assert.ok(
      answer === undefined || (answer && 'outcome' in answer && answer.outcome === 'unknown'),
    );
  await nig.close();
});

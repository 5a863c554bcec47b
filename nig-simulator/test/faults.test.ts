import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaults, faultModes, parseFaults } from '../src/faults.ts';
import { startSimulator } from './testing.ts';

const off = {
  mode: 'none',
  rate: 1,
  latencyMs: 0,
  seed: null,
  lookup: true,
  asynchronousMs: null,
  lookupRate: 1,
};

test('faults are off at the start, set as a whole, and readable', async (t) => {
  const nig = await startSimulator(t);
  assert.deepEqual(await nig.get('/faults'), { status: 200, body: off });
  const set = { ...off, mode: 'error', rate: 0.5, latencyMs: 20, seed: 7, lookup: false };
  assert.deepEqual(await nig.put('/faults', set), { status: 200, body: set });
  assert.deepEqual(await nig.get('/faults'), { status: 200, body: set });
  assert.deepEqual(await nig.put('/faults', { mode: 'hang' }), {
    status: 200,
    body: { ...off, mode: 'hang' },
  });
});

test('an unknown mode is answered 400 with the allowed modes, and changes nothing', async (t) => {
  const nig = await startSimulator(t);
  const message = `mode must be one of ${faultModes.join(', ')}`;
  assert.deepEqual(await nig.put('/faults', { mode: 'explode' }), {
    status: 400,
    body: { message },
  });
  assert.deepEqual((await nig.get('/faults')).body, off);
});

test('a misspelt setting is named', () => {
  assert.throws(() => parseFaults({ latency: 5 }), { message: 'the body must be without latency' });
});

test('a setting out of its range or misspelt is refused', () => {
  const wrong = [
    { rate: 1.1 },
    { rate: '1' },
    { latencyMs: -1 },
    { latencyMs: 0.5 },
    { seed: 0.5 },
    { lookup: 0 },
    { lookup: 'reject' },
    { lookupRate: -0.1 },
    { latency: 5 },
    [],
  ];
  for (const settings of wrong)
    assert.throws(() => parseFaults(settings), JSON.stringify(settings));
});

const rolls = (settings: object): string[] => {
  const faults = createFaults();
  faults.set(parseFaults(settings));
  return Array.from({ length: 1000 }, () => faults.next());
};
const hits = (modes: readonly string[]): number => modes.filter((mode) => mode === 'error').length;

test('a rate of 1 hits every PUT and a rate of 0 none', () => {
  assert.equal(hits(rolls({ mode: 'error' })), 1000);
  assert.equal(hits(rolls({ mode: 'error', rate: 0 })), 0);
});

test('a seed hits the same PUTs each time, about as many as the rate', () => {
  const first = rolls({ mode: 'error', rate: 0.3, seed: 42 });
  assert.deepEqual(rolls({ mode: 'error', rate: 0.3, seed: 42 }), first);
  assert.notDeepEqual(rolls({ mode: 'error', rate: 0.3, seed: 43 }), first);
  assert.ok(hits(first) > 250 && hits(first) < 350, `${hits(first)} of 1000`);
});

test('look-ups have their own rate, which does not change the PUTs that are hit', () => {
  const settings = { mode: 'error', rate: 0.3, seed: 42, lookup: 'html-404', lookupRate: 0.5 };
  const faults = createFaults();
  faults.set(parseFaults(settings));
  const looks: unknown[] = [];
  const puts = Array.from({ length: 1000 }, () => {
    looks.push(faults.nextLookup());
    return faults.next();
  });
  assert.deepEqual(puts, rolls({ mode: 'error', rate: 0.3, seed: 42 }));
  const hit = looks.filter((fault) => fault === 'html-404').length;
  assert.ok(hit > 430 && hit < 570, `${hit} of 1000`);
});

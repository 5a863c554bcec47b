import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulkSettingsSchema } from '@cpe-desk/contract';
import { brakeOf } from '../../src/bulk/run/brakes.ts';
import { decideRun, MOST_AT_A_TIME, type RunFacts } from '../../src/bulk/run/decide-run.ts';
import { measurePace } from '../../src/bulk/run/pace.ts';
import { turnAfter, turnsAt } from '../../src/bulk/run/turns.ts';

/* The rules of a run, without a database. */

const settings = bulkSettingsSchema.parse({ ratePerSecond: null, brakes: {}, window: null });
const none = { in_a_row: 0, settled_since: 0, refused_since: 0, unknown_since: 0 };

test('each brake is reached at its count, and the share only from 50 settled rows on', () => {
  const brake = (counts: Partial<typeof none>) =>
    brakeOf(settings.brakes, { ...none, ...counts })?.reason;
  assert.equal(brake({ in_a_row: 19, settled_since: 500, refused_since: 19 }), undefined);
  assert.equal(brake({ in_a_row: 20, settled_since: 500 }), 'refusals-in-a-row');
  assert.equal(brake({ settled_since: 49, refused_since: 10 }), undefined);
  assert.equal(brake({ settled_since: 50, refused_since: 4 }), undefined);
  assert.equal(brake({ settled_since: 50, refused_since: 5 }), 'failure-share');
  assert.equal(brake({ unknown_since: 4 }), undefined);
  assert.equal(brake({ unknown_since: 5 }), 'unknown-outcomes');
});

const now = new Date('2026-12-01T12:00:00Z');
const at = (ms: number) => new Date(now.getTime() + ms);
const facts: RunFacts = {
  ...none,
  ...{ settings, now, nigDownSince: null, isHeld: false, hasWaiting: true, hasUnsettled: true },
  ahead: 0,
};
const inWindow = (notBefore: number, notAfter: number): RunFacts['settings'] => ({
  ...settings,
  window: { notBefore: at(notBefore).toISOString(), notAfter: at(notAfter).toISOString() },
});

test('a running bulk waits, pauses and finishes for the reasons of its facts', () => {
  const decide = (changes: Partial<RunFacts>) => {
    const decision = decideRun({ ...facts, ...changes });
    if (decision.step === 'pause') return `pause ${decision.pause.reason}`;
    return 'waitsFor' in decision ? `${decision.step} ${decision.waitsFor}` : decision.step;
  };
  assert.equal(decide({}), 'run null');
  assert.equal(decide({ hasWaiting: false }), 'run null');
  assert.equal(decide({ hasWaiting: false, hasUnsettled: false, in_a_row: 50 }), 'finish');
  assert.equal(decide({ in_a_row: 50 }), 'pause refusals-in-a-row');
  assert.equal(decide({ settings: inWindow(1, 1000) }), 'wait window');
  assert.equal(decide({ settings: inWindow(-1000, -1) }), 'pause window-over');
  assert.equal(decide({ isHeld: true }), 'wait freeze');
  assert.equal(decide({ ahead: MOST_AT_A_TIME - 1 }), 'run null');
  assert.equal(decide({ ahead: MOST_AT_A_TIME }), 'wait turn');
  assert.equal(decide({ nigDownSince: at(-299_000) }), 'run nig');
  assert.equal(decide({ nigDownSince: at(-300_000) }), 'pause nig-unavailable');
});

test('turns are those of the next second, and none is given twice', () => {
  const first = turnsAt(50, { now, nextSendAt: null }, 1000);
  assert.deepEqual(first, { count: 50, firstInMs: 0, everyMs: 20 });
  const nextSendAt = turnAfter(now, first, 50);
  assert.equal(nextSendAt.getTime(), at(1000).getTime());
  assert.equal(turnsAt(50, { now, nextSendAt }, 1000).count, 0);
  const later = turnsAt(50, { now: at(500), nextSendAt }, 1000);
  assert.deepEqual([later.count, later.firstInMs], [25, 500]);
  assert.equal(turnsAt(10_000, { now, nextSendAt: null }, 1000).count, 128);
  assert.equal(turnsAt(1, { now, nextSendAt: null }, 1000).count, 1);
  assert.equal(turnsAt(1, { now, nextSendAt: at(1) }, 1000).count, 0);
  assert.equal(turnsAt(null, { now, nextSendAt: at(9000) }, 60).count, 60);
});

test('a slow NIG gets as many rows as it may have at a time, a fast one more', async () => {
  const pace = measurePace(8);
  assert.equal(pace.free(), 8);
  const giveBack = pace.begin(8);
  assert.equal(pace.free(), 0);
  giveBack(1);
  assert.equal(pace.free(), 0, 'too few for a batch');
  giveBack(1);
  assert.equal(pace.free(), 2);
  for (let n = 0; n < 6; n++) pace.ended();
  assert.equal(pace.free(), 8);
  pace.begin(20);
  for (let n = 0; n < 20; n++) pace.ended();
  assert.equal(pace.free(), 26, 'NIG answered 26 in the last second');
  const waiting = pace.begin(26);
  const isFree = pace.whenFree();
  assert.equal(await Promise.race([isFree.then(() => 'free'), sleep(20, 'waits')]), 'waits');
  waiting(26);
  await isFree;
});

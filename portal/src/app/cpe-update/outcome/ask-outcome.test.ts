import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import type { Answer } from '../../shell/request.ts';
import { askOutcome } from './ask-outcome.ts';

type UpdateAnswer = Answer<CpeUpdateAnswer>;

const failed = (code: string): UpdateAnswer => ({
  ok: false,
  problem: {
    type: '',
    title: '',
    status: 0,
    code,
    detail: '',
    retryAfterSeconds: null,
    requestId: null,
  },
});

/** Asks a desk that gives these answers, the last one for good. */
const ask = async (codes: string[], isAwaited = () => true) => {
  let asks = 0;
  const send = async () => failed(codes[Math.min(asks++, codes.length - 1)] ?? '');
  const answer = await askOutcome(send, failed('no-answer'), isAwaited, 1);
  return { code: answer.ok ? 'ok' : answer.problem.code, asks };
};

test('asks until an answer tells the outcome', async () => {
  const open = ['no-answer', 'no-connection', 'unavailable'];
  for (const outcome of ['nig-outcome-unknown', 'nig-rejected', 'stale-cpe', 'unauthenticated'])
    assert.deepEqual(await ask([...open, outcome]), { code: outcome, asks: 4 });
});

test('gives up after some questions, so that the operator decides', async () => {
  assert.deepEqual(await ask(['no-answer']), { code: 'no-answer', asks: 5 });
});

test('asks no more once nobody waits: an update that never arrived is not sent after the operator left', async () => {
  assert.deepEqual(await ask(['nig-rejected'], () => false), { code: 'no-answer', asks: 0 });
});

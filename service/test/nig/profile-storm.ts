import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { attentionListSchema } from '@cpe-desk/contract';
import { seededRandom } from '../../../demo/src/data/random.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { checkLine } from '../faults/storm-check.ts';
import { type Answer, type Line, operate } from '../faults/storm-operators.ts';
import type { TestDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

/** Updates of each storm; `npm run nig:storm` sends many. */
export const STORM_UPDATES = Number(process.env.NIG_STORM_UPDATES ?? 40);

/** Whether this is the long form. */
export const isLong = STORM_UPDATES >= 1000;

/** The timeout and the deadline of the desk of a storm, ms. */
export const STORM_TIMES = { nigTimeoutMs: 300, settleDeadlineMs: 1500 };

const OPERATORS = 12;
const LINES = 48;
const FAULT_EVERY_MS = 150;
const SETTLED_WITHIN_MS = 60_000;

/** `none` is frequent, so that updates are applied between two faults. */
const MODES = [
  ...['none', 'none', 'none', 'none', 'reject', 'error', 'hang', 'drop-before-apply'],
  ...['drop-after-apply', 'malformed', 'html-404', 'trickle', 'redirect', 'other-update'],
  'broken-connection',
];
const LOOK_UPS = [true, true, true, 'html-404', 'redirect', 'other-update', 'broken-connection'];

const selectUnsettled = statement<{ state: string; id: string }, []>(
  'test-storm-unsettled',
  'select state, id from cpe_update where is_unsettled(state)',
);

let storms = -1;

export type StormResult = { sent: number; outcomes: Record<string, number> };

/** Settles what needs a person, by what NIG accepted: by now nothing is on its way. */
const settleByHand = async ({ supervisor, nig }: TestDesk): Promise<void> => {
  const list = await supervisor.get('/ticket/ctt/cpe/attention');
  const { items } = attentionListSchema.parse(list.body);
  if (items.length === 0) return;
  const accepted = new Set((await nig.accepted()).map(({ updateId }) => updateId));
  for (const { updateId } of items) {
    const outcome = accepted.has(updateId)
      ? { outcome: 'accepted', nigReference: 'BY-PHONE' }
      : { outcome: 'rejected' };
    const body = { ...outcome, reason: 'the storm' };
    await supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, body);
  }
};

const breakNig = async (
  { nig }: TestDesk,
  { asynchronous }: Nig['capabilities'],
  isOver: () => boolean,
): Promise<void> => {
  const random = seededRandom(23);
  while (!isOver()) {
    await nig.setFaults({
      ...{ mode: random.pick(MODES), rate: random.below(30) / 100 },
      ...{ lookup: random.pick(LOOK_UPS), lookupRate: random.below(30) / 100 },
      ...(asynchronous && random.below(2) === 0 && { asynchronousMs: random.below(60) }),
    });
    await sleep(FAULT_EVERY_MS);
  }
};

/**
 * Operators on a few lines through an adapter while NIG fails; throws at the first violation: each
 * line must be equal in the desk, the corp-data record and NIG, and each answer true. `calm` ends
 * the test's own faults before the desk settles the rest.
 */
export const profileStorm = async (
  desk: TestDesk,
  adapter: Nig,
  updates = STORM_UPDATES,
  calm: () => Promise<void> = async () => {},
): Promise<StormResult> => {
  desk.deps.nig = adapter;
  storms++;
  const lines: Line[] = [];
  for (let n = 0; n < LINES; n++) lines.push(await addTestLine(desk.db));
  const answers: Answer[] = [];
  const isOver = () => answers.length >= updates;
  const signIn = () => ({ client: desk.operator, signOut() {} });
  let isSettled = false;
  const person = (async () => {
    while (!isSettled) {
      await settleByHand(desk);
      await sleep(200);
    }
  })();
  const operators = Array.from({ length: OPERATORS }, (_, n) =>
    // Each storm of a file has addresses and keys of its own.
    operate(storms * OPERATORS + n, lines, signIn, isOver, answers),
  );
  await Promise.all([...operators, breakNig(desk, adapter.capabilities, isOver)]);
  await desk.nig.setFaults();
  await calm();
  await until(
    'everything is settled',
    async () => (await run(desk.db, selectUnsettled, [])).length === 0,
    SETTLED_WITHIN_MS,
  );
  isSettled = true;
  await person;
  const accepted = await desk.nig.accepted();
  for (const line of lines)
    await checkLine({ db: desk.db, nig: desk.nig, client: desk.operator }, line, answers, accepted);
  const outcomes: Record<string, number> = {};
  for (const { code } of answers) outcomes[code] = (outcomes[code] ?? 0) + 1;
  assert.ok(accepted.length > 0, JSON.stringify(outcomes));
  return { sent: answers.length, outcomes };
};

import { randomUUID } from 'node:crypto';
import {
  broken,
  cannot,
  describe,
  differenceTo,
  holds,
  lookUpUntil,
  payloadFor,
  type Suite,
  sendAndSettle,
  type Verdict,
  variantOf,
} from './suite.ts';

/** 1. Accepted once, however often the same id is sent. */
export const acceptedOnce = async (suite: Suite): Promise<Verdict> => {
  if (!suite.nig.capabilities.idempotentById) return cannot('idempotentById is false');
  const [updateId, after] = [randomUUID(), await variantOf(suite)];
  const references = new Set<string>();
  for (let times = 1; times <= 3; times++) {
    const answer = await sendAndSettle(suite, after, { updateId });
    if (answer.outcome !== 'accepted')
      return broken(`the id was ${describe(answer)} when it was sent for the ${times}. time`);
    references.add(answer.reference);
  }
  const isAsynchronous = suite.nig.capabilities.asynchronous;
  if (references.size > 1 && !isAsynchronous)
    return broken(`one id has several references: ${[...references].join(', ')}`);
  return holds('sent three times');
};

/** 2. The same id with another body is not applied, nor an id whose values were replaced since. */
export const otherBodyIgnored = async (suite: Suite): Promise<Verdict> => {
  if (!suite.nig.capabilities.cpeOf) return cannot('NIG does not say what it holds');
  const [first, other, later] = [
    await variantOf(suite),
    await variantOf(suite),
    await variantOf(suite),
  ];
  const updateId = randomUUID();
  await sendAndSettle(suite, first, { updateId });
  await sendAndSettle(suite, other, { updateId });
  const applied = await differenceTo(suite, first);
  if (applied) return broken(`after the same id with another body ${applied}`);
  await sendAndSettle(suite, later);
  await sendAndSettle(suite, first, { updateId });
  const repeated = await differenceTo(suite, later);
  return repeated ? broken(`after an old id was sent again ${repeated}`) : holds('and old ids');
};

/** The truth of a look-up, by what NIG holds; undefined where NIG gave no outcome. */
const isTrue = async (
  suite: Suite,
  outcome: string,
  before: Parameters<typeof differenceTo>[1],
  after: Parameters<typeof differenceTo>[1],
): Promise<string | undefined> => {
  const difference = await differenceTo(suite, outcome === 'accepted' ? after : before);
  return difference && `the look-up says ${outcome}, but ${difference}`;
};

/** Calls that end after these times, ms, so that one of them ends within the answer. */
const EARLY_ENDS_MS = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
const ENOUGH = 3;

/** 4. A look-up after a broken connection tells the truth. */
export const lookUpIsTrue = async (suite: Suite): Promise<Verdict> => {
  const { nig, timeoutMs } = suite;
  if (!nig.capabilities.lookUp) return cannot('NIG has no look-up');
  if (!nig.capabilities.cpeOf) return cannot('NIG does not say what it holds');
  let [judged, applied] = [0, 0];
  for (const endsMs of EARLY_ENDS_MS) {
    // A NIG that lies about what it applied tells the truth about what never arrived.
    if ((judged >= ENOUGH && applied > 0) || endsMs >= timeoutMs) break;
    const before = await variantOf(suite);
    if ((await sendAndSettle(suite, before)).outcome !== 'accepted') continue;
    const [updateId, after] = [randomUUID(), await variantOf(suite)];
    const hasty = await suite.openHasty(endsMs);
    const answer = await hasty.send({ updateId, payload: payloadFor(suite.lineId, after) });
    await hasty.close();
    if (answer.outcome !== 'unknown' || answer.handle !== undefined) continue;
    // "Never got it" counts as late as in the flow, when nothing is on its way any more.
    const isFinal = ({ outcome }: { outcome: string }) =>
      outcome === 'accepted' || outcome === 'rejected';
    const told = await lookUpUntil(suite, updateId, 2 * timeoutMs, isFinal);
    // Not a lie, but such an update goes to a person.
    if (told.outcome === 'unknown') return cannot(`the look-up is ${describe(told)}`);
    const lie = await isTrue(suite, told.outcome, before, after);
    if (lie) return broken(lie);
    judged++;
    if ((await differenceTo(suite, after)) === undefined) applied++;
  }
  return judged > 0
    ? holds(`${judged} connections broken, ${applied} of them after NIG applied the update`)
    : cannot('NIG answers before the suite can break a connection');
};

/** 5. An unknown id gives `never-got-it`. */
export const unknownIdIsSaid = async ({ nig, lineId }: Suite): Promise<Verdict> => {
  if (!nig.capabilities.lookUp) return cannot('NIG has no look-up');
  const answer = await nig.lookUp({ updateId: randomUUID(), serviceLineId: lineId, handle: null });
  return answer.outcome === 'never-got-it'
    ? holds('')
    : broken(`the answer is ${describe(answer)}`);
};

import { randomUUID } from 'node:crypto';
import type { Cpe } from '@cpe-desk/contract';
import {
  broken,
  cannot,
  describe,
  differenceTo,
  holds,
  type Suite,
  sendAndSettle,
  type Verdict,
  variantOf,
} from './suite.ts';

const NO_CPE = 'NIG does not say what it holds';

/** 3. A refusal changes nothing. */
export const refusalChangesNothing = async (suite: Suite): Promise<Verdict> => {
  if (!suite.nig.capabilities.cpeOf) return cannot(NO_CPE);
  const before = await variantOf(suite);
  await sendAndSettle(suite, before);
  const after = await variantOf(suite);
  const nowhere = `no-such-line-${randomUUID()}`;
  const tries = [
    [{ ...after, manufacturer: 'No such manufacturer', model: 'No such model' }, suite.lineId],
    [{ ...after, bandwidth: { downKbps: 0, upKbps: 0 } }, suite.lineId],
    [after, nowhere],
  ] as const;
  const refused: string[] = [];
  for (const [cpe, lineId] of tries) {
    const answer = await sendAndSettle(suite, cpe, { lineId });
    if (answer.outcome === 'accepted' && lineId === suite.lineId)
      await sendAndSettle(suite, before);
    if (answer.outcome !== 'rejected') continue;
    refused.push(answer.code);
    const difference = await differenceTo(suite, before);
    if (difference) return broken(`after ${describe(answer)} ${difference}`);
    if (await suite.nig.cpeOf(nowhere)) return broken('NIG holds a CPE for a line it refused');
  }
  return refused.length > 0
    ? holds(`refused with ${refused.join(', ')}`)
    : cannot('NIG refused nothing that the suite tried');
};

const survives = async (suite: Suite, cpe: Cpe): Promise<Verdict> => {
  const answer = await sendAndSettle(suite, cpe);
  if (answer.outcome !== 'accepted') return cannot(`NIG did not accept it: ${describe(answer)}`);
  const difference = await differenceTo(suite, cpe);
  return difference ? broken(difference) : holds('');
};

/** 6. `cpeOf` gives the CPE's fields as sent, null values included. */
export const cpeIsAsSent = async (suite: Suite): Promise<Verdict> => {
  const { nig, lineId, canWrite } = suite;
  if (!nig.capabilities.cpeOf) return cannot(NO_CPE);
  if (!canWrite) {
    const held = await nig.cpeOf(lineId);
    return held === undefined ? broken(NO_CPE) : holds('read only');
  }
  const empty = { serialNumber: null, macAddress: null, ipv6Address: null, ipv6Prefix: null };
  const without = await survives(suite, await variantOf(suite, empty));
  if (without.verdict !== 'holds') return without;
  const full = { serialNumber: 'HWTC0C0FFEE1', macAddress: '02:00:5e:00:53:02' };
  return survives(suite, await variantOf(suite, full));
};

/** 7. Two updates of one line at once: the last accepted is what NIG holds. */
export const lastAcceptedIsHeld = async (suite: Suite): Promise<Verdict> => {
  if (!suite.nig.capabilities.cpeOf) return cannot(NO_CPE);
  for (let round = 1; round <= 5; round++) {
    const both = [await variantOf(suite), await variantOf(suite)];
    const answers = await Promise.all(both.map((cpe) => sendAndSettle(suite, cpe)));
    const accepted = both.filter((_, n) => answers[n]?.outcome === 'accepted');
    if (accepted.length === 0) return cannot(`NIG accepts neither: ${answers.map(describe)}`);
    const differences = await Promise.all(accepted.map((cpe) => differenceTo(suite, cpe)));
    if (differences.every((difference) => difference !== undefined))
      return broken(`${differences[0]} than either update, as if they were mixed`);
    const last = await variantOf(suite);
    await sendAndSettle(suite, last);
    const difference = await differenceTo(suite, last);
    if (difference) return broken(`after the last update ${difference}`);
  }
  return holds('five pairs');
};

/** 8. Values at their limits survive. */
export const limitsSurvive = async (suite: Suite): Promise<Verdict> => {
  if (!suite.nig.capabilities.cpeOf) return cannot(NO_CPE);
  const wide = await variantOf(suite, {
    bandwidth: { downKbps: 9_953_280, upKbps: 9_953_280 },
    ipAddress: 'fd00:1234:5678:9abc:def0:1234:5678:9abc',
    ipv6Address: 'fd00:1234:5678:9abc:def0:1234:5678:9abd',
    ipv6Prefix: 'fd00:1234:5678::/56',
  });
  const first = await survives(suite, wide);
  if (first.verdict !== 'holds') return first;
  const [manufacturer, model] = ['M'.repeat(64), `${'m'.repeat(63)}é`];
  const long = await survives(suite, await variantOf(suite, { manufacturer, model }));
  if (long.verdict === 'broken') return long;
  return holds(long.verdict === 'holds' ? '' : `64 characters could not be tried: ${long.detail}`);
};

/** 9. Wrong credentials change nothing. */
export const strangersChangeNothing = async (suite: Suite): Promise<Verdict> => {
  const opening = suite.openIntruder();
  if (!opening) return cannot('the settings name no credentials');
  if (!suite.nig.capabilities.cpeOf) return cannot(NO_CPE);
  const before = await variantOf(suite);
  await sendAndSettle(suite, before);
  const nig = await opening;
  try {
    const answer = await sendAndSettle(suite, await variantOf(suite), { nig });
    if (answer.outcome === 'accepted') return broken('NIG accepted an update of a stranger');
    const difference = await differenceTo(suite, before);
    return difference ? broken(`after a stranger ${difference}`) : holds(describe(answer));
  } finally {
    await nig.close();
  }
};

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cpe, cpeFields, type NigPayload } from '@cpe-desk/contract';
import type { LookUpAnswer, Nig, SendAnswer } from '../nig.ts';

/** What the suite says about one promise. `cannot`: it cannot be judged, or NIG cannot keep it. */
export type Verdict = { verdict: 'holds' | 'broken' | 'cannot'; detail: string };

export const holds = (detail: string): Verdict => ({ verdict: 'holds', detail });
export const broken = (detail: string): Verdict => ({ verdict: 'broken', detail });
export const cannot = (detail: string): Verdict => ({ verdict: 'cannot', detail });

/** What the promises are judged with. */
export type Suite = {
  nig: Nig;
  /** The same NIG with another timeout, so that calls end early. */
  openHasty(timeoutMs: number): Promise<Nig>;
  /** The same NIG with wrong credentials; undefined where it takes none. */
  openIntruder(): Promise<Nig> | undefined;
  /** A line that the suite may change. */
  lineId: string;
  timeoutMs: number;
  canWrite: boolean;
  /** Duration of each call so far, ms. */
  durations: number[];
};

/** Values that no other line has, as far as the suite knows. */
const BASE: Cpe = {
  ...{ manufacturer: 'Huawei', model: 'HG8245Hv5', serialNumber: 'HWTC0C0FFEE0' },
  ...{ macAddress: '02:00:5e:00:53:01', ipAddress: '10.255.255.1', port: '0/1/1:1' },
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
};

let variants = 0;

/** The CPE of the line with other values: each call gives another address, rate and MAC. */
export const variantOf = async (suite: Suite, change: Partial<Cpe> = {}): Promise<Cpe> => {
  const held = (await suite.nig.cpeOf(suite.lineId)) ?? BASE;
  const n = (variants++ % 200) + 1;
  return {
    ...held,
    ipAddress: `10.255.254.${n}`,
    macAddress: `02:00:5e:00:54:${n.toString(16).padStart(2, '0')}`,
    bandwidth: { downKbps: 100_000 + n, upKbps: 50_000 + n },
    ...change,
  };
};

export const payloadFor = (lineId: string, after: Cpe, before: Cpe = BASE): NigPayload => ({
  ...{ serviceLineId: lineId, ticketNo: 'CONFORMANCE', current: before, new: after },
  actor: { id: 'conformance', name: 'Conformance suite' },
  requestedAt: new Date(0).toISOString(),
});

const POLL_MS = 50;

/** Asks for an outcome until NIG gives one, at most `withinMs`. */
export const lookUpUntil = async (
  { nig, lineId }: Pick<Suite, 'nig' | 'lineId'>,
  updateId: string,
  withinMs: number,
  isEnough: (answer: LookUpAnswer) => boolean = ({ outcome }) => outcome !== 'unknown',
  handle: string | null = null,
): Promise<LookUpAnswer> => {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const answer = await nig.lookUp({ updateId, serviceLineId: lineId, handle });
    if (isEnough(answer) || performance.now() > endsAt) return answer;
    await sleep(POLL_MS);
  }
};

/** Sends an update and waits for its outcome, also where NIG gives it later. */
export const sendAndSettle = async (
  suite: Suite,
  after: Cpe,
  { updateId = randomUUID(), lineId = suite.lineId, nig = suite.nig } = {},
): Promise<SendAnswer | LookUpAnswer> => {
  const answer = await nig.send({ updateId, payload: payloadFor(lineId, after) });
  if (answer.outcome !== 'unknown' || answer.handle === undefined) return answer;
  const { handle } = answer;
  const isSettled = ({ outcome }: LookUpAnswer) => outcome !== 'unknown';
  return lookUpUntil({ nig, lineId }, updateId, 4 * suite.timeoutMs, isSettled, handle);
};

/** The fields in which NIG differs from what it should hold; undefined: it holds the same. */
export const differenceTo = async (suite: Suite, wanted: Cpe): Promise<string | undefined> => {
  const held = await suite.nig.cpeOf(suite.lineId);
  if (held === undefined) return 'NIG does not say what it holds';
  if (held === null) return 'NIG holds no CPE for the line';
  // Stricter than the desk's own comparison, which takes an empty text for none.
  const textOf = (cpe: Cpe, field: (typeof cpeFields)[number]) =>
    JSON.stringify(cpe[field] ?? null);
  const fields = cpeFields.filter((field) => textOf(wanted, field) !== textOf(held, field));
  return fields.length === 0 ? undefined : `NIG holds another ${fields.join(', ')}`;
};

export const describe = (answer: SendAnswer | LookUpAnswer): string => {
  if (answer.outcome === 'rejected') return `rejected (${answer.code}: ${answer.message})`;
  return 'why' in answer ? `${answer.outcome} (${answer.why})` : answer.outcome;
};

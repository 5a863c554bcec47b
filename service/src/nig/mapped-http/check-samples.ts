import { isDeepStrictEqual } from 'node:util';
import type { Call, CallEnd, Connections } from '../call-nig.ts';
import type { Nig } from '../nig.ts';
import type { ProfileFault } from './compile-profile.ts';
import type { ReadyProfile } from './mapped-calls.ts';
import { mappedNig } from './mapped-nig.ts';
import type { Sample } from './profile.ts';
import { payloadOf } from './sample-payload.ts';

const ORIGIN = 'http://nig.example';
/** A sample talks to no network; its evaluations take milliseconds. */
const TIMEOUT_MS = 10_000;

/** Connections that give the answers of a sample in their order, and keep the requests. */
const recorded = (exchange: Sample['exchange'], requests: Call[]): Connections => {
  const rest = [...exchange];
  return {
    ...{ most: 1, timeoutMs: TIMEOUT_MS, active: () => 0, close: async () => {} },
    async call(call): Promise<CallEnd> {
      requests.push(call);
      const next = rest.shift();
      if (!next) return { end: 'cut-off', why: 'the sample has no answer to this request' };
      const { status, contentType, headers, body } = next;
      const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
      const kept = {
        ...(headers.location !== undefined && { location: headers.location }),
        ...(headers.etag !== undefined && { etag: headers.etag }),
      };
      return { end: 'answered', status, contentType, headers: kept, body: bytes };
    },
  };
};

const callOf = async (nig: Nig, sample: Sample): Promise<Record<string, unknown>> => {
  const { updateId, serviceLineId, handle } = sample;
  if (sample.call === 'send') return nig.send({ updateId, payload: payloadOf(sample) });
  if (sample.call === 'lookUp') return nig.lookUp({ updateId, serviceLineId, handle });
  return { cpe: await nig.cpeOf(serviceLineId) };
};

/** Runs a sample; the requests that it makes, and what it gives. */
export const runSample = async (
  ready: Omit<ReadyProfile, 'base'>,
  sample: Sample,
): Promise<{ requests: Call[]; answer: Record<string, unknown> }> => {
  const requests: Call[] = [];
  const connections = recorded(sample.exchange, requests);
  const nig = mappedNig({
    ...{ ...ready, origin: ORIGIN, sha256: '' },
    connections: {
      ...{ base: '', send: connections, lookUp: connections, reconcile: connections },
      close: async () => {},
    },
  });
  return { requests, answer: await callOf(nig, sample) };
};

const isSame = (wanted: unknown, given: unknown): boolean =>
  wanted === undefined || isDeepStrictEqual(wanted, given);

const differenceOf = (sample: Sample, answer: Record<string, unknown>): string | undefined => {
  const { outcome, reference, code, handled, cpe } = sample;
  const isAsWanted =
    isSame(outcome, answer.outcome) &&
    isSame(reference, answer.reference) &&
    isSame(code, answer.code) &&
    isSame(handled, answer.handle) &&
    (sample.call !== 'cpeOf' || isDeepStrictEqual(cpe, answer.cpe));
  if (isAsWanted) return undefined;
  const wanted = { outcome, reference, code, handle: handled, ...('cpe' in answer && { cpe }) };
  return `gives ${JSON.stringify(answer)}, not ${JSON.stringify(wanted)}`;
};

/** The faults of a profile's samples. */
export const checkSamples = async (ready: Omit<ReadyProfile, 'base'>): Promise<ProfileFault[]> => {
  const faults: ProfileFault[] = [];
  for (const [index, sample] of ready.profile.samples.entries()) {
    const { requests, answer } = await runSample(ready, sample);
    const path = ['samples', index];
    const difference = differenceOf(sample, answer);
    if (difference) faults.push({ path, message: difference });
    if (requests.length !== sample.exchange.length)
      faults.push({
        path: [...path, 'exchange'],
        message: `has ${sample.exchange.length} answers, but the desk makes ${requests.length} requests`,
      });
  }
  return faults;
};

import type { Cpe, NigPayload } from '@cpe-desk/contract';
import { cpeSchema } from '@cpe-desk/contract';
import type { Call, CallEnd, Connections } from '../call-nig.ts';
import type { CallOptions } from '../nig.ts';
import { tracingHeaders } from '../nig-connections.ts';
import { jsonOf, showHeld } from '../read-answer.ts';
import type { Expressions } from './compile-profile.ts';
import type { Profile } from './profile.ts';

/** What a call is about; bound in every expression. */
export type Subject = {
  updateId: string;
  serviceLineId: string;
  handle: string | null;
  requestId?: string | undefined;
};

/** A profile that is ready for calls; `base` precedes each path. */
export type ReadyProfile = { profile: Profile; expressions: Expressions; base: string };

/** The time of one call to the port, over all its requests. */
export type Deadline = { leftMs(): number };

export const deadlineOf = (timeoutMs: number): Deadline => {
  const endsAt = performance.now() + timeoutMs;
  return { leftMs: () => Math.max(1, endsAt - performance.now()) };
};

/** A path and query that goes into a request as it is: printable ASCII, without spaces. */
const PATH = /^\/[\x21-\x7e]*$/;

export const pathOf = async (
  { expressions, base }: ReadyProfile,
  text: string,
  input: unknown,
  bindings: Record<string, unknown>,
): Promise<string> => {
  const path = await expressions.of(text).run(input, bindings);
  if (typeof path !== 'string' || !PATH.test(path))
    throw new Error('a path must begin with / and be encoded ($encodeUrlComponent)');
  return base + path;
};

const bindingsOf = (subject: Subject) => ({
  ...{ updateId: subject.updateId, serviceLineId: subject.serviceLineId },
  ...{ handle: subject.handle ?? undefined, requestId: subject.requestId },
});

/** A GET of a profile, under the deadline. */
export const get = (
  by: Connections,
  path: string,
  { requestId }: Pick<Subject, 'requestId'>,
  deadline: Deadline,
): Promise<CallEnd> =>
  by.call({
    ...{ method: 'GET', path, timeoutMs: deadline.leftMs(), isRepeatable: true },
    headers: { accept: 'application/json', ...tracingHeaders(requestId) },
  });

/**
 * The record of a line at NIG: its bindings. `none`: NIG has none, `many`: several. `failed`: NIG
 * did not say.
 */
export type Found =
  | { found: 'one'; bindings: Record<string, unknown> }
  | { found: 'none' }
  | { found: 'many' }
  | { found: 'failed'; why: string };

const readFound = async (
  { profile, expressions }: ReadyProfile,
  end: Extract<CallEnd, { end: 'answered' }>,
  bindings: Record<string, unknown>,
): Promise<Found> => {
  const { find } = profile;
  if (!find) return { found: 'one', bindings };
  const json = jsonOf(end);
  if (end.status !== 200 || json === undefined)
    return { found: 'failed', why: `NIG answered ${end.status} to the search of the line` };
  const count = await expressions.of(find.count).run(json, bindings);
  if (count === 0) return { found: 'none' };
  if (typeof count !== 'number') return { found: 'failed', why: '"find" gives no count' };
  if (count > 1) return { found: 'many' };
  const id = await expressions.of(find.id).run(json, bindings);
  if (typeof id !== 'string' && typeof id !== 'number')
    return { found: 'failed', why: '"find" gives no id' };
  const record = find.record && (await expressions.of(find.record).run(json, bindings));
  const etag = end.headers?.etag;
  return { found: 'one', bindings: { ...bindings, id: String(id), found: record, etag } };
};

/** Finds the record of a line, where the profile needs it. Never throws. */
export const findRecord = async (
  ready: ReadyProfile,
  by: Connections,
  subject: Subject,
  input: unknown,
  deadline: Deadline,
): Promise<Found> => {
  const { find } = ready.profile;
  const bindings = bindingsOf(subject);
  if (!find) return { found: 'one', bindings };
  try {
    const path = await pathOf(ready, find.path, input, bindings);
    const end = await get(by, path, subject, deadline);
    if (end.end !== 'answered') return { found: 'failed', why: end.why };
    return await readFound(ready, end, bindings);
  } catch (error) {
    return {
      found: 'failed',
      why: `The profile's "find": ${error instanceof Error ? error.message : error}`,
    };
  }
};

/** The request of an update. Throws where the profile gives none. */
export const sendRequest = async (
  ready: ReadyProfile,
  payload: NigPayload,
  bindings: Record<string, unknown>,
  { requestId }: Pick<CallOptions, 'requestId'>,
): Promise<Call & { body: string }> => {
  const { send, capabilities } = ready.profile;
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...{ 'content-type': send.contentType, 'idempotency-key': String(bindings.updateId) },
    ...tracingHeaders(requestId),
  };
  for (const [name, text] of Object.entries(send.headers)) {
    const value = await ready.expressions.of(text).run(payload, bindings);
    // No value, no header: as `If-Match` where the record has no ETag.
    if (value !== undefined && value !== null) headers[name] = String(value);
  }
  const body = JSON.stringify(await ready.expressions.of(send.body).run(payload, bindings));
  if (body === undefined) throw new Error('"send.body" gives nothing');
  const path = await pathOf(ready, send.path, payload, bindings);
  return { method: send.method, path, headers, body, isRepeatable: capabilities.idempotentById };
};

/** The CPE of an answer: null where the record has none, undefined where it is no CPE. */
export const readCpe = async (
  { profile, expressions }: ReadyProfile,
  answer: Extract<CallEnd, { end: 'answered' }>,
  bindings: Record<string, unknown>,
): Promise<Cpe | null | undefined> => {
  const json = jsonOf(answer);
  if (answer.status !== 200 || json === undefined || !profile.cpeOf) return undefined;
  const value = await expressions.of(profile.cpeOf.cpe).run(json, bindings);
  if (value === null || value === undefined) return null;
  const cpe = cpeSchema.safeParse({ serialNumber: null, macAddress: null, ...Object(value) }).data;
  return cpe && showHeld(cpe);
};

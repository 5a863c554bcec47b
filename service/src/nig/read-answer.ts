import {
  type Cpe,
  cleanText,
  cpeSchema,
  escapeText,
  isReference,
  LONGEST_REFERENCE,
  LONGEST_REFUSAL_CODE,
  LONGEST_REFUSAL_MESSAGE,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { RawAnswer } from './call-nig.ts';
import type { LookUpAnswer, NigAnswer } from './nig.ts';

/** The meaning of a 404 without the contract's body; see NIG_BARE_404. */
export type Bare404 = 'unknown' | 'never-got-it';

type Unknown = Extract<NigAnswer, { outcome: 'unknown' }>;

const acceptedSchema = z.object({ status: z.literal('accepted'), reference: z.string() });
const rejectedSchema = z.object({
  status: z.literal('rejected'),
  code: z.string(),
  message: z.string(),
});
const unknownUpdateSchema = z.object({ status: z.literal('unknown-update'), updateId: z.string() });
const unknownLineSchema = z.object({
  status: z.literal('unknown-line'),
  serviceLineId: z.string(),
});
const heldSchema = z.object({ serviceLineId: z.string(), cpe: cpeSchema });

/** `application/json`, or a type with the suffix `+json` (RFC 6839), with or without parameters. */
const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON body of an answer; undefined where its type or its text is not JSON. */
export const jsonOf = ({ contentType, body }: RawAnswer): unknown => {
  if (!JSON_TYPE.test(contentType)) return undefined;
  try {
    return JSON.parse(UTF8.decode(body));
  } catch {
    return undefined; // Expected: not UTF-8, not JSON, or cut
  }
};

/** A member of a JSON object; undefined where there is none. */
const memberOf = (json: unknown, name: string): unknown =>
  z.record(z.string(), z.unknown()).safeParse(json).data?.[name];

/** Update ids are UUIDs. RFC 9562 allows upper case for the same id. */
const isSameId = (value: unknown, updateId: string): boolean =>
  typeof value === 'string' && value.toLowerCase() === updateId.toLowerCase();

const outsideContract = ({ status, contentType }: RawAnswer, json: unknown): Unknown => {
  const type = contentType === '' ? 'no content type' : escapeText(contentType, 100);
  const content = json === undefined ? `no JSON (${type})` : 'a body outside its contract';
  return { outcome: 'unknown', why: `NIG answered ${status} with ${content}` };
};

/** An answer that names an update counts for that update only. */
const aboutOtherUpdate = (
  { status }: RawAnswer,
  json: unknown,
  updateId: string,
): Unknown | undefined => {
  const named = memberOf(json, 'updateId');
  if (named === undefined || isSameId(named, updateId)) return undefined;
  const shown = escapeText(typeof named === 'string' ? named : (JSON.stringify(named) ?? ''), 100);
  return { outcome: 'unknown', why: `NIG answered ${status} about another update: ${shown}` };
};

const readAcceptance = ({ status }: RawAnswer, reference: string): NigAnswer => {
  if (isReference(reference)) return { outcome: 'accepted', reference };
  const shown = escapeText(reference, LONGEST_REFERENCE);
  return {
    outcome: 'unknown',
    why: `NIG answered ${status}, accepted, with a reference outside its contract: "${shown}"`,
  };
};

/**
 * Reads an answer about an update. An answer outside the contract is unknown. A reference is
 * evidence and must fit exactly; code and message only inform, so they are cleaned and cut. The
 * refusal `id-reused` is about the desk's call, not about the update.
 */
const readUpdateAnswer = (
  answer: RawAnswer,
  updateId: string,
  accepting: readonly number[],
  refusing: readonly number[],
): NigAnswer => {
  const json = jsonOf(answer);
  const another = aboutOtherUpdate(answer, json, updateId);
  if (another) return another;
  const acceptance = acceptedSchema.safeParse(json).data;
  if (acceptance && accepting.includes(answer.status))
    return readAcceptance(answer, acceptance.reference);
  const refusal = rejectedSchema.safeParse(json).data;
  if (refusal && refusing.includes(answer.status) && refusal.code !== 'id-reused')
    return {
      outcome: 'rejected',
      code: cleanText(refusal.code, LONGEST_REFUSAL_CODE),
      message: cleanText(refusal.message, LONGEST_REFUSAL_MESSAGE),
    };
  return outsideContract(answer, json);
};

/** The answer to `PUT /cpe-updates/{updateId}`. */
export const readSend = (answer: RawAnswer, updateId: string): NigAnswer =>
  readUpdateAnswer(answer, updateId, [200, 201], [409, 422]);

/** The answer to `GET /cpe-updates/{updateId}`. */
export const readLookUp = (answer: RawAnswer, updateId: string, bare404: Bare404): LookUpAnswer => {
  if (answer.status !== 404) return readUpdateAnswer(answer, updateId, [200], [200]);
  const json = jsonOf(answer);
  const another = aboutOtherUpdate(answer, json, updateId);
  if (another) return another;
  if (unknownUpdateSchema.safeParse(json).success || bare404 === 'never-got-it')
    return { outcome: 'never-got-it' };
  return outsideContract(answer, json);
};

/** NIG's CPE is compared and shown, even where its text could not be stored exactly. */
export const showHeld = ({ bandwidth, ...texts }: Cpe): Cpe => {
  const shown = (text: string): string => cleanText(text, LONGEST_REFERENCE);
  const { serialNumber, macAddress, ipv6Address, ipv6Prefix } = texts;
  return {
    manufacturer: shown(texts.manufacturer),
    model: shown(texts.model),
    ipAddress: shown(texts.ipAddress),
    port: shown(texts.port),
    serialNumber: serialNumber === null ? null : shown(serialNumber),
    macAddress: macAddress === null ? null : shown(macAddress),
    // What NIG does not say is not compared; null says that it holds none.
    ...(ipv6Address !== undefined && { ipv6Address: ipv6Address && shown(ipv6Address) }),
    ...(ipv6Prefix !== undefined && { ipv6Prefix: ipv6Prefix && shown(ipv6Prefix) }),
    bandwidth,
  };
};

/**
 * The answer to `GET /cpes/{serviceLineId}`: null where NIG does not know the line, undefined where
 * it did not answer.
 */
export const readHeld = (
  answer: RawAnswer,
  serviceLineId: string,
  bare404: Bare404,
): Cpe | null | undefined => {
  const json = jsonOf(answer);
  const named = memberOf(json, 'serviceLineId');
  if (named !== undefined && named !== serviceLineId) return undefined;
  if (answer.status === 404)
    return unknownLineSchema.safeParse(json).success || bare404 === 'never-got-it'
      ? null
      : undefined;
  const held = heldSchema.safeParse(json).data;
  return answer.status === 200 && held ? showHeld(held.cpe) : undefined;
};

import { z } from 'zod';
import { filledString, object, string, wholeNumberWithin } from './parse.ts';

const kbps = wholeNumberWithin(0, Number.MAX_SAFE_INTEGER);
const nullableString = string.nullable().default(null);

/** A CPE as NIG holds it. Only the shape is checked: only a fault refuses an update. */
export const cpeSchema = object({
  manufacturer: string,
  model: string,
  ipAddress: string,
  bandwidth: object({ downKbps: kbps, upKbps: kbps }),
  port: string,
  serialNumber: nullableString,
  macAddress: nullableString,
  // Kept as they came: null, or absent where the sender has none.
  ipv6Address: string.nullish(),
  ipv6Prefix: string.nullish(),
});
export type Cpe = z.infer<typeof cpeSchema>;

/**
 * The body of `PUT /cpe-updates/{updateId}`. Ignores members that the contract does not name, so
 * that the contract can grow.
 */
export const cpeUpdateSchema = object({
  serviceLineId: filledString,
  ticketNo: filledString,
  current: cpeSchema,
  new: cpeSchema,
  actor: object({ id: string, name: string }),
  requestedAt: z.iso.datetime({ offset: true, error: 'an RFC 3339 time' }),
});
export type CpeUpdate = z.infer<typeof cpeUpdateSchema>;

const rejectedSchema = object({
  status: z.literal('rejected'),
  code: filledString,
  message: string,
});
export type Rejected = z.infer<typeof rejectedSchema>;

/** NIG's answer to an update, the same each time. */
export const answerSchema = z.discriminatedUnion(
  'status',
  [object({ status: z.literal('accepted'), reference: filledString }), rejectedSchema],
  'accepted or rejected',
);
export type Answer = z.infer<typeof answerSchema>;

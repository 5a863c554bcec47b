import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { plainText } from './fields/text.ts';
import { pageLimit } from './ticket.ts';

export const accessEvents = [
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'signed-out-everywhere',
  'action-refused',
  'evidence-exported',
  'tickets-exported',
  'policy-set',
  'updates-held',
  'updates-released',
  'values-probed',
  'model-added',
  'model-request-declined',
  'session-ended',
  'roles-changed',
  'token-created',
  'token-revoked',
  'token-used',
  'bulk-uploaded',
  'bulk-started',
  'bulk-paused',
  'bulk-cancelled',
  'bulk-exported',
  'log-level-set',
] as const;
export type AccessEvent = (typeof accessEvents)[number];

/** One entry of the access log: a sign-in, a refusal, an export of data, a policy change. */
export const accessEntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    event: z.enum(accessEvents),
    by: actorSchema.nullable().describe('Null where the caller is unknown'),
    address: z.string().nullable().describe('Address that sent the request'),
    requestId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AccessEntry' });
export type AccessEntry = z.infer<typeof accessEntrySchema>;

export const accessLogPageSchema = z
  .object({ items: z.array(accessEntrySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'AccessLogPage' });
export type AccessLogPage = z.infer<typeof accessLogPageSchema>;

export const accessLogQuerySchema = z.strictObject({
  event: z.enum(accessEvents).optional(),
  subject: plainText(255).optional().describe('Id of a person or program'),
  cursor: plainText(200).optional(),
  limit: pageLimit(50),
});
export type AccessLogQuery = z.infer<typeof accessLogQuerySchema>;

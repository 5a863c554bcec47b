import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { cpeUpdateStates } from './cpe-update-state.ts';
import { plainText } from './fields/text.ts';
import { pageLimit } from './ticket.ts';

/** An entry is kept this long. */
export const INBOX_DAYS = 30;

/** What an entry of the inbox reports. A reader skips kinds that it does not know. */
export const inboxKinds = ['update-settled', 'needs-attention', 'bulk-finished'] as const;
export type InboxKind = (typeof inboxKinds)[number];

/** What an entry is about, in the state that it had then. */
const inboxTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cpe-update'), id: z.string(), state: z.enum(cpeUpdateStates) }),
  z.object({ kind: z.literal('bulk'), id: z.string(), name: z.string(), state: z.string() }),
]);

export const inboxEntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.enum(inboxKinds),
    cttId: z.string().nullable(),
    ticketNo: z.string().nullable(),
    by: actorSchema
      .nullable()
      .describe('Who settled the update, or who sent the one that waits; null: the desk or NIG'),
    target: inboxTargetSchema,
    isRead: z.boolean(),
    count: z.int().positive().describe('How many happenings the entry stands for'),
  })
  .meta({ id: 'InboxEntry' });
export type InboxEntry = z.infer<typeof inboxEntrySchema>;

/** The query of `GET /inbox`. */
export const inboxQuerySchema = z.strictObject({
  unread: z.enum(['true', 'false']).optional().describe('true: only entries that are not read'),
  cursor: plainText(200).optional(),
  limit: pageLimit(20),
});
export type InboxQuery = z.infer<typeof inboxQuerySchema>;

export const inboxPageSchema = z
  .object({
    items: z.array(inboxEntrySchema),
    nextCursor: z.string().nullable(),
    unread: z.int().nonnegative().describe('All that are not read'),
  })
  .meta({ id: 'InboxPage' });
export type InboxPage = z.infer<typeof inboxPageSchema>;

const MOST_IDS = 100;
const entryIdSchema = z.string().regex(/^[1-9]\d{0,17}$/, 'Give the id of an entry');

/** The body of `POST /inbox/read`: these entries, or all up to this one. */
export const inboxReadSchema = z
  .union([
    z.strictObject({ ids: z.array(entryIdSchema).min(1).max(MOST_IDS) }),
    z.strictObject({ upTo: entryIdSchema }),
  ])
  .meta({ id: 'InboxRead' });
export type InboxRead = z.infer<typeof inboxReadSchema>;

/** The answer of `POST /inbox/read`, and the server-sent event `inbox`. */
export const inboxUnreadSchema = z
  .object({ unread: z.int().nonnegative() })
  .meta({ id: 'InboxUnread' });
export type InboxUnread = z.infer<typeof inboxUnreadSchema>;

import { cpePreviewSchema, cpeSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { caller } from '../../shell/session.ts';
import { keptInTab } from '../../storage/kept.ts';

const sentSchema = z.object({
  callerId: z.string(),
  /** The `Idempotency-Key`: the same request with it gets the answer of the first one. */
  key: z.string(),
  /** When it was sent first, RFC 3339. */
  at: z.string(),
  isEditing: z.boolean(),
  wanted: z.object({ current: cpeSchema, new: cpeSchema, nigSeen: cpeSchema.optional() }),
  reason: z.string().nullable(),
  preview: cpePreviewSchema,
});
/** A confirmed update whose answer this tab does not have yet. */
export type SentUpdate = z.infer<typeof sentSchema>;

/**
 * After this time a page that was closed does not resume, ms: the tab of an ended browser may come
 * back days later, and a request that never arrived would be sent then.
 */
const RESUMED_WITHIN_MS = 15 * 60_000;

const nameOf = (ticketId: string): string => `sent.${ticketId}`;

/** Keeps what was sent until its answer is here, over a reload and over leaving the page. */
export const keepSent = (ticketId: string, sent: Omit<SentUpdate, 'callerId'>): void => {
  const person = caller();
  if (person) keptInTab.keep(nameOf(ticketId), { callerId: person.id, ...sent });
};

export const dropSent = (ticketId: string): void => keptInTab.drop(nameOf(ticketId));

/** What this person sent from this tab and has no answer to; undefined where nothing is. */
export const readSent = (ticketId: string, now = Date.now()): SentUpdate | undefined => {
  const sent = keptInTab.read(nameOf(ticketId), sentSchema);
  if (sent?.callerId === caller()?.id && now - Date.parse(sent?.at ?? '') < RESUMED_WITHIN_MS)
    return sent;
  dropSent(ticketId);
  return undefined;
};

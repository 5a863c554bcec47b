import { versionedCpeSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { keptInTab } from '../shell/kept.ts';
import { draftFields } from './cpe-draft.ts';

const schema = z.object({
  callerId: z.string(),
  opened: versionedCpeSchema,
  draft: z.record(z.enum(draftFields), z.string()),
  reason: z.string(),
  /** RFC 3339. */
  at: z.string(),
});

/** What was typed of a ticket's CPE, and against which values. */
export type KeptDraft = z.infer<typeof schema>;

const nameOf = (ticketId: string): string => `draft.${ticketId}`;

export const keepDraft = (ticketId: string, draft: KeptDraft): void =>
  keptInTab.keep(nameOf(ticketId), draft);

export const dropDraft = (ticketId: string): void => keptInTab.drop(nameOf(ticketId));

/** What this person had typed before the page was loaded; what somebody else had typed is nobody's. */
export const readDraft = (ticketId: string, callerId: string): KeptDraft | undefined => {
  const kept = keptInTab.read(nameOf(ticketId), (value) => schema.safeParse(value).data);
  if (kept?.callerId === callerId) return kept;
  dropDraft(ticketId);
  return undefined;
};

const REASONS = 'reasons';
const MOST_REASONS = 5;
const reasonsSchema = z.object({ callerId: z.string(), reasons: z.array(z.string()) });

/** The reasons that this person gave last, the newest first. */
export const lastReasons = (callerId: string): readonly string[] => {
  const kept = keptInTab.read(REASONS, (value) => reasonsSchema.safeParse(value).data);
  return kept?.callerId === callerId ? kept.reasons : [];
};

export const keepReason = (callerId: string, reason: string): void => {
  if (reason === '') return;
  const others = lastReasons(callerId).filter((each) => each !== reason);
  keptInTab.keep(REASONS, { callerId, reasons: [reason, ...others].slice(0, MOST_REASONS) });
};

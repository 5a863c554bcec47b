import { computed, signal } from '@angular/core';
import * as z from 'zod';
import { keptInTab } from './kept.ts';

/** What is known of a kept draft without opening its ticket. */
const headSchema = z.object({
  callerId: z.string(),
  ticketNo: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type DraftHead = z.infer<typeof headSchema> & { ticketId: string };

const PREFIX = 'draft.';
const changes = signal(0);

/** The drafts of this tab, the newest first. */
export const keptDrafts = computed<readonly DraftHead[]>(() => {
  changes();
  return keptInTab
    .names(PREFIX)
    .flatMap((name) => {
      const head = keptInTab.read(name, headSchema);
      return head ? [{ ...head, ticketId: name.slice(PREFIX.length) }] : [];
    })
    .toSorted((a, b) => b.at.localeCompare(a.at));
});

/** What is kept of a ticket's draft; undefined where nothing is. */
export const readDraft = <Draft>(ticketId: string, schema: z.ZodType<Draft>): Draft | undefined =>
  keptInTab.read(PREFIX + ticketId, schema);

export const keepDraft = (ticketId: string, draft: z.infer<typeof headSchema> & object): void => {
  keptInTab.keep(PREFIX + ticketId, draft);
  changes.update((count) => count + 1);
};

export const dropDraft = (ticketId: string): void => {
  keptInTab.drop(PREFIX + ticketId);
  changes.update((count) => count + 1);
};

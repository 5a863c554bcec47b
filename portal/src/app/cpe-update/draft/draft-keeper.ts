import { Injectable, inject, signal } from '@angular/core';
import { type Ticket, versionedCpeSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { caller } from '../../shell/session.ts';
import { dropDraft, keepDraft, readDraft } from '../../storage/drafts.ts';
import { draftFields, draftOf } from './cpe-draft.ts';
import { CpeDraftStore } from './cpe-draft-store.ts';
import { ReasonStore } from './reason-store.ts';

const keptSchema = z.object({
  callerId: z.string(),
  opened: versionedCpeSchema,
  // What the release before kept lacks the fields that are new.
  draft: z.partialRecord(z.enum(draftFields), z.string()),
  reason: z.string(),
  /** RFC 3339. */
  at: z.string(),
});

type KeptTicket = Pick<Ticket, 'id' | 'ticketNo'>;

/**
 * Keeps what is typed of a ticket's CPE over a reload, over leaving the page and over signing in
 * again; it is its person's alone.
 */
@Injectable()
export class DraftKeeper {
  readonly #draft = inject(CpeDraftStore);
  readonly #reason = inject(ReasonStore);
  readonly #restoredFrom = signal<string | null>(null);
  /** When what is in the form was typed, if that was before the page was loaded; RFC 3339. */
  readonly restoredFrom = this.#restoredFrom.asReadonly();

  /** Keeps what is in the form now; nothing where it says what is recorded. */
  keep({ id, ticketNo }: KeptTicket): void {
    const [person, opened, draft, reason] = [
      caller(),
      this.#draft.opened(),
      this.#draft.draft(),
      this.#reason.text(),
    ];
    if (!person || !opened || !draft) return;
    const at = new Date().toISOString();
    const kept = { callerId: person.id, ticketNo, opened, draft, reason, at };
    if (this.#draft.changed().length > 0) keepDraft(id, kept);
    else dropDraft(id);
  }

  /**
   * Fills the form with what this person had typed before the page was loaded; answers whether
   * there was something.
   */
  restore({ id, cpe, lineFacts }: Ticket): boolean {
    const kept = readDraft(id, keptSchema);
    const isOwn = kept?.callerId === caller()?.id;
    if (!isOwn) this.drop(id);
    if (!kept || !isOwn || !cpe) return false;
    this.#draft.open(kept.opened, lineFacts, { ...draftOf(kept.opened), ...kept.draft });
    this.#reason.text.set(kept.reason);
    this.#restoredFrom.set(kept.at);
    return true;
  }

  /** The draft is given up. The returned function brings it back. */
  discard(ticket: KeptTicket): () => void {
    const kept = readDraft(ticket.id, keptSchema);
    this.drop(ticket.id);
    return () => {
      if (kept) keepDraft(ticket.id, { ...kept, ticketNo: ticket.ticketNo });
    };
  }

  drop(ticketId: string): void {
    dropDraft(ticketId);
    this.#restoredFrom.set(null);
  }
}

import { computed, effect, inject, type Signal } from '@angular/core';
import type { Ticket } from '@cpe-desk/contract';
import { showToast } from '../../shell/toasts.ts';
import { words } from '../../words/words.ts';
import { isEditing, isSent, type Phase } from '../outcome/phase.ts';
import type { Choice, DraftField } from './cpe-draft.ts';
import { CpeDraftStore } from './cpe-draft-store.ts';
import { DraftKeeper } from './draft-keeper.ts';

/**
 * The draft beside the ticket as it is recorded now: what others changed meanwhile, and what was
 * discarded. Built in an injection context.
 */
export class OpenDraft {
  readonly #draft = inject(CpeDraftStore);
  readonly #keeper = inject(DraftKeeper);
  readonly #ticket: Signal<Ticket | null>;

  /** Others changed the CPE while it is being edited. */
  readonly isOutdated: Signal<boolean>;

  /** The fields in question, on their three sides. */
  readonly conflict = computed(() => {
    const cpe = this.#ticket()?.cpe;
    return cpe && this.isOutdated() ? this.#draft.conflict(cpe) : [];
  });

  constructor(phase: Signal<Phase>, ticket: Signal<Ticket | null>) {
    this.#ticket = ticket;
    this.isOutdated = computed(() => {
      const [opened, cpe] = [this.#draft.opened(), ticket()?.cpe];
      if (isSent(phase()) || !isEditing(phase()) || !opened || !cpe) return false;
      return opened.version !== cpe.version && this.#draft.conflict(cpe).length > 0;
    });
    effect(() => {
      const shown = ticket();
      if (shown && isEditing(phase())) this.#keeper.keep(shown);
    });
  }

  /** The ticket was loaded again. Where both sides agree there is no conflict. */
  rebase(): void {
    const [opened, cpe] = [this.#draft.opened(), this.#ticket()?.cpe];
    if (!opened || !cpe || opened.version === cpe.version) return;
    if (this.#draft.conflict(cpe).length === 0) this.#draft.resolve(cpe, {});
  }

  /** The operator has chosen between his values and those of the others. */
  resolve(choices: Partial<Record<DraftField, Choice>>): void {
    const cpe = this.#ticket()?.cpe;
    if (cpe) this.#draft.resolve(cpe, choices);
  }

  /**
   * Drops the draft. The returned function offers for some seconds to keep it again, and calls
   * `restored` with the id of its ticket then.
   */
  discard(): (restored: (ticketId: string) => void) => void {
    const ticket = this.#ticket();
    const changes = this.#draft.changed().length;
    if (!ticket) return () => {};
    const restore = this.#keeper.discard(ticket);
    return (restored) => {
      if (changes === 0) return;
      const { discarded, undo } = words().cpeUpdate;
      const run = () => {
        restore();
        restored(ticket.id);
      };
      showToast({ text: discarded(changes), action: { text: undo, run } });
    };
  }
}

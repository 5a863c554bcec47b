import { computed, DestroyRef, Injectable, inject, signal } from '@angular/core';
import {
  type CpeUpdateAnswer,
  type CpeUpdateLiveEvent,
  problems,
  type Ticket,
  withoutVersion,
} from '@cpe-desk/contract';
import * as z from 'zod';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { byField, type Choice, type DraftField, saidValues } from './draft/cpe-draft.ts';
import { CpeDraftStore } from './draft/cpe-draft-store.ts';
import { DraftKeeper } from './draft/draft-keeper.ts';
import { OpenDraft } from './draft/open-draft.ts';
import { ReasonStore } from './draft/reason-store.ts';
import type { Applied, Failed } from './outcome/outcome-follower.ts';
import {
  behind,
  dialogPhase,
  isEditing,
  isSent,
  mayTryAgain,
  nigToOverwrite,
  type Phase,
  staleProblem,
} from './outcome/phase.ts';
import { PhaseTimes } from './outcome/phase-times.ts';
import { dropSent, readSent } from './outcome/sent-keeper.ts';
import { UpdateSender } from './update-sender.ts';

const errorsSchema = z.object(problems['invalid-cpe'].members);

/** Listeners of the store. `ended`: form or dialog is gone, and the focus needs a place. */
export type StoreListeners = {
  applied(answer: CpeUpdateAnswer): void;
  reload(): void;
  ended(how: 'applied' | 'left' | 'under-way'): void;
};

/** The update of one ticket's CPE, from "edit" to its outcome. */
@Injectable()
export class CpeUpdateStore {
  readonly #draft = inject(CpeDraftStore);
  readonly #keeper = inject(DraftKeeper);
  readonly #reason = inject(ReasonStore);
  readonly #phase = signal<Phase>({ name: 'viewing' });
  readonly #ticket = signal<Ticket | null>(null);
  readonly #message = signal('');
  #listeners: StoreListeners | null = null;
  readonly #times = new PhaseTimes(this.#phase);
  readonly #open = new OpenDraft(this.#phase, this.#ticket);
  readonly #sender = new UpdateSender(inject(DestroyRef), this.#reason, {
    phase: this.#phase,
    ticket: this.#ticket,
    isShown: () => this.#listeners !== null,
    enter: (phase) => this.#enter(phase),
    fail: (problem, failed) => this.#fail(problem, failed),
    succeed: (applied) => this.#succeed(applied),
    leftApplied: (answer) => this.#showLeft(answer),
    reload: () => this.#listeners?.reload(),
  });

  /** The message for the operator; a screen reader announces it. */
  readonly message = this.#message.asReadonly();
  /** Why an update that the operator left running was not applied, or why that is unknown. */
  readonly leftProblem = this.#sender.left.problem;
  readonly progress = this.#sender.outcome.progress;
  readonly isEditing = computed(() => isEditing(this.#phase()));
  /** The phase, where it is one of the dialog's. */
  readonly dialog = computed(() => dialogPhase(this.#phase()));
  readonly isUnsaved = computed(() => this.isEditing() && this.#draft.changed().length > 0);

  /** Others changed the CPE while it is being edited. */
  readonly isOutdated = this.#open.isOutdated;
  /** The fields in question, on their three sides. */
  readonly conflict = this.#open.conflict;

  /** The ticket that is shown. */
  readonly ticket = this.#ticket.asReadonly();
  readonly elapsed = this.#times.elapsed;
  readonly mayLeave = this.#times.mayLeave;
  readonly wait = this.#times.wait;

  connect(listeners: StoreListeners): void {
    this.#listeners = listeners;
  }

  /** The page is gone: nothing is sent or followed. The draft stays, and what was sent. */
  stop(): void {
    this.#listeners = null;
    this.#leave();
    this.#times.stop();
  }

  /** The ticket as it is shown now. */
  show(ticket: Ticket): void {
    const isOther = this.#ticket()?.id !== ticket.id;
    this.#ticket.set(ticket);
    if (isOther) this.#begin(ticket);
    else {
      void this.#sender.left.check(ticket);
      this.#rebase(ticket);
    }
  }

  /** Another ticket: with the draft that was kept of it, and with the update that was sent. */
  #begin(ticket: Ticket): void {
    this.#sender.left.forget();
    this.#leave();
    const sent = readSent(ticket.id);
    if (this.#keeper.restore(ticket)) this.#enter({ name: 'editing' });
    this.#rebase(ticket);
    if (sent) this.#sender.resume(sent, sent.isEditing && this.isEditing());
  }

  /** The ticket was loaded again: the decision is on the values that are recorded now. */
  #rebase({ cpe }: Ticket): void {
    const phase = this.#phase();
    if (!cpe || isSent(phase)) return;
    if (phase.name === 'confirming') {
      const problem = staleProblem(phase.wanted, cpe);
      if (problem) this.#fail(problem, { ...phase, preview: null });
    }
    this.#open.rebase();
  }

  edit(): void {
    const ticket = this.#ticket();
    if (!ticket?.cpe) return;
    this.#draft.open(ticket.cpe, ticket.lineFacts);
    this.#say('');
    this.#reason.text.set('');
    this.#enter({ name: 'editing' });
  }

  /** Gives up what was typed; for some seconds it can be brought back. */
  cancel(): void {
    const offerUndo = this.#open.discard();
    this.#finish();
    this.#listeners?.ended('left');
    offerUndo((ticketId) => this.#bringBack(ticketId));
  }

  #bringBack(ticketId: string): void {
    const ticket = this.#ticket();
    // On another page it waits among the drafts.
    if (!this.#listeners || ticket?.id !== ticketId || this.#phase().name !== 'viewing') return;
    if (this.#keeper.restore(ticket)) this.#enter({ name: 'editing' });
  }

  /** All changes of the phase: what is followed is followed only while it is shown. */
  #enter(phase: Phase): void {
    if (phase.name !== 'following' && phase.name !== 'failed') this.#sender.outcome.stop();
    this.#phase.set(phase);
  }

  /** Asks what the update would do; answers the first field to correct. */
  review(): DraftField | null {
    const draft = this.#draft.wanted();
    if (!draft) return null;
    if ('wrong' in draft) return draft.wrong;
    void this.#sender.check({ isEditing: true, wanted: draft.wanted });
    return null;
  }

  refresh(): void {
    const ticket = this.#ticket();
    if (!ticket?.cpe) return;
    this.#say('');
    const current = saidValues(withoutVersion(ticket.cpe), ticket.lineFacts.knowsDualStack);
    void this.#sender.check({ isEditing: false, wanted: { current, new: current } });
  }

  /** The confirmed update: to NIG. */
  send(): void {
    const phase = this.#phase();
    if (phase.name === 'confirming' && this.#reason.error() === null) void this.#sender.send(phase);
  }

  /** Once more, after a failure that may pass. */
  tryAgain(): void {
    const phase = this.#phase();
    if (phase.name !== 'failed' || !mayTryAgain(phase) || this.wait() > 0) return;
    if (phase.preview === null)
      void this.#sender.check({ isEditing: phase.isEditing, wanted: phase.wanted });
    else void this.#sender.send({ ...phase, preview: phase.preview });
  }

  /** The operator wants what NIG holds overwritten: reviewed again, then confirmed. */
  overwriteNig(): void {
    const phase = this.#phase();
    const nigSeen = phase.name === 'failed' ? nigToOverwrite(phase) : null;
    if (phase.name !== 'failed' || nigSeen === null) return;
    void this.#sender.check({ isEditing: phase.isEditing, wanted: { ...phase.wanted, nigSeen } });
  }

  /** An update that the operator left running was applied. */
  #showLeft(answer: CpeUpdateAnswer): void {
    this.#say(words().cpeUpdate.applied(answer.kind, answer.nig.reference));
    this.#listeners?.applied(answer);
  }

  #say(message: string): void {
    this.#message.set(message);
    this.#sender.left.forget();
  }

  #succeed({ kind, reference, preview, answer }: Applied): void {
    this.#finish();
    this.#enter({ name: 'applied', kind, reference, preview });
    if (answer) this.#listeners?.applied(answer);
  }

  #fail(problem: Problem, failed: Failed): void {
    const errors = errorsSchema.safeParse(problem);
    if (errors.success) this.#draft.refuse(byField(errors.data.errors));
    this.#times.retryAfter(problem.retryAfterSeconds ?? 0);
    const mayHaveArrived = this.#sender.failed(problem, failed);
    const { isEditing, wanted, preview } = failed;
    const failure = { isEditing, wanted, preview, problem, mayHaveArrived };
    this.#enter({ name: 'failed', ...failure, other: null });
    if (problem.code === 'update-in-progress') this.#sender.outcome.followOther(problem);
  }

  /** Leaves the dialog; what was typed into the form stays, unless it has been sent. */
  back(): void {
    const phase = this.#phase();
    if (phase.name === 'sending' && !this.mayLeave()) return;
    if (phase.name === 'applied') {
      this.#enter({ name: 'viewing' });
      this.#message.set(words().cpeUpdate.applied(phase.kind, phase.reference));
      this.#listeners?.ended('applied');
      return;
    }
    const isUnsettled = isSent(phase);
    if (phase.name === 'following' && phase.updateId) this.#sender.outcome.disown(phase.updateId);
    if (isUnsettled || !isEditing(phase)) this.#finish();
    else this.#enter(behind(phase));
    if (isUnsettled) this.#listeners?.ended('under-way');
    if (isUnsettled || phase.name === 'failed') this.#listeners?.reload();
  }

  /** Others changed the CPE: loads their values, and the form shows the conflict. */
  loadCurrent(): void {
    this.#enter(behind(this.#phase()));
    this.#listeners?.reload();
  }

  /** The recorded values break a rule: they are corrected in the form, where each is marked. */
  editRefused(): void {
    const [phase, cpe] = [this.#phase(), this.#ticket()?.cpe];
    if (phase.name !== 'failed' || !cpe) return;
    const errors = errorsSchema.safeParse(phase.problem);
    this.edit();
    if (errors.success) this.#draft.refuse(byField(errors.data.errors));
  }

  /** The operator has chosen between his values and those of the others. */
  resolve(choices: Partial<Record<DraftField, Choice>>): void {
    this.#open.resolve(choices);
  }

  /** What was typed has done its work, or is given up. */
  #finish(): void {
    const ticket = this.#ticket();
    if (ticket) {
      this.#keeper.drop(ticket.id);
      dropSent(ticket.id);
    }
    this.#leave();
  }

  #leave(): void {
    this.#enter({ name: 'viewing' });
    this.#draft.close();
    this.#sender.forget();
  }

  /** A committed state of an update of this line, ours or another's. */
  hear(event: CpeUpdateLiveEvent): void {
    if (!this.#sender.outcome.hear(event)) return;
    this.#listeners?.reload();
    // While someone edits, the conflict says it, if there is one.
    if (event.state === 'applied' && !this.isEditing())
      this.#message.set(words().cpeUpdate.updatedBy(event.by));
  }
}

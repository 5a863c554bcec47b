import { computed, DestroyRef, effect, Injectable, inject, signal } from '@angular/core';
import {
  type CpeUpdateAnswer,
  type CpeUpdateLiveEvent,
  problems,
  type Ticket,
  withoutVersion,
} from '@cpe-desk/contract';
import * as z from 'zod';
import type { Problem } from '../shell/request.ts';
import { showToast } from '../shell/toasts.ts';
import { words } from '../words/words.ts';
import { byField, type Choice, type DraftField, saidValues } from './draft/cpe-draft.ts';
import { CpeDraftStore } from './draft/cpe-draft-store.ts';
import { DraftKeeper } from './draft/draft-keeper.ts';
import { ReasonStore } from './draft/reason-store.ts';
import { previewUpdate, sendUpdate } from './outcome/cpe-update-client.ts';
import { LeftUpdate } from './outcome/left-update.ts';
import {
  type Applied,
  type Failed,
  OutcomeFollower,
  type UpdateAnswer,
} from './outcome/outcome-follower.ts';
import {
  behind,
  type Decision,
  dialogPhase,
  isEditing,
  isSent,
  mayTryAgain,
  nigToOverwrite,
  type Phase,
  type PhaseOf,
  staleProblem,
} from './outcome/phase.ts';
import { PhaseTimes } from './outcome/phase-times.ts';
import { dropSent, keepSent, readSent, type SentUpdate } from './outcome/sent-keeper.ts';
import { UpdateKey } from './outcome/update-key.ts';

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
  readonly #key = new UpdateKey();
  readonly #times = new PhaseTimes(this.#phase);
  readonly #outcome = new OutcomeFollower(inject(DestroyRef), {
    phase: this.#phase,
    enter: (phase) => this.#enter(phase),
    fail: (problem, failed) => this.#fail(problem, failed),
    succeed: (applied) => this.#succeed(applied),
    reload: () => this.#listeners?.reload(),
  });

  /** The message for the operator; a screen reader announces it. */
  readonly message = this.#message.asReadonly();
  readonly #left = new LeftUpdate();
  /** Why an update that the operator left running was not applied, or why that is unknown. */
  readonly leftProblem = this.#left.problem;
  readonly progress = this.#outcome.progress;
  readonly isEditing = computed(() => isEditing(this.#phase()));
  /** The phase, where it is one of the dialog's. */
  readonly dialog = computed(() => dialogPhase(this.#phase()));
  readonly isUnsaved = computed(() => this.isEditing() && this.#draft.changed().length > 0);

  /** Others changed the CPE while it is being edited. */
  readonly isOutdated = computed(() => {
    const [opened, cpe] = [this.#draft.opened(), this.#ticket()?.cpe];
    if (isSent(this.#phase()) || !this.isEditing() || !opened || !cpe) return false;
    return opened.version !== cpe.version && this.#draft.conflict(cpe).length > 0;
  });

  /** The fields in question, on their three sides. */
  readonly conflict = computed(() => {
    const cpe = this.#ticket()?.cpe;
    return cpe && this.isOutdated() ? this.#draft.conflict(cpe) : [];
  });

  /** The ticket that is shown. */
  readonly ticket = this.#ticket.asReadonly();
  readonly elapsed = this.#times.elapsed;
  readonly mayLeave = this.#times.mayLeave;
  readonly wait = this.#times.wait;

  constructor() {
    effect(() => {
      const ticket = this.#ticket();
      if (ticket && this.isEditing()) this.#keeper.keep(ticket);
    });
  }

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
    if (isOther) this.#open(ticket);
    else {
      void this.#left.check(ticket);
      this.#rebase(ticket);
    }
  }

  /** Another ticket: with the draft that was kept of it, and with the update that was sent. */
  #open(ticket: Ticket): void {
    this.#left.forget();
    this.#leave();
    const sent = readSent(ticket.id);
    if (this.#keeper.restore(ticket)) this.#enter({ name: 'editing' });
    this.#rebase(ticket);
    if (sent) this.#resume(sent);
  }

  /** The ticket was loaded again: the decision is on the values that are recorded now. */
  #rebase({ cpe }: Ticket): void {
    const [phase, opened] = [this.#phase(), this.#draft.opened()];
    if (!cpe || isSent(phase)) return;
    if (phase.name === 'confirming') {
      const problem = staleProblem(phase.wanted, cpe);
      if (problem) this.#fail(problem, { ...phase, preview: null });
    }
    // Both sides agree: that is no conflict.
    if (opened && opened.version !== cpe.version && this.#draft.conflict(cpe).length === 0)
      this.#draft.resolve(cpe, {});
  }

  /** The page was loaded again, or opened again, while the answer was awaited. */
  #resume({ key, reason, wanted, preview, isEditing, at }: SentUpdate): void {
    const isInForm = isEditing && this.isEditing();
    this.#reason.text.set(reason ?? '');
    this.#key.resume({ ...wanted, reason: this.#reason.given() }, key);
    void this.#send({ isEditing: isInForm, wanted, preview }, Date.parse(at));
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
    const ticket = this.#ticket();
    const changes = this.#draft.changed().length;
    const restore = ticket && this.#keeper.discard(ticket);
    this.#finish();
    this.#listeners?.ended('left');
    if (!ticket || !restore || changes === 0) return;
    const { discarded, undo } = words().cpeUpdate;
    showToast({
      text: discarded(changes),
      action: { text: undo, run: () => this.#bringBack(ticket.id, restore) },
    });
  }

  #bringBack(ticketId: string, restore: () => void): void {
    restore();
    const ticket = this.#ticket();
    // On another page it waits among the drafts.
    if (!this.#listeners || ticket?.id !== ticketId || this.#phase().name !== 'viewing') return;
    if (this.#keeper.restore(ticket)) this.#enter({ name: 'editing' });
  }

  /** All changes of the phase: what is followed is followed only while it is shown. */
  #enter(phase: Phase): void {
    if (phase.name !== 'following' && phase.name !== 'failed') this.#outcome.stop();
    this.#phase.set(phase);
  }

  /** Asks what the update would do; answers the first field to correct. */
  review(): DraftField | null {
    const draft = this.#draft.wanted();
    if (!draft) return null;
    if ('wrong' in draft) return draft.wrong;
    void this.#check({ isEditing: true, wanted: draft.wanted });
    return null;
  }

  refresh(): void {
    const ticket = this.#ticket();
    if (!ticket?.cpe) return;
    this.#say('');
    const current = saidValues(withoutVersion(ticket.cpe), ticket.lineFacts.knowsDualStack);
    void this.#check({ isEditing: false, wanted: { current, new: current } });
  }

  async #check(decision: Decision): Promise<void> {
    const ticket = this.#ticket();
    if (!ticket) return;
    const checking: Phase = { name: 'checking', ...decision };
    this.#enter(checking);
    const answer = await previewUpdate(ticket.id, { ...decision.wanted, reason: null });
    if (this.#phase() !== checking) return;
    if (answer.ok) this.#enter({ ...checking, name: 'confirming', preview: answer.value });
    else this.#fail(answer.problem, { ...checking, preview: null });
  }

  /** The confirmed update: to NIG. */
  send(): void {
    const phase = this.#phase();
    if (phase.name === 'confirming' && this.#reason.error() === null) void this.#send(phase);
  }

  /** Once more, after a failure that may pass. */
  tryAgain(): void {
    const phase = this.#phase();
    if (phase.name !== 'failed' || !mayTryAgain(phase) || this.wait() > 0) return;
    if (phase.preview === null)
      void this.#check({ isEditing: phase.isEditing, wanted: phase.wanted });
    else void this.#send({ ...phase, preview: phase.preview });
  }

  /** The operator wants what NIG holds overwritten: reviewed again, then confirmed. */
  overwriteNig(): void {
    const phase = this.#phase();
    const nigSeen = phase.name === 'failed' ? nigToOverwrite(phase) : null;
    if (phase.name !== 'failed' || nigSeen === null) return;
    void this.#check({ isEditing: phase.isEditing, wanted: { ...phase.wanted, nigSeen } });
  }

  async #send(
    { isEditing, wanted, preview }: Omit<PhaseOf<'confirming'>, 'name'>,
    since = Date.now(),
  ): Promise<void> {
    const ticket = this.#ticket();
    if (!ticket) return;
    const decision = { isEditing, wanted, preview };
    const sending: PhaseOf<'sending'> = { name: 'sending', ...decision, since };
    this.#outcome.begin(ticket.unsettledUpdate);
    this.#enter(sending);
    this.#reason.remember();
    const body = { ...wanted, reason: this.#reason.given() };
    const key = this.#key.keyOf(body);
    keepSent(ticket.id, {
      ...decision,
      key,
      reason: body.reason,
      at: new Date(since).toISOString(),
    });
    const send = () => sendUpdate(ticket.id, body, key);
    const answer = await send();
    if (this.#phase() !== sending) this.#showLeft(ticket.id, answer);
    else if (!answer.ok && answer.problem.code === 'no-answer') {
      this.#key.failed(answer.problem.code);
      await this.#outcome.ask(answer.problem, sending, send);
    } else this.#outcome.take(answer, sending);
  }

  /** The answer to an update that the operator left running, if the page still shows its ticket. */
  #showLeft(ticketId: string, answer: UpdateAnswer): void {
    if (!this.#listeners || this.#ticket()?.id !== ticketId) return;
    dropSent(ticketId);
    if (answer.ok) {
      const { updateId, kind, nig } = answer.value;
      this.#outcome.own(updateId);
      this.#say(words().cpeUpdate.applied(kind, nig.reference));
      this.#listeners.applied(answer.value);
    } else {
      this.#left.fail(answer.problem, this.#outcome.sentId);
      this.#listeners.reload();
    }
  }

  #say(message: string): void {
    this.#message.set(message);
    this.#left.forget();
  }

  #succeed({ kind, reference, preview, answer }: Applied): void {
    this.#finish();
    this.#enter({ name: 'applied', kind, reference, preview });
    if (answer) this.#listeners?.applied(answer);
  }

  #fail(problem: Problem, { isEditing, wanted, preview }: Failed): void {
    const errors = errorsSchema.safeParse(problem);
    if (errors.success) this.#draft.refuse(byField(errors.data.errors));
    if (preview) this.#key.failed(problem.code);
    this.#times.retryAfter(problem.retryAfterSeconds ?? 0);
    const { mayHaveArrived } = this.#key;
    const ticket = this.#ticket();
    // What may have arrived is asked about again after a reload.
    if (ticket && preview && !mayHaveArrived) dropSent(ticket.id);
    const failure = { isEditing, wanted, preview, problem, mayHaveArrived };
    this.#enter({ name: 'failed', ...failure, other: null });
    if (problem.code === 'update-in-progress') this.#outcome.followOther(problem);
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
    if (phase.name === 'following' && phase.updateId) this.#outcome.disown(phase.updateId);
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
    const cpe = this.#ticket()?.cpe;
    if (cpe) this.#draft.resolve(cpe, choices);
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
    this.#key.forget();
    this.#reason.text.set('');
  }

  /** A committed state of an update of this line, ours or another's. */
  hear(event: CpeUpdateLiveEvent): void {
    if (!this.#outcome.hear(event)) return;
    this.#listeners?.reload();
    // While someone edits, the conflict says it, if there is one.
    if (event.state === 'applied' && !this.isEditing())
      this.#message.set(words().cpeUpdate.updatedBy(event.by));
  }
}

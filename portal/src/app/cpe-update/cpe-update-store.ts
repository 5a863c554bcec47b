import { computed, DestroyRef, effect, Injectable, inject, signal, untracked } from '@angular/core';
import {
  type CpeUpdate,
  type CpeUpdateAnswer,
  type CpeUpdateLiveEvent,
  isUnsettled,
  problems,
  type Ticket,
  withoutVersion,
} from '@cpe-desk/contract';
import * as z from 'zod';
import { Follower } from '../shell/follower.ts';
import type { Answer, Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { askOutcome } from './ask-outcome.ts';
import { Clock } from './clock.ts';
import { byField, type Choice, type DraftField } from './cpe-draft.ts';
import { CpeDraftStore } from './cpe-draft-store.ts';
import { previewUpdate, readUpdate, sendUpdate } from './cpe-update-client.ts';
import { DraftKeeper } from './draft-keeper.ts';
import { LeftUpdate } from './left-update.ts';
import {
  behind,
  type Decision,
  dialogPhase,
  isEditing,
  mayTryAgain,
  nigToOverwrite,
  type Phase,
  type PhaseOf,
  problemOf,
  updateIdOf,
} from './phase.ts';
import { ReasonStore } from './reason-store.ts';
import { UpdateKey } from './update-key.ts';

const errorsSchema = z.object(problems['invalid-cpe'].members);

/** An operator may leave an update that takes longer, s. */
const LEAVE_AFTER_S = 10;

/** What came to a failure: a check, which has no preview yet, or what was sent. */
type Refused = Decision & Pick<PhaseOf<'failed'>, 'preview'>;

/** What was sent. */
type Sent = Decision & Pick<PhaseOf<'sending'>, 'preview'>;

type UpdateAnswer = Answer<CpeUpdateAnswer>;

/** Whom the store tells. `ended`: form or dialog is gone for good, and the focus needs a place. */
export type Told = {
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
  readonly #clock = new Clock();
  readonly #phase = signal<Phase>({ name: 'viewing' });
  readonly #ticket = signal<Ticket | null>(null);
  readonly #message = signal('');
  readonly #retryAt = signal(0);
  /** The updates of this page: their events are no news. */
  readonly #own = new Set<string>();
  #told: Told | null = null;
  readonly #follower = new Follower(
    inject(DestroyRef),
    readUpdate,
    ({ state }: CpeUpdate) => !isUnsettled(state),
  );
  readonly #key = new UpdateKey();

  /** What to tell everybody who listens, also without looking. */
  readonly message = this.#message.asReadonly();
  readonly #left = new LeftUpdate();
  /** Why an update that the operator left running was not applied, or why that is unknown. */
  readonly leftProblem = this.#left.problem;
  /** What is being sent, as its events name it; null before the first one. */
  #sentId: string | null = null;
  /** How far the service has come with what is being sent. */
  readonly progress = signal<'recording' | 'recorded' | 'accepted'>('recording');
  readonly isEditing = computed(() => isEditing(this.#phase()));
  /** The phase, where it is one of the dialog's. */
  readonly dialog = computed(() => dialogPhase(this.#phase()));
  readonly isUnsaved = computed(() => this.isEditing() && this.#draft.changed().length > 0);

  /** Others changed the CPE while it is being edited. */
  readonly isOutdated = computed(() => {
    const [opened, cpe] = [this.#draft.opened(), this.#ticket()?.cpe];
    return this.isEditing() && !!opened && !!cpe && opened.version !== cpe.version;
  });

  /** The fields in question, on their three sides. */
  readonly conflict = computed(() => {
    const cpe = this.#ticket()?.cpe;
    return cpe && this.isOutdated() ? this.#draft.conflict(cpe) : [];
  });

  /** Seconds since the update was sent. */
  readonly elapsed = computed(() => {
    const phase = this.#phase();
    return phase.name === 'sending'
      ? Math.max(0, Math.floor((this.#clock.now() - phase.since) / 1000))
      : 0;
  });

  /** Whether what is being sent may be left: it goes on, and the page shows its result. */
  readonly mayLeave = computed(
    () => this.#phase().name === 'sending' && this.elapsed() >= LEAVE_AFTER_S,
  );

  /** Seconds until the service wants to be asked again. */
  readonly wait = computed(() =>
    Math.max(0, Math.ceil((this.#retryAt() - this.#clock.now()) / 1000)),
  );

  constructor() {
    effect(() => {
      const { name } = this.#phase();
      untracked(() => this.#clock.run(name === 'sending' || name === 'failed'));
    });
    effect(() => {
      const ticket = this.#ticket();
      if (ticket && this.isEditing()) this.#keeper.keep(ticket.id);
    });
  }

  connect(told: Told): void {
    this.#told = told;
  }

  /** The page is gone: nothing is kept (whoever left it was asked), sent or followed any more. */
  stop(): void {
    this.#told = null;
    this.#finish();
    this.#clock.run(false);
  }

  /** The ticket as it is shown now. */
  show(ticket: Ticket): void {
    const isOther = this.#ticket()?.id !== ticket.id;
    this.#ticket.set(ticket);
    if (!isOther) {
      void this.#left.check(ticket);
      return;
    }
    this.#left.forget();
    this.#leave();
    if (this.#keeper.restore(ticket)) this.#enter({ name: 'editing' });
  }

  edit(): void {
    const ticket = this.#ticket();
    if (!ticket?.cpe) return;
    this.#draft.open(ticket.cpe, ticket.lineFacts);
    this.#say('');
    this.#reason.text.set('');
    this.#enter({ name: 'editing' });
  }

  cancel(): void {
    this.#finish();
    this.#told?.ended('left');
  }

  /** All changes of the phase: what is followed is followed only while it is shown. */
  #enter(phase: Phase): void {
    if (phase.name !== 'following' && phase.name !== 'failed') this.#follower.stop();
    this.#phase.set(phase);
  }

  /** Asks what the update would do; answers the first field that has to be mended before. */
  review(): DraftField | null {
    const draft = this.#draft.wanted();
    if (!draft) return null;
    if ('wrong' in draft) return draft.wrong;
    void this.#check({ isEditing: true, wanted: draft.wanted });
    return null;
  }

  refresh(): void {
    const cpe = this.#ticket()?.cpe;
    if (!cpe) return;
    this.#say('');
    const current = withoutVersion(cpe);
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

  async #send({ isEditing, wanted, preview }: Omit<PhaseOf<'confirming'>, 'name'>): Promise<void> {
    const ticket = this.#ticket();
    if (!ticket) return;
    const sending: PhaseOf<'sending'> = {
      name: 'sending',
      isEditing,
      wanted,
      preview,
      since: Date.now(),
    };
    this.progress.set('recording');
    this.#sentId = null;
    this.#enter(sending);
    this.#reason.remember();
    const body = { ...wanted, reason: this.#reason.given() };
    const key = this.#key.keyOf(body);
    const send = () => sendUpdate(ticket.id, body, key);
    const answer = await send();
    if (this.#phase() !== sending) this.#tellLeft(ticket.id, answer);
    else if (!answer.ok && answer.problem.code === 'no-answer')
      await this.#askOutcome(answer.problem, sending, send);
    else this.#take(answer, sending);
  }

  #take(answer: UpdateAnswer, sent: Sent): void {
    if (answer.ok) this.#succeed(answer.value);
    else if (answer.problem.code === 'nig-outcome-unknown') this.#follow(answer.problem, sent);
    else this.#fail(answer.problem, sent);
  }

  /** No answer came: the outcome is unknown, and the desk is asked for it. */
  async #askOutcome(
    problem: Problem,
    { isEditing, wanted, preview }: Sent,
    send: () => Promise<UpdateAnswer>,
  ): Promise<void> {
    this.#key.failed(problem.code);
    const decision = { isEditing, wanted, preview, problem };
    const asking: Phase = { name: 'following', ...decision, updateId: null, state: null };
    this.#enter(asking);
    this.#told?.reload();
    const isAwaited = () => this.#phase() === asking;
    const answer = await askOutcome(send, { ok: false, problem }, isAwaited);
    if (isAwaited()) this.#take(answer, asking);
  }

  /** The answer to an update that the operator left running, if the page still shows its ticket. */
  #tellLeft(ticketId: string, answer: UpdateAnswer): void {
    if (!this.#told || this.#ticket()?.id !== ticketId) return;
    if (answer.ok) {
      const { updateId, kind, nig } = answer.value;
      this.#own.add(updateId);
      this.#say(words().cpeUpdate.applied(kind, nig.reference));
      this.#told.applied(answer.value);
    } else {
      this.#left.fail(answer.problem, this.#sentId);
      this.#told.reload();
    }
  }

  #say(message: string): void {
    this.#message.set(message);
    this.#left.forget();
  }

  #succeed(answer: CpeUpdateAnswer): void {
    this.#own.add(answer.updateId);
    this.#finish();
    this.#message.set(words().cpeUpdate.applied(answer.kind, answer.nig.reference));
    this.#told?.applied(answer);
    this.#told?.ended('applied');
  }

  #fail(problem: Problem, { isEditing, wanted, preview }: Refused): void {
    const errors = errorsSchema.safeParse(problem);
    if (errors.success) this.#draft.refuse(byField(errors.data.errors));
    if (preview) this.#key.failed(problem.code);
    this.#retryAt.set(Date.now() + (problem.retryAfterSeconds ?? 0) * 1000);
    const { mayHaveArrived } = this.#key;
    this.#enter({
      name: 'failed',
      isEditing,
      wanted,
      preview,
      problem,
      mayHaveArrived,
      other: null,
    });
    if (problem.code === 'update-in-progress') this.#followOther(problem);
  }

  /** What stands in the way is shown until it is settled. */
  #followOther(problem: Problem): void {
    const updateId = updateIdOf(problem);
    if (updateId === undefined) return;
    this.#follower.follow(updateId, (other) => {
      const phase = this.#phase();
      if (phase.name === 'failed') this.#enter({ ...phase, other });
    });
    this.#follower.nudge(updateId);
  }

  /** Unknown is asked about until it is known. */
  #follow(problem: Problem, { isEditing, wanted, preview }: Sent): void {
    const updateId = updateIdOf(problem);
    if (updateId === undefined) {
      this.#fail(problem, { isEditing, wanted, preview });
      return;
    }
    this.#own.add(updateId);
    const following = { isEditing, wanted, preview, problem, updateId, state: 'unknown' } as const;
    this.#enter({ name: 'following', ...following });
    this.#told?.reload();
    this.#follower.follow(updateId, (update) => this.#learn(update));
  }

  #learn(update: CpeUpdate): void {
    const phase = this.#phase();
    if (phase.name !== 'following') return;
    const { state, kind, nig } = update;
    if (isUnsettled(state)) {
      this.#enter({ ...phase, state });
      return;
    }
    this.#told?.reload();
    if (state !== 'applied') {
      this.#fail(problemOf(update), phase);
      return;
    }
    this.#finish();
    this.#message.set(words().cpeUpdate.applied(kind, nig.reference ?? ''));
    this.#told?.ended('applied');
  }

  /** Leaves the dialog; what was typed into the form stays, unless it has been sent. */
  back(): void {
    const phase = this.#phase();
    if (phase.name === 'sending' && !this.mayLeave()) return;
    const isUnderWay = phase.name === 'sending' || phase.name === 'following';
    // From now on its events are news.
    if (phase.name === 'following' && phase.updateId) this.#own.delete(phase.updateId);
    if (isUnderWay || !isEditing(phase)) this.#finish();
    else this.#enter(behind(phase));
    if (isUnderWay) this.#told?.ended('under-way');
    if (isUnderWay || phase.name === 'failed') this.#told?.reload();
  }

  /**
   * After an answer that says that others changed the CPE: their values are loaded, and the form
   * shows what is in question.
   */
  loadCurrent(): void {
    this.#enter(behind(this.#phase()));
    this.#told?.reload();
  }

  /** The operator has chosen between his values and those of the others. */
  resolve(choices: Partial<Record<DraftField, Choice>>): void {
    const cpe = this.#ticket()?.cpe;
    if (cpe) this.#draft.resolve(cpe, choices);
  }

  /** What was typed has done its work, or is given up. */
  #finish(): void {
    const ticket = this.#ticket();
    if (ticket) this.#keeper.drop(ticket.id);
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
    const phase = this.#phase();
    this.#follower.nudge(event.updateId);
    // While we send, the line is ours: no other update of it can move.
    if (phase.name === 'sending' && (event.state === 'recorded' || event.state === 'accepted')) {
      this.progress.set(event.state);
      this.#sentId = event.updateId;
    }
    if (phase.name === 'sending' || this.#own.has(event.updateId)) return;
    this.#told?.reload();
    if (event.state === 'applied') this.#message.set(words().cpeUpdate.updatedBy(event.by));
  }
}

import { type DestroyRef, signal } from '@angular/core';
import {
  type CpePreview,
  type CpeUpdate,
  type CpeUpdateAnswer,
  type CpeUpdateLiveEvent,
  isUnsettled,
  type UnsettledUpdate,
} from '@cpe-desk/contract';
import { Follower } from '../../shell/follower.ts';
import type { Answer, Problem } from '../../shell/request.ts';
import { askOutcome } from './ask-outcome.ts';
import { readUpdate } from './cpe-update-client.ts';
import { type Decision, type Phase, type PhaseOf, problemOf, updateIdOf } from './phase.ts';

/** What failed: a check, which has no preview yet, or the request that was sent. */
export type Failed = Decision & Pick<PhaseOf<'failed'>, 'preview'>;

/** What was sent. */
export type Sent = Decision & Pick<PhaseOf<'sending'>, 'preview'>;

export type UpdateAnswer = Answer<CpeUpdateAnswer>;

/** An update that was applied. `answer`: null where the outcome became known later. */
export type Applied = Pick<CpeUpdate, 'kind'> & {
  reference: string;
  preview: CpePreview;
  answer: CpeUpdateAnswer | null;
};

/** The part of the store that an outcome changes. */
export type OutcomeStore = {
  phase(): Phase;
  enter(phase: Phase): void;
  fail(problem: Problem, failed: Failed): void;
  succeed(applied: Applied): void;
  reload(): void;
};

/** Finds the outcome of an update that was sent, and enters the phase for it. */
export class OutcomeFollower {
  readonly #store: OutcomeStore;
  readonly #follower: Follower<CpeUpdate>;
  /** The updates of this page: their events are no news. */
  readonly #own = new Set<string>();
  /** What is being sent, as its events name it; null before the first event. */
  #sentId: string | null = null;
  /** How far the service has come with what is being sent. */
  readonly progress = signal<'recording' | 'recorded' | 'accepted'>('recording');

  constructor(destroyed: DestroyRef, store: OutcomeStore) {
    this.#store = store;
    this.#follower = new Follower(destroyed, readUpdate, ({ state }) => !isUnsettled(state));
  }

  get sentId(): string | null {
    return this.#sentId;
  }

  /** An update is about to be sent. `recorded`: it was before, and the line shows it so. */
  begin(recorded: UnsettledUpdate | null): void {
    this.progress.set(recorded === null ? 'recording' : 'recorded');
    this.#sentId = recorded?.updateId ?? null;
  }

  stop(): void {
    this.#follower.stop();
  }

  /** From now on the update's events are no news. */
  own(updateId: string): void {
    this.#own.add(updateId);
  }

  /** The operator leaves an update whose outcome is unknown: from now on its events are news. */
  disown(updateId: string): void {
    this.#own.delete(updateId);
  }

  /** A committed state of an update of this line. Answers whether it is news to the page. */
  hear({ updateId, state }: CpeUpdateLiveEvent): boolean {
    this.#follower.nudge(updateId);
    if (this.#store.phase().name !== 'sending') return !this.#own.has(updateId);
    // While we send, the line is ours: no other update of it can move.
    if (state === 'recorded' || state === 'accepted') {
      this.progress.set(state);
      this.#sentId = updateId;
    }
    return false;
  }

  take(answer: UpdateAnswer, sent: Sent): void {
    if (answer.ok) {
      const { updateId, kind, nig } = answer.value;
      this.#own.add(updateId);
      const { preview } = sent;
      this.#store.succeed({ kind, reference: nig.reference, preview, answer: answer.value });
    } else if (answer.problem.code === 'nig-outcome-unknown') this.#follow(answer.problem, sent);
    else this.#store.fail(answer.problem, sent);
  }

  /** No answer came: the outcome is unknown, and the desk is asked for it. */
  async ask(
    problem: Problem,
    { isEditing, wanted, preview }: Sent,
    send: () => Promise<UpdateAnswer>,
  ): Promise<void> {
    const decision = { isEditing, wanted, preview, problem };
    const asking: Phase = { name: 'following', ...decision, updateId: null, state: null };
    this.#store.enter(asking);
    this.#store.reload();
    const isAwaited = () => this.#store.phase() === asking;
    const answer = await askOutcome(send, { ok: false, problem }, isAwaited);
    if (isAwaited()) this.take(answer, asking);
  }

  /** Shows the other, unsettled update of the line until it is settled. */
  followOther(problem: Problem): void {
    const updateId = updateIdOf(problem);
    if (updateId === undefined) return;
    this.#follower.follow(updateId, (other) => {
      const phase = this.#store.phase();
      if (phase.name === 'failed') this.#store.enter({ ...phase, other });
    });
    this.#follower.nudge(updateId);
  }

  /** Reads an update of unknown outcome until it is settled. */
  #follow(problem: Problem, { isEditing, wanted, preview }: Sent): void {
    const updateId = updateIdOf(problem);
    if (updateId === undefined) {
      this.#store.fail(problem, { isEditing, wanted, preview });
      return;
    }
    this.#own.add(updateId);
    const following = { isEditing, wanted, preview, problem, updateId, state: 'unknown' } as const;
    this.#store.enter({ name: 'following', ...following });
    this.#store.reload();
    this.#follower.follow(updateId, (update) => this.#show(update));
  }

  #show(update: CpeUpdate): void {
    const phase = this.#store.phase();
    if (phase.name !== 'following') return;
    const { state, kind, nig } = update;
    if (isUnsettled(state)) {
      this.#store.enter({ ...phase, state });
      return;
    }
    this.#store.reload();
    const { preview } = phase;
    if (state === 'applied')
      this.#store.succeed({ kind, reference: nig.reference ?? '', preview, answer: null });
    else this.#store.fail(problemOf(update), phase);
  }
}

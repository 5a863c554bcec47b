import type { DestroyRef } from '@angular/core';
import type { CpeUpdateAnswer, Ticket } from '@cpe-desk/contract';
import type { Problem } from '../shell/request.ts';
import type { ReasonStore } from './draft/reason-store.ts';
import { previewUpdate, sendUpdate } from './outcome/cpe-update-client.ts';
import { LeftUpdate } from './outcome/left-update.ts';
import {
  type Failed,
  OutcomeFollower,
  type OutcomeStore,
  type UpdateAnswer,
} from './outcome/outcome-follower.ts';
import type { Decision, Phase, PhaseOf } from './outcome/phase.ts';
import { dropSent, keepSent, type SentUpdate } from './outcome/sent-keeper.ts';
import { UpdateKey } from './outcome/update-key.ts';

/** The part of the store that sending an update changes. */
export type SenderStore = OutcomeStore & {
  /** The ticket that is shown. */
  ticket(): Ticket | null;
  /** Whether its page is still there. */
  isShown(): boolean;
  /** An update that the operator left running was applied. */
  leftApplied(answer: CpeUpdateAnswer): void;
};

/** Checks what was decided, sends what was confirmed, and knows what may have arrived. */
export class UpdateSender {
  readonly #store: SenderStore;
  readonly #reason: ReasonStore;
  readonly #key = new UpdateKey();
  readonly left = new LeftUpdate();
  readonly outcome: OutcomeFollower;

  constructor(destroyed: DestroyRef, reason: ReasonStore, store: SenderStore) {
    this.#store = store;
    this.#reason = reason;
    this.outcome = new OutcomeFollower(destroyed, store);
  }

  /** Asks what the update would do; nothing is sent to NIG. */
  async check(decision: Decision): Promise<void> {
    const ticket = this.#store.ticket();
    if (!ticket) return;
    const checking: Phase = { name: 'checking', ...decision };
    this.#store.enter(checking);
    const answer = await previewUpdate(ticket.id, { ...decision.wanted, reason: null });
    if (this.#store.phase() !== checking) return;
    if (answer.ok) this.#store.enter({ ...checking, name: 'confirming', preview: answer.value });
    else this.#store.fail(answer.problem, { ...checking, preview: null });
  }

  /** Sends a confirmed update. `since`: when it was sent first, ms since 1970. */
  async send(
    { isEditing, wanted, preview }: Omit<PhaseOf<'confirming'>, 'name'>,
    since = Date.now(),
  ): Promise<void> {
    const ticket = this.#store.ticket();
    if (!ticket) return;
    const decision = { isEditing, wanted, preview };
    const sending: PhaseOf<'sending'> = { name: 'sending', ...decision, since };
    this.outcome.begin(ticket.unsettledUpdate);
    this.#store.enter(sending);
    this.#reason.remember();
    const body = { ...wanted, reason: this.#reason.given() };
    const key = this.#key.keyOf(body);
    const at = new Date(since).toISOString();
    keepSent(ticket.id, { ...decision, key, reason: body.reason, at });
    const send = () => sendUpdate(ticket.id, body, key);
    const answer = await send();
    if (this.#store.phase() !== sending) this.#takeLeft(ticket.id, answer);
    else if (!answer.ok && answer.problem.code === 'no-answer') {
      this.#key.failed(answer.problem.code);
      await this.outcome.ask(answer.problem, sending, send);
    } else this.outcome.take(answer, sending);
  }

  /**
   * The page was loaded again, or opened again, while the answer was awaited: the same request is
   * sent with its key. `isEditing`: its form is open again.
   */
  resume({ key, reason, wanted, preview, at }: SentUpdate, isEditing: boolean): void {
    this.#reason.text.set(reason ?? '');
    this.#key.resume({ ...wanted, reason: this.#reason.given() }, key);
    void this.send({ isEditing, wanted, preview }, Date.parse(at));
  }

  /** The answer to an update that the operator left running, if the page still shows its ticket. */
  #takeLeft(ticketId: string, answer: UpdateAnswer): void {
    if (!this.#store.isShown() || this.#store.ticket()?.id !== ticketId) return;
    dropSent(ticketId);
    if (answer.ok) {
      this.outcome.own(answer.value.updateId);
      this.#store.leftApplied(answer.value);
    } else {
      this.left.fail(answer.problem, this.outcome.sentId);
      this.#store.reload();
    }
  }

  /** A check or an update failed. Answers whether an earlier try of the same may have arrived. */
  failed(problem: Problem, { preview }: Failed): boolean {
    if (preview) this.#key.failed(problem.code);
    const { mayHaveArrived } = this.#key;
    const ticket = this.#store.ticket();
    // What may have arrived is asked about again after a reload.
    if (ticket && preview && !mayHaveArrived) dropSent(ticket.id);
    return mayHaveArrived;
  }

  /** The next update is a new one. */
  forget(): void {
    this.#key.forget();
    this.#reason.text.set('');
  }
}

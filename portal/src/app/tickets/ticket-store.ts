import { Injectable, signal } from '@angular/core';
import type { CanUpdate, CpeUpdateAnswer, Ticket, UpdateObstacle } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import type { Problem } from '../shell/request.ts';
import { nigAnswers } from '../shell/session.ts';
import { loadTicket } from './tickets-client.ts';

const without = ({ why }: CanUpdate, code: UpdateObstacle): CanUpdate => {
  const left = why.filter((each) => each.code !== code);
  return { allowed: left.length === 0, why: left };
};

/** One ticket, as last heard of it. */
@Injectable()
export class TicketStore {
  readonly #newest = new Newest();
  readonly #ticket = signal<Ticket | null>(null);
  readonly #problem = signal<Problem | null>(null);

  readonly ticket = this.#ticket.asReadonly();
  /** Why the last load came to nothing. The ticket of the load before stays. */
  readonly problem = this.#problem.asReadonly();

  async load(id: string): Promise<void> {
    if (this.#ticket()?.id !== id) this.#ticket.set(null);
    const signal = this.#newest.next();
    const answer = await loadTicket(id, signal);
    if (signal.aborted) return;
    this.#problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    this.#ticket.set(answer.value);
    nigAnswers.set(answer.value.nig.isAvailable);
  }

  /** The line as an applied update's answer has it; a load that began earlier may be older. */
  apply({ cttId, cpe, networkElements, corpData }: CpeUpdateAnswer): void {
    const ticket = this.#ticket();
    if (ticket?.id !== cttId) return;
    this.#newest.stop();
    const canUpdate = without(ticket.canUpdate, 'update-in-progress');
    const line = { cpe, networkElements, corpData, nigDrift: null, unsettledUpdate: null };
    this.#ticket.set({ ...ticket, ...line, canUpdate });
  }

  stop(): void {
    nigAnswers.set(null);
    this.#newest.stop();
  }
}

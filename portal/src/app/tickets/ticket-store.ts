import { Injectable, signal } from '@angular/core';
import type { CpeUpdateAnswer, Ticket } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import type { Problem } from '../shell/request.ts';
import { loadTicket } from './tickets-client.ts';

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
    if (answer.ok) this.#ticket.set(answer.value);
  }

  /** The line as an applied update's answer has it; a load that began earlier may be older. */
  apply({ cttId, cpe, networkElements, corpData }: CpeUpdateAnswer): void {
    const ticket = this.#ticket();
    if (ticket?.id !== cttId) return;
    this.#newest.stop();
    this.#ticket.set({ ...ticket, cpe, networkElements, corpData, unsettledUpdate: null });
  }

  stop(): void {
    this.#newest.stop();
  }
}

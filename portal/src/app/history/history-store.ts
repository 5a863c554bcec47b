import { Injectable, signal } from '@angular/core';
import type { HistoryEntry } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import type { Problem } from '../shell/request.ts';
import { type HistoryFilters, loadHistory, NO_FILTERS } from './history-client.ts';

/** The history of one ticket's service line, newest first. */
@Injectable()
export class HistoryStore {
  readonly #newest = new Newest();
  readonly #asked = signal({ ticketId: '', limit: 0, filters: NO_FILTERS });
  readonly #serviceLineId = signal<string | null>(null);
  readonly #customer = signal<string | null>(null);
  readonly #entries = signal<readonly HistoryEntry[] | null>(null);
  readonly #requestIds = signal<Readonly<Record<string, string>>>({});
  readonly #nextCursor = signal<string | null>(null);
  readonly #loading = signal(false);
  readonly #problem = signal<Problem | null>(null);

  readonly serviceLineId = this.#serviceLineId.asReadonly();
  readonly customer = this.#customer.asReadonly();
  /** Null until the first answer. */
  readonly entries = this.#entries.asReadonly();
  /** By the id of the update. */
  readonly requestIds = this.#requestIds.asReadonly();
  readonly nextCursor = this.#nextCursor.asReadonly();
  readonly loading = this.#loading.asReadonly();
  readonly problem = this.#problem.asReadonly();

  async load(ticketId: string, limit: number, filters: HistoryFilters = NO_FILTERS): Promise<void> {
    if (ticketId !== this.#asked().ticketId) this.#entries.set(null);
    this.#asked.set({ ticketId, limit, filters });
    await this.#load(null);
  }

  async loadMore(): Promise<void> {
    const cursor = this.#nextCursor();
    if (cursor !== null && !this.#loading()) await this.#load(cursor);
  }

  async retry(): Promise<void> {
    await this.#load(null);
  }

  stop(): void {
    this.#newest.stop();
  }

  async #load(cursor: string | null): Promise<void> {
    const signal = this.#newest.next();
    const { ticketId, ...asked } = this.#asked();
    this.#loading.set(true);
    const answer = await loadHistory(ticketId, { cursor, ...asked }, signal);
    if (signal.aborted) return;
    this.#loading.set(false);
    this.#problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    const { items, requestIds, nextCursor, serviceLineId, customer } = answer.value;
    this.#entries.set([...(cursor === null ? [] : (this.#entries() ?? [])), ...items]);
    this.#requestIds.update((known) => ({ ...known, ...requestIds }));
    this.#nextCursor.set(nextCursor);
    this.#serviceLineId.set(serviceLineId);
    this.#customer.set(customer);
  }
}

import { Injectable, signal } from '@angular/core';
import type { TicketCounts, TicketList, TicketListItem } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import type { Problem } from '../shell/request.ts';
import { compareLists } from './compare-lists.ts';
import { filterQuery, NO_FILTERS, type TicketFilters } from './ticket-filters.ts';
import { countTickets, listTickets, watchTickets } from './tickets-client.ts';

const PAGE = 50;
/** Most that the route gives at once. */
const LONGEST_PAGE = 200;

/** Whether two filters list the same tickets. */
export const same = (a: TicketFilters, b: TicketFilters): boolean =>
  JSON.stringify(filterQuery(a)) === JSON.stringify(filterQuery(b));

/**
 * The tickets that were listed after the last one of `now`: a list of a thousand tickets does not
 * shrink to one answer because somebody came back to it. None if nothing of `now` was listed, since
 * there may be others in between. No sort order is by a value that changes.
 */
function listedAfter(
  now: readonly TicketListItem[],
  before: readonly TicketListItem[],
): readonly TicketListItem[] {
  const fresh = new Set(now.map(({ id }) => id));
  const last = before.findLastIndex(({ id }) => fresh.has(id));
  return last === -1 ? [] : before.slice(last + 1);
}

/** The ticket list. It outlives its page: coming back shows it as it was, then as it is now. */
@Injectable({ providedIn: 'root' })
export class TicketListStore {
  readonly #newest = new Newest();
  readonly #filters = signal(NO_FILTERS);
  /** The filters of the items. */
  readonly #shown = signal(NO_FILTERS);
  readonly #items = signal<readonly TicketListItem[] | null>(null);
  readonly #nextCursor = signal<string | null>(null);
  readonly #isPartial = signal(false);
  readonly #newestCounts = new Newest();
  readonly #counts = signal<TicketCounts | null>(null);
  readonly #fresh = signal(0);
  readonly #changed = signal<ReadonlySet<string>>(new Set());
  readonly #loading = signal(false);
  readonly #problem = signal<Problem | null>(null);

  readonly filters = this.#filters.asReadonly();
  /** Of the items: those of `filters`, once they are there. */
  readonly shown = this.#shown.asReadonly();
  /** Null until the first answer. */
  readonly items = this.#items.asReadonly();
  readonly nextCursor = this.#nextCursor.asReadonly();
  /** Whether more tickets may match than were searched. */
  readonly isPartial = this.#isPartial.asReadonly();
  /** Null until they are known. They come after the list, which does not wait for them. */
  readonly counts = this.#counts.asReadonly();
  /** How many tickets are new since the list was loaded. */
  readonly fresh = this.#fresh.asReadonly();
  /** The tickets that the last look found changed. */
  readonly changed = this.#changed.asReadonly();
  readonly loading = this.#loading.asReadonly();
  readonly problem = this.#problem.asReadonly();

  /** Shows the tickets of these filters; with the filters of before, no fewer than were shown. */
  async show(filters: TicketFilters): Promise<void> {
    const shown = same(filters, this.#shown()) ? (this.#items()?.length ?? 0) : 0;
    this.#filters.set(filters);
    this.#fresh.set(0);
    this.#changed.set(new Set());
    void this.#count();
    await this.#load(null, Math.min(Math.max(shown, PAGE), LONGEST_PAGE));
  }

  async loadMore(): Promise<void> {
    const cursor = this.#nextCursor();
    if (cursor !== null && !this.#loading()) await this.#load(cursor, PAGE);
  }

  /**
   * Looks whether the beginning of the list has changed meanwhile. A changed ticket is shown as it
   * is now; new ones wait until somebody asks for them, so that no row moves under the pointer.
   */
  async watch(): Promise<void> {
    const filters = this.#filters();
    const before = this.#items();
    if (before === null || this.#loading()) return;
    const answer = await watchTickets(filters, PAGE);
    if (!answer.ok || this.#items() !== before || !same(filters, this.#filters())) return;
    const { now, changed, fresh } = compareLists(before, answer.value.items);
    this.#fresh.set(fresh);
    if (changed.size === 0) return;
    this.#changed.set(changed);
    this.#items.set(now);
  }

  /** Asks again what came to nothing. */
  async retry(): Promise<void> {
    await this.show(this.#filters());
  }

  async #count(): Promise<void> {
    const signal = this.#newestCounts.next();
    const answer = await countTickets(this.#filters(), signal);
    // A list without its counts is a list all the same: what is wrong with the desk, the list says.
    if (!signal.aborted) this.#counts.set(answer.ok ? answer.value : null);
  }

  async #load(cursor: string | null, limit: number): Promise<void> {
    const signal = this.#newest.next();
    this.#loading.set(true);
    const answer = await listTickets(this.#filters(), { cursor, limit }, signal);
    if (signal.aborted) return;
    this.#loading.set(false);
    this.#problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.#add(answer.value, cursor === null);
    // Tickets of other filters than the form says would mislead.
    else if (!same(this.#filters(), this.#shown())) this.#items.set(null);
  }

  #add({ items, nextCursor, isPartial }: TicketList, isFirst: boolean): void {
    const before = this.#items() ?? [];
    const isAgain = isFirst && same(this.#filters(), this.#shown()) && this.#items() !== null;
    this.#shown.set(this.#filters());
    const after = isAgain ? listedAfter(items, before) : [];
    this.#isPartial.set(isPartial);
    this.#items.set(isFirst ? [...items, ...after] : [...before, ...items]);
    if (after.length === 0) this.#nextCursor.set(nextCursor);
  }
}

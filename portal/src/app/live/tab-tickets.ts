import { MOST_TICKETS_OF_STREAM } from '@cpe-desk/contract';
import type { Shows } from './tab-message.ts';

/** A tab that answers none of so many pings is gone or frozen. */
const MOST_UNANSWERED = 2;

type Tab = { tickets: readonly string[]; shownAt: number; unanswered: number };

/** Which tickets the tabs of this browser show, as the leading tab knows it. */
export class TabTickets {
  readonly #tabs = new Map<string, Tab>();

  /** Notes what a tab shows; answers whether it shows tickets that it did not show before. */
  note({ tab, tickets, shownAt }: Shows): boolean {
    const before = this.#tabs.get(tab)?.tickets ?? [];
    if (tickets.length === 0) this.#tabs.delete(tab);
    else this.#tabs.set(tab, { tickets, shownAt, unanswered: 0 });
    return tickets.some((ticket) => !before.includes(ticket));
  }

  /** The stream pinged: the tabs answer with what they show. Drops those that did not last time. */
  ping(ownTab: string): void {
    for (const [name, tab] of this.#tabs)
      if (name !== ownTab && tab.unanswered++ >= MOST_UNANSWERED) this.#tabs.delete(name);
  }

  /** Each ticket once, those of the tab that was visible last first, at most as many as fit. */
  wanted(): string[] {
    const byTime = [...this.#tabs.values()].sort((a, b) => b.shownAt - a.shownAt);
    return [...new Set(byTime.flatMap(({ tickets }) => tickets))].slice(0, MOST_TICKETS_OF_STREAM);
  }
}

import { presenceEventSchema } from '@cpe-desk/contract';
import { EventConnection, type StreamParts } from './event-connection.ts';
import { parseEvent } from './line-listeners.ts';
import type { Shows, TabMessage } from './tab-message.ts';
import { TabTickets } from './tab-tickets.ts';

/** The work of the tab that leads: the event stream for the tickets of all tabs. */
export class LeadingTab {
  readonly #tab: string;
  readonly #say: (message: TabMessage) => void;
  readonly #tickets = new TabTickets();
  readonly #stream: EventConnection;
  /** The newest presence event of each line, for tabs that come later. */
  readonly #presence = new Map<string, string>();

  /** `say` reaches all tabs, this one too. */
  constructor(tab: string, parts: StreamParts, say: (message: TabMessage) => void) {
    this.#tab = tab;
    this.#say = say;
    this.#stream = new EventConnection(parts, {
      event: (name, data) => this.#hear(name, data),
      covers: (tickets) => {
        this.#presence.clear();
        say({ kind: 'covers', tickets: [...tickets] });
      },
      broken: (isRefused) => {
        this.#presence.clear();
        say({ kind: 'broken', isRefused });
      },
    });
  }

  /** A tab says what it shows: at once, and in answer to each ping. */
  note(shows: Shows): void {
    const hasMore = this.#tickets.note(shows);
    this.#stream.want(this.#tickets.wanted());
    const { covered } = this.#stream;
    if (!hasMore || !shows.tickets.some((id) => covered.includes(id))) return;
    this.#say({ kind: 'covers', tickets: [...covered] });
    for (const data of this.#presence.values())
      this.#say({ kind: 'event', name: 'presence', data });
  }

  check(): void {
    this.#stream.check();
  }

  wake(): void {
    this.#stream.wake();
  }

  stop(): void {
    this.#stream.close();
  }

  #hear(name: string, data: string): void {
    if (name === 'ping') {
      this.#tickets.ping(this.#tab);
      this.#stream.want(this.#tickets.wanted());
    }
    const presence = name === 'presence' ? parseEvent(presenceEventSchema, data) : undefined;
    if (presence) this.#presence.set(presence.serviceLineId, data);
    this.#say({ kind: 'event', name, data });
  }
}

import {
  type CpeUpdateLiveEvent,
  cpeUpdateEventSchema,
  goneEventSchema,
  presenceEventSchema,
} from '@cpe-desk/contract';
import type * as z from 'zod';
import type { StreamState } from './stream-state.ts';

/** What a page of one ticket hears. */
export type LineListener = {
  ticketId: string;
  serviceLineId: string;
  heard(event: CpeUpdateLiveEvent): void;
  /** Something may have happened that was not heard: load the ticket again. */
  missed(): void;
  /** Who else is viewing the line. */
  present(names: readonly string[]): void;
};

/** The data of an event of the stream. */
export const parseEvent = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: nothing that the service sent
  }
};

/** The pages of this tab that listen, each with whether its ticket's events arrive. */
export class LineListeners {
  readonly #listeners = new Map<LineListener, { isCovered: boolean }>();
  readonly #told: (state: StreamState) => void;

  /** `told` hears whether events arrive, at each change. */
  constructor(told: (state: StreamState) => void = () => {}) {
    this.#told = told;
  }

  /** What each event does. An event with another name does nothing. */
  readonly #byName: Readonly<Record<string, (data: string) => void>> = {
    'cpe-update': (data) => {
      const event = parseEvent(cpeUpdateEventSchema, data);
      for (const listener of this.#ofLine(event?.serviceLineId)) if (event) listener.heard(event);
    },
    presence: (data) => {
      const event = parseEvent(presenceEventSchema, data);
      for (const listener of this.#ofLine(event?.serviceLineId))
        if (event) listener.present(event.names);
    },
    gone: (data) => {
      const id = parseEvent(goneEventSchema, data)?.id;
      for (const listener of this.#listeners.keys())
        if (listener.ticketId === id) listener.missed();
    },
    ping: () => {},
  };

  /** The names of the events that are heard. */
  readonly names = Object.keys(this.#byName);

  add(listener: LineListener): () => void {
    this.#listeners.set(listener, { isCovered: false });
    this.#tell();
    return () => {
      this.#listeners.delete(listener);
      this.#tell();
    };
  }

  /** Each page loads again: it may have slept. */
  reload(): void {
    for (const listener of this.#listeners.keys()) listener.missed();
  }

  tickets(): string[] {
    return [...new Set([...this.#listeners.keys()].map(({ ticketId }) => ticketId))];
  }

  hear(name: string, data: string): void {
    if (Object.hasOwn(this.#byName, name)) this.#byName[name]?.(data);
  }

  /**
   * Events of these tickets, and of no other, arrive from now on. What a page shows may be older
   * than that: it loads again.
   */
  cover(tickets: readonly string[]): void {
    for (const [listener, state] of this.#listeners) {
      const isNew = !state.isCovered;
      state.isCovered = tickets.includes(listener.ticketId);
      if (state.isCovered && isNew) listener.missed();
    }
    this.#tell();
  }

  /** Events may be lost from now on. */
  uncover(): void {
    for (const state of this.#listeners.values()) state.isCovered = false;
    this.#tell();
  }

  /** Nothing arrives: it is unknown who is viewing the lines. */
  lose(isRefused: boolean): void {
    this.uncover();
    for (const listener of this.#listeners.keys()) {
      listener.present([]);
      if (isRefused) listener.missed();
    }
  }

  #tell(): void {
    const states = [...this.#listeners.values()];
    const isLive = states.every(({ isCovered }) => isCovered);
    this.#told(states.length === 0 ? 'none' : isLive ? 'live' : 'waiting');
  }

  #ofLine(serviceLineId: string | undefined): LineListener[] {
    return [...this.#listeners.keys()].filter(
      (listener) => listener.serviceLineId === serviceLineId,
    );
  }
}

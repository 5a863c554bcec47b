import type { Timings } from './timings.ts';

/** Told what comes of the stream. */
export type StreamHeard = {
  event(name: string, data: string): void;
  covers(tickets: readonly string[]): void;
  broken(isRefused: boolean): void;
};

export type StreamParts = {
  openSource: (url: string) => EventSource;
  /** Events with other names are ignored. */
  names: readonly string[];
  timings: Timings;
};

type Attempt = { source: EventSource; tickets: readonly string[]; startedAt: number };

/** `EventSource.CLOSED`: the service refused, and the browser does not try again (HTML, 9.2.3). */
const CLOSED = 2;

const urlOf = (tickets: readonly string[]): string =>
  `/ticket/ctt/events?${new URLSearchParams(tickets.map((id) => ['id', id]))}`;

const isSame = (some: readonly string[], others: readonly string[] | undefined): boolean =>
  some.length === others?.length && some.every((id) => others.includes(id));

/**
 * The event stream of a browser. When its tickets change, the new stream opens before the old one
 * closes: the events of tickets that stay are never interrupted.
 */
export class EventConnection {
  readonly #parts: StreamParts;
  readonly #heard: StreamHeard;
  #wanted: readonly string[] = [];
  #current: Attempt | null = null;
  #next: Attempt | null = null;
  #heardAt = 0;
  #refusals = 0;
  #timer: { due: number; handle: ReturnType<typeof setTimeout> } | null = null;

  constructor(parts: StreamParts, heard: StreamHeard) {
    this.#parts = parts;
    this.#heard = heard;
  }

  /** The tickets whose events arrive. */
  get covered(): readonly string[] {
    return this.#current?.source.readyState === 1 ? this.#current.tickets : [];
  }

  want(tickets: readonly string[]): void {
    this.#wanted = tickets;
    if (!isSame(tickets, (this.#next ?? this.#current)?.tickets))
      this.#connectIn(this.#parts.timings.collectMs);
  }

  /** Opens the stream again if it is silent. */
  check(): void {
    const { silentMs, collectMs } = this.#parts.timings;
    const oldest = Date.now() - silentMs;
    const isSilent = this.#current !== null && this.#heardAt < oldest;
    const isStuck = this.#next !== null && this.#next.startedAt < oldest;
    if (isStuck) this.#next = this.#close(this.#next);
    if (isSilent) {
      this.#current = this.#close(this.#current);
      this.#heard.broken(false);
    }
    if (isSilent || isStuck) this.#connectIn(collectMs);
  }

  /** Somebody looks, or the network is back: does not wait until the end of a pause. */
  wake(): void {
    this.check();
    if (this.#timer) this.#connectIn(this.#parts.timings.collectMs);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer.handle);
    this.#timer = null;
    this.#wanted = [];
    this.#current = this.#close(this.#current);
    this.#next = this.#close(this.#next);
  }

  #close(attempt: Attempt | null): null {
    attempt?.source.close();
    return null;
  }

  #connectIn(ms: number): void {
    const due = Date.now() + ms;
    if (this.#timer && this.#timer.due <= due) return;
    if (this.#timer) clearTimeout(this.#timer.handle);
    const handle = setTimeout(() => {
      this.#timer = null;
      this.#connect();
    }, ms);
    this.#timer = { due, handle };
  }

  #connect(): void {
    const tickets = this.#wanted;
    if (tickets.length === 0) {
      this.close();
      this.#heard.covers([]);
      return;
    }
    if (isSame(tickets, (this.#next ?? this.#current)?.tickets)) return;
    this.#close(this.#next);
    const source = this.#parts.openSource(urlOf(tickets));
    const attempt = { source, tickets, startedAt: Date.now() };
    this.#next = attempt;
    source.addEventListener('open', () => this.#opened(attempt));
    source.addEventListener('error', () => this.#failed(attempt));
    for (const name of this.#parts.names)
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        if (attempt === this.#current) this.#heardAt = Date.now();
        this.#heard.event(name, data);
      });
  }

  #opened(attempt: Attempt): void {
    if (attempt === this.#next) {
      this.#close(this.#current);
      this.#current = attempt;
      this.#next = null;
    }
    this.#refusals = 0;
    this.#heardAt = Date.now();
    this.#heard.covers(attempt.tickets);
  }

  /** The browser reconnects after a broken connection, we after a refusal. */
  #failed(attempt: Attempt): void {
    const isRefused = attempt.source.readyState === CLOSED;
    const isCurrent = attempt === this.#current;
    if (isRefused && isCurrent) this.#current = null;
    if (isRefused && !isCurrent) this.#next = null;
    const isFirst = isRefused && this.#refusals === 0;
    if (isCurrent || isFirst) this.#heard.broken(isFirst);
    if (!isRefused) return;
    const { refusedMs, mostRefusedMs } = this.#parts.timings;
    this.#connectIn(Math.min(refusedMs * 2 ** this.#refusals++, mostRefusedMs));
  }
}

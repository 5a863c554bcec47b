import { Leadership } from './leadership.ts';
import { LeadingTab } from './leading-tab.ts';
import { type LineListener, LineListeners } from './line-listeners.ts';
import type { StreamState } from './stream-state.ts';
import { type TabMessage, tabMessageOf } from './tab-message.ts';
import type { Timings } from './timings.ts';

export type LiveParts = {
  /** Names the channel and the lock that the tabs share. */
  name: string;
  /** Undefined where the browser has none: without HTTPS. Then each tab has a stream of its own. */
  locks: LockManager | undefined;
  openSource: (url: string) => EventSource;
  timings: Timings;
  /** Told whether events arrive for what the tab shows. */
  told?: (state: StreamState) => void;
  /** Told that the stream said something. */
  heard?: () => void;
};

/**
 * The live events of one tab. All tabs of a browser share one event stream: a browser gives an
 * origin six connections over HTTP/1.1. The tab that holds the lock has the stream and passes its
 * events on by a channel (docs/explain/decisions/0020-one-event-stream-per-browser.md).
 */
export class LiveConnection {
  readonly #tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
  readonly #parts: LiveParts;
  readonly #channel: BroadcastChannel;
  readonly #listeners: LineListeners;
  readonly #leadership: Leadership | null;
  readonly #checking: ReturnType<typeof setInterval>;
  #leading: LeadingTab | null = null;
  #leader = '';
  #leaderSeenAt = Date.now();
  #doubt: ReturnType<typeof setTimeout> | undefined;
  #shownAt = Date.now();
  #isStopped = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#listeners = new LineListeners(parts.told);
    const { name, locks, timings } = parts;
    this.#channel = new BroadcastChannel(locks ? name : `${name}-${this.#tab}`);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = tabMessageOf(data);
      if (message) this.#receive(message);
    };
    const led = { won: () => this.#lead(), lost: () => this.#follow() };
    this.#leadership = locks ? new Leadership(locks, name, led) : null;
    if (!locks) this.#lead();
    this.#checking = setInterval(() => this.#check(), timings.checkMs);
  }

  get isLeading(): boolean {
    return this.#leading !== null;
  }

  /** Hears of a ticket's line until the returned function is called. */
  hear(listener: LineListener): () => void {
    const remove = this.#listeners.add(listener);
    this.#announce();
    if (this.#leader === '') this.#askForLeader();
    return () => {
      remove();
      this.#announce();
    };
  }

  /**
   * The tab is visible, or the network is back: makes sure that events arrive. What is shown may be
   * older than the sleep: it loads again.
   */
  wake(isVisible: boolean): void {
    if (isVisible) this.#shownAt = Date.now();
    this.#listeners.reload();
    this.#announce();
    if (this.#leading) this.#leading.wake();
    else this.#askForLeader();
  }

  /** The browser shows a page again that it had put aside: events did not arrive meanwhile. */
  restore(): void {
    this.#listeners.uncover();
    this.#post({ kind: 'shows', tab: this.#tab, tickets: [], shownAt: 0 });
    this.wake(true);
  }

  /** The tab closes: another one leads. */
  stop(): void {
    if (this.#isStopped) return;
    this.#post({ kind: 'shows', tab: this.#tab, tickets: [], shownAt: 0 });
    this.#isStopped = true;
    clearInterval(this.#checking);
    clearTimeout(this.#doubt);
    this.#leadership?.stop();
    this.#follow();
    this.#channel.close();
  }

  #lead(): void {
    clearTimeout(this.#doubt);
    const { openSource, timings } = this.#parts;
    const parts = { openSource, timings, names: this.#listeners.names };
    this.#leading = new LeadingTab(this.#tab, parts, (message) => {
      this.#post(message);
      this.#receive(message);
    });
    this.#leader = this.#tab;
    this.#post({ kind: 'leads', tab: this.#tab });
    this.#listeners.uncover();
    this.#announce();
  }

  #follow(): void {
    this.#leading?.stop();
    this.#leading = null;
    this.#listeners.uncover();
    // The new leader may have asked while this tab still led.
    this.#announce();
  }

  #announce(): void {
    const tickets = this.#listeners.tickets();
    const shows = { kind: 'shows', tab: this.#tab, tickets, shownAt: this.#shownAt } as const;
    if (this.#leading) this.#leading.note(shows);
    else this.#post(shows);
  }

  #receive(message: TabMessage): void {
    switch (message.kind) {
      case 'shows':
        this.#leading?.note(message);
        return;
      case 'who':
        if (!this.#leading) return;
        this.#post({ kind: 'leads', tab: this.#tab });
        this.#leading.wake();
        return;
      default:
        this.#seeLeader();
        this.#hearLeader(message);
    }
  }

  #hearLeader(message: Exclude<TabMessage, { kind: 'shows' | 'who' }>): void {
    switch (message.kind) {
      case 'leads':
        // Between two leaders events may be lost.
        if (message.tab !== this.#leader) this.#listeners.uncover();
        this.#leader = message.tab;
        this.#announce();
        return;
      case 'event':
        this.#parts.heard?.();
        this.#listeners.hear(message.name, message.data);
        if (message.name === 'ping' && !this.#leading) this.#announce();
        return;
      case 'covers':
        this.#listeners.cover(message.tickets);
        return;
      case 'broken':
        this.#listeners.lose(message.isRefused);
    }
  }

  #seeLeader(): void {
    this.#leaderSeenAt = Date.now();
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
  }

  #check(): void {
    if (this.#leading) this.#leading.check();
    else if (Date.now() - this.#leaderSeenAt > this.#parts.timings.silentMs) this.#askForLeader();
  }

  /** A leader that the browser froze keeps its lock but does not answer: it is replaced. */
  #askForLeader(): void {
    if (this.#doubt !== undefined || this.#listeners.tickets().length === 0) return;
    this.#post({ kind: 'who' });
    this.#doubt = setTimeout(() => {
      this.#doubt = undefined;
      this.#leadership?.steal();
    }, this.#parts.timings.answerMs);
  }

  #post(message: TabMessage): void {
    if (!this.#isStopped) this.#channel.postMessage(message);
  }
}

import {
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { type CpeField, type CpeUpdateAnswer, ticketTransitions } from '@cpe-desk/contract';
import { CpePanel } from '../cpe-update/cpe-panel.ts';
import { HistoryStore } from '../history/history-store.ts';
import { RecentHistoryPanel } from '../history/recent-history-panel.ts';
import { Icon } from '../shell/icon.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { rememberTicket } from '../shell/recent-tickets.ts';
import { Retry } from '../shell/retry.ts';
import { caller } from '../shell/session.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { AccessPathPanel } from './access-path-panel.ts';
import { CorpDataPanel } from './corp-data-panel.ts';
import { EligibilityPanel } from './eligibility-panel.ts';
import { OtherTicketsPanel } from './other-tickets-panel.ts';
import { ServiceLinePanel } from './service-line-panel.ts';
import { StatusBadge } from './status-badge.ts';
import { filterQuery } from './ticket-filters.ts';
import { TicketListStore } from './ticket-list-store.ts';
import { TicketStore } from './ticket-store.ts';

/** How many entries of the history the page shows. */
const RECENT = 5;

/** One ticket: its line, its CPE and everything that an update of the CPE changes. */
@Component({
  selector: 'cpe-ticket-page',
  imports: [
    Skeleton,
    CorpDataPanel,
    CpePanel,
    Icon,
    AccessPathPanel,
    EligibilityPanel,
    OtherTicketsPanel,
    ProblemNotice,
    RecentHistoryPanel,
    RouterLink,
    ServiceLinePanel,
    StatusBadge,
  ],
  providers: [TicketStore, HistoryStore],
  host: { '(window:online)': 'load()' },
  template: `
    <p><a class="back-link" routerLink="/tickets" [queryParams]="listQuery()"><cpe-icon name="back" /> {{ words().shell.tickets }}</a></p>
    <header class="page-head">
      <h1 tabindex="-1" [attr.aria-busy]="!ticket() && !store.problem()">
        @if (missing()) {
          {{ words().tickets.noSuch }}
        } @else if (ticket(); as ticket) {
          <span class="ticket-no">{{ ticket.ticketNo }}</span> {{ ticket.title }}
        } @else {
          {{ words().shell.ticket }}
        }
      </h1>
      @if (ticket(); as ticket) {
        <cpe-status-badge [status]="ticket.status" />
        <p class="muted">{{ next() }}</p>
        <p class="muted">{{ words().tickets.opened }} <time [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time></p>
      }
    </header>
    @if (missing()) {
      <p>{{ words().tickets.noSuchDetail }}</p>
    } @else {
      @if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="load()" />
      }
      @if (ticket(); as ticket) {
        <div class="ticket-page">
          <div class="ticket-column">
            @if (caller()) {
              <cpe-panel [ticket]="ticket" [next]="following()" (applied)="apply($event)" (reload)="load()" (changing)="changing.set($event)" />
            }
            <cpe-recent-history-panel [ticketId]="ticket.id" />
            <cpe-eligibility-panel [ticket]="ticket" />
            <cpe-other-tickets-panel [tickets]="ticket.otherTickets" />
          </div>
          <div class="ticket-column">
            <cpe-service-line-panel [line]="ticket.serviceLine" />
            <cpe-access-path-panel [ticket]="ticket" [changing]="changing()" />
            <cpe-corp-data-panel [corpData]="ticket.corpData" [cpe]="ticket.cpe" />
          </div>
        </div>
      } @else if (!store.problem()) {
        <div class="ticket-page">
          <cpe-skeleton class="panel" [label]="words().shell.loading" [lines]="12" />
          <cpe-skeleton class="panel" [label]="words().shell.loading" [lines]="16" />
        </div>
      }
    }
  `,
})
export class TicketPage {
  /** From the address. */
  readonly id = input.required<string>();
  readonly #history = inject(HistoryStore);
  readonly #list = inject(TicketListStore);
  readonly #retry = new Retry(() => this.load());
  protected readonly store = inject(TicketStore);
  protected readonly ticket = this.store.ticket;
  protected readonly caller = caller;
  protected readonly time = formatTime;
  protected readonly words = words;
  protected readonly changing = signal<readonly CpeField[]>([]);
  /** What may become of the ticket. */
  protected readonly next = computed(() => {
    const ticket = this.ticket();
    if (!ticket) return '';
    const next = ticketTransitions[ticket.status].map((status) => words().status[status]);
    const { canBecome, isOver } = words().tickets;
    return next.length > 0 ? `${canBecome}: ${next.join(', ')}` : isOver;
  });
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');
  /** The ticket after this one in the list as it was left. */
  protected readonly following = computed(() => {
    const tickets = this.#list.items() ?? [];
    const at = tickets.findIndex(({ id }) => id === this.id());
    return at < 0 ? null : (tickets[at + 1] ?? null);
  });
  /** The list as it was left. */
  protected readonly listQuery = computed(() => filterQuery(this.#list.filters()));

  constructor() {
    effect(() => {
      this.id();
      untracked(() => this.load());
    });
    effect(() => {
      const ticket = this.ticket();
      if (ticket) untracked(() => rememberTicket(ticket));
    });
    usePageTitle(() =>
      this.missing() ? words().tickets.noSuch : (this.ticket()?.ticketNo ?? words().shell.ticket),
    );
    inject(DestroyRef).onDestroy(() => {
      this.#retry.stop();
      this.store.stop();
      this.#history.stop();
    });
  }

  protected load(): void {
    void this.#load(this.id());
  }

  /** Loads the page, and again until that succeeds and NIG is available. */
  async #load(id: string): Promise<void> {
    await Promise.all([this.store.load(id), this.#history.load(id, RECENT)]);
    const problem = this.store.problem() ?? this.#history.problem();
    this.#retry.answered(problem, this.ticket()?.nig.isAvailable === false);
  }

  protected apply(answer: CpeUpdateAnswer): void {
    this.store.apply(answer);
    this.load();
  }
}

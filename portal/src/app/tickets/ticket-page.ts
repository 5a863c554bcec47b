import { Component, computed, DestroyRef, effect, inject, input, untracked } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { RouterLink } from '@angular/router';
import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import { TicketStatus } from '../cpe-update/ticket-status.ts';
import { HistoryStore } from '../history/history-store.ts';
import { RecentHistoryPanel } from '../history/recent-history-panel.ts';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { caller } from '../shell/session.ts';
import { formatTime, NO_SUCH_TICKET, pageTitle } from '../shell/words.ts';
import { CorpDataPanel } from './corp-data-panel.ts';
import { NetworkElementsPanel } from './network-elements-panel.ts';
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
    CorpDataPanel,
    Icon,
    NetworkElementsPanel,
    ProblemNotice,
    RecentHistoryPanel,
    RouterLink,
    ServiceLinePanel,
    StatusBadge,
    TicketStatus,
  ],
  providers: [TicketStore, HistoryStore],
  template: `
    <p><a class="back-link" routerLink="/tickets" [queryParams]="listQuery()"><cpe-icon name="back" /> Tickets</a></p>
    <header class="page-head">
      <h1 tabindex="-1" [attr.aria-busy]="!ticket() && !store.problem()">
        @if (missing()) {
          No such ticket
        } @else if (ticket(); as ticket) {
          <span class="ticket-no">{{ ticket.ticketNo }}</span> {{ ticket.title }}
        } @else {
          Ticket
        }
      </h1>
      @if (ticket(); as ticket) {
        <cpe-status-badge [status]="ticket.status" />
        <p class="muted">Opened <time [attr.datetime]="ticket.openedAt">{{ time(ticket.openedAt) }}</time></p>
      }
    </header>
    @if (missing()) {
      <p>{{ noSuchTicket }}</p>
    } @else {
      @if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="load()" />
      }
      @if (ticket(); as ticket) {
        <div class="ticket-page">
          <div class="ticket-column">
            @if (caller(); as person) {
              <cpe-ticket-status [ticket]="ticket" [caller]="person" (applied)="apply($event)" (reload)="load()" />
            }
            <cpe-recent-history-panel [ticketId]="ticket.id" />
          </div>
          <div class="ticket-column">
            <cpe-service-line-panel [line]="ticket.serviceLine" />
            <cpe-network-elements-panel [elements]="ticket.networkElements" />
            <cpe-corp-data-panel [corpData]="ticket.corpData" [cpe]="ticket.cpe" />
          </div>
        </div>
      }
    }
  `,
})
export class TicketPage {
  /** From the address. */
  readonly id = input.required<string>();
  readonly #history = inject(HistoryStore);
  readonly #title = inject(Title);
  readonly #list = inject(TicketListStore);
  protected readonly store = inject(TicketStore);
  protected readonly ticket = this.store.ticket;
  protected readonly caller = caller;
  protected readonly time = formatTime;
  protected readonly noSuchTicket = NO_SUCH_TICKET;
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');
  /** The list as it was left. */
  protected readonly listQuery = computed(() => filterQuery(this.#list.filters()));

  constructor() {
    effect(() => {
      this.id();
      untracked(() => this.load());
    });
    effect(() => {
      const ticket = this.ticket();
      if (ticket) this.#title.setTitle(pageTitle(ticket.ticketNo));
    });
    inject(DestroyRef).onDestroy(() => {
      this.store.stop();
      this.#history.stop();
    });
  }

  protected load(): void {
    void this.store.load(this.id());
    void this.#history.load(this.id(), RECENT);
  }

  protected apply(answer: CpeUpdateAnswer): void {
    this.store.apply(answer);
    void this.#history.load(this.id(), RECENT);
  }
}

import { Component, computed, DestroyRef, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { caller } from '../shell/session.ts';
import { NO_SUCH_TICKET, revertedMessage } from '../shell/words.ts';
import { HistoryEntryPart } from './history-entry.ts';
import { HistoryProof } from './history-proof.ts';
import { HistoryStore } from './history-store.ts';

const PAGE = 50;

/** The whole CPE history of a ticket's service line. */
@Component({
  selector: 'cpe-history-page',
  imports: [HistoryEntryPart, HistoryProof, Icon, ProblemNotice, RouterLink],
  providers: [HistoryStore],
  template: `
    <p><a class="back-link" [routerLink]="['/tickets', id()]"><cpe-icon name="back" /> Ticket</a></p>
    <header class="page-head">
      <h1 tabindex="-1">CPE history</h1>
      @if (store.serviceLineId(); as line) {
        <p class="muted">Service line <span class="mono">{{ line }}</span>, over all its tickets, newest first</p>
      }
    </header>
    @if (mayVerify() && !missing()) {
      <cpe-history-proof [ticketId]="id()" />
    }
    <p class="said" role="status">{{ message() }}</p>
    @if (missing()) {
      <p>{{ noSuchTicket }}</p>
    } @else {
      @if (store.entries(); as entries) {
        <div class="history" [attr.aria-busy]="store.loading()">
          @for (entry of entries; track entry.id) {
            <cpe-history-entry [entry]="entry" (reverted)="noteReversal($event)" />
          } @empty {
            <p class="notice">The CPE of this line was not updated here yet.</p>
          }
        </div>
      } @else if (!store.problem()) {
        <p class="muted" aria-busy="true">Loading the history</p>
      }
      @if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
      } @else if (store.nextCursor()) {
        <button type="button" class="button load-more" [disabled]="store.loading()" (click)="store.loadMore()">
          Load more
        </button>
      }
    }
  `,
})
export class HistoryPage {
  /** The ticket's, from the address. */
  readonly id = input.required<string>();
  protected readonly store = inject(HistoryStore);
  protected readonly mayVerify = computed(() => caller()?.actions.includes('history:verify') ?? false);
  protected readonly noSuchTicket = NO_SUCH_TICKET;
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');

  protected readonly message = signal('');

  /** The reversal is an entry of its own, the newest. */
  protected noteReversal({ nig }: CpeUpdateAnswer): void {
    this.message.set(revertedMessage(nig.reference));
    void this.store.load(this.id(), PAGE);
  }

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.store.load(id, PAGE));
    });
    inject(DestroyRef).onDestroy(() => this.store.stop());
  }
}

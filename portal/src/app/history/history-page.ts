import { Component, computed, DestroyRef, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CpeUpdateAnswer } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { caller } from '../shell/session.ts';
import { words } from '../words/words.ts';
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
    <p><a class="back-link" [routerLink]="['/tickets', id()]"><cpe-icon name="back" /> {{ words().shell.ticket }}</a></p>
    <header class="page-head">
      <h1 tabindex="-1">{{ words().history.heading }}</h1>
      @if (store.serviceLineId(); as line) {
        <p class="muted">{{ words().history.ofLine }} <span class="mono">{{ line }}</span>, {{ words().history.overAll }}</p>
      }
    </header>
    @if (mayVerify() && !missing()) {
      <cpe-history-proof [ticketId]="id()" />
    }
    <p class="said" role="status">{{ message() }}</p>
    @if (missing()) {
      <p>{{ words().tickets.noSuchDetail }}</p>
    } @else {
      @if (store.entries(); as entries) {
        <div class="history" [attr.aria-busy]="store.loading()">
          @for (entry of entries; track entry.id) {
            <cpe-history-entry [entry]="entry" (reverted)="noteReversal($event)" />
          } @empty {
            <p class="notice">{{ words().history.none }}</p>
          }
        </div>
      } @else if (!store.problem()) {
        <p class="muted" aria-busy="true">{{ words().history.loading }}</p>
      }
      @if (store.problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="store.retry()" />
      } @else if (store.nextCursor()) {
        <button type="button" class="button load-more" [disabled]="store.loading()" (click)="store.loadMore()">
          {{ words().shell.loadMore }}
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
  protected readonly words = words;
  protected readonly missing = computed(() => this.store.problem()?.code === 'ctt-not-found');

  protected readonly message = signal('');

  /** The reversal is an entry of its own, the newest. */
  protected noteReversal({ nig }: CpeUpdateAnswer): void {
    this.message.set(words().history.reverted(nig.reference));
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

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
import { Router, RouterLink } from '@angular/router';
import type { TicketList } from '@cpe-desk/contract';
import { findTickets } from '../shell/find-client.ts';
import { Newest } from '../shell/newest.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';

/** Finds a line by what somebody has of it, to open its history. */
@Component({
  selector: 'cpe-find-history-page',
  imports: [ProblemNotice, RouterLink],
  template: `
    <header class="page-head"><h1 tabindex="-1">{{ words().frame.history }}</h1></header>
    <form class="find-history" role="search" (submit)="find($event, box.value)">
      <div class="field">
        <label for="find-line">{{ said().findLine }}</label>
        <input #box id="find-line" type="search" maxlength="100" autocomplete="off" spellcheck="false" [value]="q() ?? ''" />
      </div>
      <button type="submit" class="button primary">{{ said().find }}</button>
    </form>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
    <div role="status">
      @if (found(); as found) {
        @if (found.items.length === 0) { <p>{{ said().noLine(q() ?? '') }}</p> }
        @if (found.nextCursor) { <p class="muted">{{ said().moreLines }}</p> }
      }
    </div>
    @if (found(); as found) {
      @if (found.items.length > 0) {
        <ul class="panel found-lines">
          @for (ticket of found.items; track ticket.id) {
            <li class="found-line">
              <a [routerLink]="['/tickets', ticket.id, 'history']">{{ said().historyFrom(ticket.ticketNo) }}</a>
              <span>{{ ticket.customer }}</span> <span class="muted">{{ ticket.title }}</span>
            </li>
          }
        </ul>
      }
    } @else if (!problem()) {
      <p class="muted">{{ said().findHint }}</p>
    }
  `,
})
export class FindHistoryPage {
  /** What is searched, from the address. */
  readonly q = input<string>();
  readonly #router = inject(Router);
  readonly #newest = new Newest();
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly found = signal<TicketList | null>(null);
  protected readonly problem = signal<Problem | null>(null);

  constructor() {
    effect(() => {
      this.q();
      untracked(() => void this.load());
    });
    inject(DestroyRef).onDestroy(() => this.#newest.stop());
  }

  protected find(event: Event, text: string): void {
    event.preventDefault();
    const q = text.trim() || null;
    if (q === (this.q() ?? null)) void this.load();
    else void this.#router.navigate([], { queryParams: { q } });
  }

  /** The only hit is what was meant. */
  protected async load(): Promise<void> {
    const text = this.q();
    const signal = this.#newest.next();
    this.found.set(null);
    if (!text) return;
    const answer = await findTickets(text, signal);
    if (signal.aborted) return;
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    const [only, ...others] = answer.value.items;
    if (only && others.length === 0)
      void this.#router.navigate(['/tickets', only.id, 'history'], { replaceUrl: true });
    else this.found.set(answer.value);
  }
}

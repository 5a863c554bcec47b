import {
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { AttentionList, CpeUpdate } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { showToast } from '../shell/toasts.ts';
import { formatAgo, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { listAttention } from './attention-client.ts';
import { AttentionUpdate } from './attention-update.ts';
import { ModelRequests } from './model-requests.ts';

/** Updates that only a person can settle, for supervisors: the list, and one of them in full. */
@Component({
  selector: 'cpe-attention-page',
  imports: [AttentionUpdate, ModelRequests, ProblemNotice, RouterLink, Skeleton],
  template: `
    <header class="page-head">
      <h1 #heading tabindex="-1">{{ said().heading }}</h1>
      <p class="muted">{{ said().explained }}</p>
    </header>
    @if (problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="load()" />
    }
    @if (updates(); as updates) {
      @if (shown(); as shown) {
        <div class="triage">
          <nav class="triage-list" [attr.aria-label]="said().listOf(updates.length)">
            <h2>{{ said().listOf(updates.length) }}</h2>
            <ul>
              @for (update of updates; track update.updateId) {
                <li>
                  <a [routerLink]="[]" [queryParams]="{ update: update.updateId }" [attr.aria-current]="update === shown ? 'true' : null">
                    <span class="mono">{{ update.ticketNo }}</span>
                    <time [attr.datetime]="update.requestedAt" [title]="time(update.requestedAt)">{{ ago(update.requestedAt) }}</time>
                    <span class="triage-customer">{{ update.customer ?? update.serviceLineId }}</span>
                    <span class="muted">{{ words().kind[update.kind] }}, {{ update.by.name }}</span>
                  </a>
                </li>
              }
            </ul>
          </nav>
          @for (update of [shown]; track update.updateId) {
            <cpe-attention-update [update]="update" (settled)="note($event)" (outdated)="load()" />
          }
        </div>
      } @else {
        <p class="notice good">{{ said().none }}</p>
      }
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
    <cpe-model-requests />
  `,
})
export class AttentionPage {
  /** The update that is shown in full, from the address; else the oldest. */
  readonly update = input<string>();
  readonly #router = inject(Router);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly detail = viewChild(AttentionUpdate);
  protected readonly words = words;
  protected readonly said = computed(() => words().attention);
  protected readonly time = formatTime;
  protected readonly ago = (at: string) => formatAgo(at);
  protected readonly updates = signal<AttentionList['items'] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly shown = computed(() => {
    const all = this.updates() ?? [];
    return all.find(({ updateId }) => updateId === this.update()) ?? all[0];
  });

  constructor() {
    void this.load();
    const isOff = () => !this.shown();
    useShortcuts([
      { keys: 'j', does: () => this.said().next, run: () => this.#move(1), isOff },
      { keys: 'k', does: () => this.said().previous, run: () => this.#move(-1), isOff },
    ]);
  }

  protected async load(): Promise<void> {
    const answer = await listAttention();
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.updates.set(answer.value.items);
  }

  #move(by: number): void {
    const all = this.updates() ?? [];
    const shown = this.shown();
    const next = shown && all[all.indexOf(shown) + by];
    if (next) this.#open(next.updateId);
  }

  #open(update: string | null): void {
    void this.#router.navigate([], { queryParams: { update }, replaceUrl: true });
  }

  /** The settled one goes, and the next one opens with the focus on it. */
  protected note({ updateId, ticketNo, state }: CpeUpdate): void {
    showToast({ text: this.said().settled(ticketNo, state), tone: 'good' });
    const all = this.updates() ?? [];
    const index = all.findIndex((update) => update.updateId === updateId);
    const left = all.toSpliced(index, 1);
    this.updates.set(left);
    this.#open((left[index] ?? left.at(-1))?.updateId ?? null);
    setTimeout(() => (this.detail() ?? this).focus());
  }

  focus(): void {
    this.heading().nativeElement.focus();
  }
}

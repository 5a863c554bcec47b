import { Component, signal } from '@angular/core';
import type { CpeUpdate } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { words } from '../words/words.ts';
import { listAttention } from './attention-client.ts';
import { AttentionUpdate } from './attention-update.ts';
import { DriftPanel } from './drift-panel.ts';
import { ModelRequests } from './model-requests.ts';

/** Updates that only a person can settle, for supervisors. */
@Component({
  selector: 'cpe-attention-page',
  imports: [Skeleton, AttentionUpdate, DriftPanel, ModelRequests, ProblemNotice],
  template: `
    <header class="page-head">
      <h1 tabindex="-1">{{ words().attention.heading }}</h1>
      <p class="muted">{{ words().attention.explained }}</p>
    </header>
    <p class="said" role="status" [class.visually-hidden]="!message()">{{ message() }}</p>
    @if (problem(); as problem) {
      <cpe-problem-notice [problem]="problem" (retry)="load()" />
    }
    @if (updates(); as updates) {
      <div class="history">
        @for (update of updates; track update.updateId) {
          <cpe-attention-update [update]="update" (settled)="note($event)" (outdated)="load()" />
        } @empty {
          <p class="notice good">{{ words().attention.none }}</p>
        }
      </div>
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
    <cpe-model-requests />
    <cpe-drift-panel />
  `,
})
export class AttentionPage {
  protected readonly words = words;
  protected readonly updates = signal<CpeUpdate[] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly message = signal('');

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    const answer = await listAttention();
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.updates.set(answer.value.items);
  }

  /** The settled one goes; the forms of the others keep what is typed into them. */
  protected note({ updateId, ticketNo, state }: CpeUpdate): void {
    this.message.set(words().attention.settled(ticketNo, state));
    this.updates.update((all) => all?.filter((update) => update.updateId !== updateId) ?? null);
  }
}

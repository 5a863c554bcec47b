import { Component, computed, effect, input, output, signal, untracked } from '@angular/core';
import type { ChainVerdict } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { evidencePath, verifyHistory } from './history-client.ts';

/** For reviewers: whether the history is intact, and its signed export. */
@Component({
  selector: 'cpe-history-proof',
  imports: [Icon, ProblemNotice],
  template: `
    <div class="actions proof-actions">
      <button type="button" class="button" [disabled]="isVerifying()" (click)="verify()">{{ said().verify }}</button>
      <a class="button" [href]="evidence()" download>{{ said().evidence }}</a>
    </div>
    <div role="status">
      @if (verdict(); as verdict) {
        <p class="notice" [class.good]="verdict.isIntact" [class.danger]="!verdict.isIntact">
          <span><cpe-icon [name]="verdict.isIntact ? 'check' : 'warning'" /> {{ verdictWords() }}</span>
        </p>
        @for (note of verdict.notes; track note.sequence) {
          <p class="notice">{{ said().note(note.sequence, note.detail) }}</p>
        }
      }
    </div>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="verify()" /> }
  `,
})
export class HistoryProof {
  readonly ticketId = input.required<string>();
  readonly verified = output<ChainVerdict | null>();
  protected readonly said = computed(() => words().history);
  protected readonly verdict = signal<ChainVerdict | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isVerifying = signal(false);
  protected readonly evidence = computed(() => evidencePath(this.ticketId()));

  /** Whether the history is intact, and if not, from where on. */
  protected readonly verdictWords = computed(() => {
    const verdict = this.verdict();
    if (!verdict) return '';
    return verdict.isIntact
      ? this.said().intact(verdict.entries)
      : this.said().broken(verdict.fault?.sequence ?? 0, verdict.fault?.detail ?? '');
  });

  constructor() {
    // Whoever may verify sees at once whether there is something to worry about.
    effect(() => {
      this.ticketId();
      untracked(() => void this.verify());
    });
  }

  protected async verify(): Promise<void> {
    this.isVerifying.set(true);
    const answer = await verifyHistory(this.ticketId());
    this.isVerifying.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    this.verdict.set(answer.ok ? answer.value : null);
    this.verified.emit(this.verdict());
  }
}

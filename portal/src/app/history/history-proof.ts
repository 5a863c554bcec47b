import { Component, computed, input, signal } from '@angular/core';
import type { ChainVerdict } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { evidencePath, verifyHistory } from './history-client.ts';

/** Whether a history is intact, and if not, from where on. */
const verdictWords = ({ isIntact, entries, fault }: ChainVerdict): string =>
  isIntact
    ? words().history.intact(entries)
    : words().history.broken(fault?.sequence ?? 0, fault?.detail ?? '');

/** For reviewers: whether the history is intact, and its signed export. */
@Component({
  selector: 'cpe-history-proof',
  imports: [Icon, ProblemNotice],
  template: `
    <div class="actions proof-actions">
      <button type="button" class="button" [disabled]="isVerifying()" (click)="verify()">{{ words().history.verify }}</button>
      <a class="button" [href]="evidence()" download>{{ words().history.evidence }}</a>
    </div>
    <div role="status">
      @if (verdict(); as verdict) {
        <p class="notice" [class.good]="verdict.isIntact" [class.danger]="!verdict.isIntact">
          <span><cpe-icon [name]="verdict.isIntact ? 'check' : 'warning'" /> {{ said(verdict) }}</span>
        </p>
      }
    </div>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="verify()" /> }
  `,
})
export class HistoryProof {
  protected readonly words = words;
  readonly ticketId = input.required<string>();
  protected readonly verdict = signal<ChainVerdict | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isVerifying = signal(false);
  protected readonly said = verdictWords;
  protected readonly evidence = computed(() => evidencePath(this.ticketId()));

  protected async verify(): Promise<void> {
    this.isVerifying.set(true);
    const answer = await verifyHistory(this.ticketId());
    this.isVerifying.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    this.verdict.set(answer.ok ? answer.value : null);
  }
}

import { Component, computed, effect, input, output, signal, untracked } from '@angular/core';
import type { ChainVerdict } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { evidencePath, verifyHistory } from './history-client.ts';

/** For reviewers: whether the history is intact, and its signed export. */
@Component({
  selector: 'cpe-history-proof',
  imports: [Icon, ProblemNotice],
  template: `
    <div class="verdict-bar notice" [class.good]="verdict()?.isIntact" [class.danger]="verdict()?.isIntact === false">
      <div role="status">
        @if (verdict(); as verdict) {
          <p><cpe-icon [name]="verdict.isIntact ? 'check' : 'warning'" /> <strong>{{ verdictWords() }}</strong></p>
          @for (note of verdict.notes; track note.sequence) { <p>{{ said().note(note.sequence, note.detail) }}</p> }
        } @else { <p>{{ said().verifying }}</p> }
      </div>
      <div class="actions proof-actions">
        <button type="button" class="button small" [disabled]="isVerifying()" (click)="verify()">{{ said().verify }}</button>
        <a class="button small" [href]="evidence()" download>{{ said().evidence }}</a>
      </div>
      <details class="proof-actions">
        <summary>{{ said().howToVerify }}</summary>
        <ol>
          @for (step of said().howSteps; track step) { <li>{{ step }}</li> }
        </ol>
        <pre class="payload" tabindex="0">{{ command() }}</pre>
      </details>
    </div>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="verify()" /> }
  `,
})
export class HistoryProof {
  readonly ticketId = input.required<string>();
  readonly verified = output<ChainVerdict | null>();
  protected readonly said = computed(() => words().history);
  protected readonly verdict = signal<ChainVerdict | null>(null);
  protected readonly verifiedAt = signal('');
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isVerifying = signal(false);
  protected readonly evidence = computed(() => evidencePath(this.ticketId()));
  /** The service names the file after the line and the day (UTC). */
  protected readonly command = computed(() => {
    const line = this.verdict()?.serviceLineId ?? 'SL';
    const day = this.verifiedAt().slice(0, 10);
    return `node verify-evidence.mjs ${line}-${day}.evidence.json public-keys.pem`;
  });

  /** Whether the history is intact, and if not, from where on. */
  protected readonly verdictWords = computed(() => {
    const verdict = this.verdict();
    if (!verdict) return '';
    if (!verdict.isIntact)
      return this.said().broken(verdict.fault?.sequence ?? 0, verdict.fault?.detail ?? '');
    const intact = this.said().intact(formatTime(this.verifiedAt()), verdict.entries);
    return verdict.anchoredAt
      ? `${intact} ${this.said().anchored(formatTime(verdict.anchoredAt))}`
      : intact;
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
    this.verifiedAt.set(new Date().toISOString());
    this.verdict.set(answer.ok ? answer.value : null);
    this.verified.emit(this.verdict());
  }
}

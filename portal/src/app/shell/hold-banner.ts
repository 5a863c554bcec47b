import { Component, computed, signal } from '@angular/core';
import { formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { changeHold, hold } from './hold.ts';
import { ProblemNotice } from './problem-notice.ts';
import type { Problem } from './request.ts';
import { caller } from './session.ts';

/** Says on every page that all updates are held, and lets on-call release them. */
@Component({
  selector: 'cpe-hold-banner',
  imports: [ProblemNotice],
  template: `
    <div role="status">
      @if (text(); as text) {
        <p class="banner warning">
          {{ text }}
          @if (isPartial()) { <strong>{{ words().shell.hold.notEverywhere }}</strong> }
          @if (mayRelease()) {
            <button type="button" class="button" [disabled]="isSending()" (click)="release()">{{ words().shell.hold.release }}</button>
          }
        </p>
      }
    </div>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="release()" /> }
  `,
})
export class HoldBanner {
  protected readonly words = words;
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isSending = signal(false);
  protected readonly text = computed(() => {
    const now = hold();
    if (!now?.held) return null;
    return words().shell.hold.held(now.by?.name ?? '', formatTime(now.at), now.reason ?? '');
  });
  protected readonly isPartial = computed(() => hold()?.everywhere === false);
  protected readonly mayRelease = computed(
    () => caller()?.actions.includes('policy:hold') === true,
  );

  protected async release(): Promise<void> {
    this.isSending.set(true);
    this.problem.set(await changeHold({ held: false }));
    this.isSending.set(false);
  }
}

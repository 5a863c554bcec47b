import { Component, computed, input, output } from '@angular/core';
import { problemWords } from '../words/problem-words.ts';
import { words } from '../words/words.ts';
import type { Problem } from './request.ts';

/** Says what went wrong and offers to try again. */
@Component({
  selector: 'cpe-problem-notice',
  template: `
    <div class="notice danger" role="alert">
      <strong>{{ said().title }}</strong>
      <p>{{ said().detail }}</p>
      @if (problem().retryAfterSeconds; as seconds) {
        <p>{{ words().shell.tryAgainIn(seconds) }}</p>
      }
      @if (problem().requestId; as id) {
        <p class="muted">{{ words().shell.request }} <code>{{ id }}</code></p>
      }
      <button type="button" class="button" (click)="retry.emit()">{{ words().shell.tryAgain }}</button>
    </div>
  `,
})
export class ProblemNotice {
  protected readonly words = words;
  readonly problem = input.required<Problem>();
  protected readonly said = computed(() => problemWords(this.problem()));
  readonly retry = output<void>();
}

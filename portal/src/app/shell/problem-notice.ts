import { Component, computed, input, output } from '@angular/core';
import type { Problem } from './request.ts';
import { problemWords } from './words.ts';

/** Says what went wrong and offers to try again. */
@Component({
  selector: 'cpe-problem-notice',
  template: `
    <div class="notice danger" role="alert">
      <strong>{{ words().title }}</strong>
      <p>{{ words().detail }}</p>
      @if (problem().retryAfterSeconds; as seconds) {
        <p>Try again in {{ seconds }} s.</p>
      }
      @if (problem().requestId; as id) {
        <p class="muted">Request <code>{{ id }}</code></p>
      }
      <button type="button" class="button" (click)="retry.emit()">Try again</button>
    </div>
  `,
})
export class ProblemNotice {
  readonly problem = input.required<Problem>();
  protected readonly words = computed(() => problemWords(this.problem()));
  readonly retry = output<void>();
}

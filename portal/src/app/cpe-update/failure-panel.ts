import { Component, computed, input } from '@angular/core';
import type { Problem } from '../shell/request.ts';
import { failureDetails } from './failure-details.ts';
import { wordsOfFailure } from './failure-words.ts';

/** A failure: what happened, what did not change, what to do next. */
@Component({
  selector: 'cpe-failure-panel',
  template: `
    <div class="failure" role="alert">
      <h3>What happened</h3>
      <p>{{ words().happened }}</p>
      @if (details().lines.length > 0) {
        <ul>
          @for (line of details().lines; track line) { <li>{{ line }}</li> }
        </ul>
      }
      @if (details().conflicts.length > 0) {
        <div class="scroll-x">
          <table class="table">
            <thead>
              <tr><th scope="col">Field</th><th scope="col">Opened with</th><th scope="col">Now</th><th scope="col">Wanted</th></tr>
            </thead>
            <tbody>
              @for (row of details().conflicts; track row.label) {
                <tr><th scope="row">{{ row.label }}</th><td>{{ row.opened }}</td><td>{{ row.now }}</td><td>{{ row.wanted }}</td></tr>
              }
            </tbody>
          </table>
        </div>
      }
      <h3>What did not change</h3>
      <p>{{ words().unchanged }}</p>
      <h3>What to do next</h3>
      <p>{{ words().next }}</p>
      <p class="muted">
        Code <code>{{ problem().code }}</code>@if (problem().requestId; as id) {, request <code>{{ id }}</code>}
      </p>
    </div>
  `,
})
export class FailurePanel {
  readonly problem = input.required<Problem>();
  /** A try of this update was sent, and nothing tells whether it arrived. */
  readonly mayHaveArrived = input(false);
  protected readonly words = computed(() => wordsOfFailure(this.problem().code, this.mayHaveArrived()));
  protected readonly details = computed(() => failureDetails(this.problem()));
}

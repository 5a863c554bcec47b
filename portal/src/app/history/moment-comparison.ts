import { Component, computed, input, signal } from '@angular/core';
import type { CpeComparison } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { formatTime, valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';
import { compareMoments } from './history-client.ts';

/** What the CPE was at two moments, side by side. */
@Component({
  selector: 'cpe-moment-comparison',
  imports: [ProblemNotice],
  template: `
    <section class="panel" aria-labelledby="comparison">
      <h2 id="comparison">{{ said().compare }}</h2>
      <form class="history-filters" (submit)="compare($event)" novalidate>
        <div class="field">
          <label for="first-moment">{{ said().firstMoment }}</label>
          <input #from id="first-moment" type="datetime-local" step="1" [value]="first()" (input)="first.set(from.value)" />
        </div>
        <div class="field">
          <label for="second-moment">{{ said().secondMoment }}</label>
          <input #to id="second-moment" type="datetime-local" step="1" [value]="second()" (input)="second.set(to.value)" />
        </div>
        <button type="submit" class="button">{{ said().compareThem }}</button>
      </form>
      @if (isMissing()) { <p class="error" role="alert">{{ said().noMoments }}</p> }
      @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="compare()" /> }
      <div role="status">
        @if (comparison(); as both) {
          @if (!both.first.cpe || !both.second.cpe) {
            <p>{{ said().unknownThen }}</p>
          } @else {
            @if (both.changed.length === 0) { <p>{{ said().same }}</p> }
            <div class="scroll-x" tabindex="0">
              <table class="table">
                <thead>
                  <tr><th scope="col">{{ words().shell.field }}</th><th scope="col">{{ headings()[0] }}</th><th scope="col">{{ headings()[1] }}</th></tr>
                </thead>
                <tbody>
                  @for (row of rows(); track row.label) {
                    <tr [class.is-same]="!row.isChanged">
                      <th scope="row">{{ row.label }}</th>
                      <td>{{ row.first }}</td>
                      <td>@if (row.isChanged) { <strong>{{ row.second }}</strong> } @else { {{ row.second }} }</td>
                    </tr>
                  }
                </tbody>
              </table>
            </div>
          }
        }
      </div>
    </section>
  `,
})
export class MomentComparison {
  readonly ticketId = input.required<string>();
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly first = signal('');
  protected readonly second = signal('');
  protected readonly isMissing = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly comparison = signal<CpeComparison | null>(null);

  protected readonly headings = computed(() => {
    const both = this.comparison();
    if (!both) return [];
    return [both.first, both.second].map(({ at, sequence }) =>
      sequence === null ? formatTime(at) : `${formatTime(at)} (${this.said().entry(sequence)})`,
    );
  });

  protected readonly rows = computed(() => {
    const both = this.comparison();
    const [first, second] = [both?.first.cpe, both?.second.cpe];
    if (!both || !first || !second) return [];
    return shownFields(first, second).map((field) => ({
      label: words().fields[field],
      first: valueText(field, first),
      second: valueText(field, second),
      isChanged: both.changed.includes(field),
    }));
  });

  protected async compare(event?: Event): Promise<void> {
    event?.preventDefault();
    const [first, second] = [this.first(), this.second()].map((text) => new Date(text));
    this.isMissing.set(Number.isNaN(first?.getTime()) || Number.isNaN(second?.getTime()));
    if (this.isMissing() || !first || !second) return;
    const answer = await compareMoments(this.ticketId(), first.toISOString(), second.toISOString());
    this.problem.set(answer.ok ? null : answer.problem);
    this.comparison.set(answer.ok ? answer.value : null);
  }
}

import { Component, computed, input } from '@angular/core';
import type { Overview } from '@cpe-desk/contract';
import { formatCount, formatDay } from '../words/formats.ts';
import { words } from '../words/words.ts';

const HEIGHT = 140;
const WIDTH = 600;

type Day = Overview['days'][number];

/**
 * How long NIG took to answer, day by day: the median and what 95 of 100 stayed below. A day
 * without answers breaks the line.
 */
@Component({
  selector: 'cpe-answer-times',
  template: `
    <figure class="chart">
      <figcaption class="chart-legend">
        <span><i class="median" aria-hidden="true"></i>{{ said().median }}</span>
        <span><i class="p95" aria-hidden="true"></i>{{ said().p95 }}</span>
        <span class="muted">{{ said().slowest(peakWords()) }}</span>
      </figcaption>
      <svg [attr.viewBox]="'0 0 ' + width + ' ' + height" preserveAspectRatio="none" role="img" [attr.aria-label]="said().answerTimes">
        <path class="p95 line" [attr.d]="p95()" />
        <path class="median line" [attr.d]="median()" />
        <path class="base" [attr.d]="'M0 ' + height + 'h' + width" />
      </svg>
      <details>
        <summary>{{ said().asTable }}</summary>
        <div class="scroll-x" tabindex="0">
          <table class="table">
            <caption class="visually-hidden">{{ said().answerTimes }}</caption>
            <thead>
              <tr><th scope="col">{{ said().day }}</th><th scope="col" class="number">{{ said().calls }}</th><th scope="col" class="number">{{ said().median }}</th><th scope="col" class="number">{{ said().p95 }}</th></tr>
            </thead>
            <tbody>
              @for (row of rows(); track row.day) {
                <tr><th scope="row">{{ row.day }}</th><td class="number">{{ row.calls }}</td><td class="number">{{ row.median }}</td><td class="number">{{ row.p95 }}</td></tr>
              }
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  `,
})
export class AnswerTimes {
  readonly days = input.required<readonly Day[]>();
  protected readonly said = computed(() => words().overview);
  protected readonly height = HEIGHT;
  protected readonly width = WIDTH;
  readonly #peak = computed(() =>
    Math.max(1, ...this.days().map(({ answers }) => answers.p95Ms ?? 0)),
  );
  protected readonly peakWords = computed(() => this.#ms(this.#peak()));
  protected readonly median = computed(() => this.#line(({ answers }) => answers.medianMs));
  protected readonly p95 = computed(() => this.#line(({ answers }) => answers.p95Ms));
  protected readonly rows = computed(() =>
    this.days()
      .filter(({ answers }) => answers.count > 0)
      .map(({ day, answers }) => ({
        day: formatDay(day),
        calls: formatCount(answers.count),
        median: this.#ms(answers.medianMs ?? 0),
        p95: this.#ms(answers.p95Ms ?? 0),
      }))
      .reverse(),
  );

  #ms(value: number): string {
    return `${formatCount(value)} ms`;
  }

  /** A day alone is a dash as wide as its day. */
  #line(of: (day: Day) => number | null): string {
    const step = WIDTH / Math.max(1, this.days().length);
    let isOpen = false;
    return this.days()
      .map((day, index) => {
        const value = of(day);
        if (value === null) {
          isOpen = false;
          return '';
        }
        const y = HEIGHT - (value / this.#peak()) * (HEIGHT - 4);
        const part = isOpen ? `L${index * step} ${y}h${step}` : `M${index * step} ${y}h${step}`;
        isOpen = true;
        return part;
      })
      .join('');
  }
}

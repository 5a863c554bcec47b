import { Component, computed, input } from '@angular/core';
import { formatCount, formatDay } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** One part of each bar: its name, its look (a class of overview.css) and its value a day. */
export type Series = { name: string; look: string; values: readonly number[] };

const HEIGHT = 140;
const WIDTH = 600;
const GAP = 0.25;

/** Stacked bars, one a day, with the same figures as a table for everybody. */
@Component({
  selector: 'cpe-bar-chart',
  template: `
    <figure class="chart">
      <figcaption class="chart-legend">
        @for (each of series(); track each.name) { <span><i [class]="each.look" aria-hidden="true"></i>{{ each.name }}</span> }
        <span class="muted">{{ said().peak(peakWords()) }}</span>
      </figcaption>
      <svg [attr.viewBox]="'0 0 ' + width + ' ' + height" preserveAspectRatio="none" role="img" [attr.aria-label]="heading()">
        @for (bar of bars(); track $index) {
          <rect [attr.class]="bar.look" [attr.x]="bar.x" [attr.y]="bar.y" [attr.width]="bar.width" [attr.height]="bar.height"><title>{{ bar.says }}</title></rect>
        }
        <path class="base" [attr.d]="'M0 ' + height + 'h' + width" />
      </svg>
      <p class="chart-ends muted" aria-hidden="true"><span>{{ ends()[0] }}</span><span>{{ ends()[1] }}</span></p>
      <details>
        <summary>{{ said().asTable }}</summary>
        <div class="scroll-x" tabindex="0">
          <table class="table">
            <caption class="visually-hidden">{{ heading() }}</caption>
            <thead>
              <tr><th scope="col">{{ said().day }}</th>@for (each of series(); track each.name) { <th scope="col" class="number">{{ each.name }}</th> }</tr>
            </thead>
            <tbody>
              @for (row of rows(); track row.day) {
                <tr><th scope="row">{{ row.day }}</th>@for (value of row.values; track $index) { <td class="number">{{ value }}</td> }</tr>
              }
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  `,
})
export class BarChart {
  readonly heading = input.required<string>();
  /** `2026-11-24`, the first one first. */
  readonly days = input.required<readonly string[]>();
  readonly series = input.required<readonly Series[]>();
  protected readonly said = computed(() => words().overview);
  protected readonly height = HEIGHT;
  protected readonly width = WIDTH;

  readonly #totals = computed(() =>
    this.days().map((_, index) =>
      this.series().reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
    ),
  );
  readonly #peak = computed(() => Math.max(0, ...this.#totals()));
  protected readonly peakWords = computed(() => formatCount(this.#peak()));
  protected readonly ends = computed(() =>
    [this.days().at(0), this.days().at(-1)].map((day) => (day ? formatDay(day) : '')),
  );

  protected readonly bars = computed(() => {
    const step = WIDTH / Math.max(1, this.days().length);
    const scale = HEIGHT / Math.max(1, this.#peak());
    return this.days().flatMap((day, index) => {
      let top = HEIGHT;
      return this.series().map(({ name, look, values }) => {
        const value = values[index] ?? 0;
        top -= value * scale;
        return {
          look,
          x: (index + GAP / 2) * step,
          y: top,
          width: step * (1 - GAP),
          height: value * scale,
          says: `${formatDay(day)}: ${formatCount(value)} ${name}`,
        };
      });
    });
  });

  /** The newest first, as people look for them. */
  protected readonly rows = computed(() =>
    this.days()
      .map((day, index) => ({
        day: formatDay(day),
        values: this.series().map(({ values }) => formatCount(values[index] ?? 0)),
      }))
      .reverse(),
  );
}

import { Component, computed, DestroyRef, effect, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Overview } from '@cpe-desk/contract';
import { Newest } from '../shell/newest.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatAgo, formatCount, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { AnswerTimes } from './answer-times.ts';
import { BarChart } from './bar-chart.ts';
import { NigPanel } from './nig-panel.ts';
import { loadOverview } from './overview-client.ts';

const outcomes = ['applied', 'rejected', 'abandoned'] as const;

/** How updates and NIG have been doing, for supervisors. */
@Component({
  selector: 'cpe-overview-page',
  imports: [AnswerTimes, BarChart, NigPanel, ProblemNotice, RouterLink, Skeleton],
  template: `
    <header class="page-head">
      <h1 tabindex="-1">{{ said().heading }}</h1>
      <div class="counts" role="group" [attr.aria-label]="said().period">
        @for (each of periods; track each) {
          <button type="button" class="count" [attr.aria-pressed]="each === days()" (click)="days.set(each)">{{ said().days(each) }}</button>
        }
      </div>
    </header>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
    @if (overview(); as overview) {
      <p class="muted">{{ said().timeZone(overview.timeZone) }}</p>
      <div class="overview" [attr.aria-busy]="isLoading()">
        <section class="panel" aria-labelledby="updates-a-day">
          <h2 id="updates-a-day">{{ said().updatesADay }}</h2>
          @if (isEmpty()) { <p class="muted">{{ said().none }}</p> } @else {
            <cpe-bar-chart [heading]="said().updatesADay" [days]="dayNames()" [series]="series()" />
          }
        </section>
        <section class="panel" aria-labelledby="answer-times">
          <h2 id="answer-times">{{ said().answerTimes }}</h2>
          <p class="muted">{{ said().answerTimesHint }}</p>
          <cpe-answer-times [days]="overview.days" />
        </section>
        <section class="panel" aria-labelledby="refusals">
          <h2 id="refusals">{{ said().refusals }}</h2>
          @if (overview.refusals.length > 0) {
            <table class="table">
              <thead><tr><th scope="col">{{ said().code }}</th><th scope="col" class="number">{{ said().count }}</th></tr></thead>
              <tbody>
                @for (row of overview.refusals; track row.code) { <tr><th scope="row" class="mono">{{ row.code }}</th><td class="number">{{ count(row.count) }}</td></tr> }
              </tbody>
            </table>
          } @else { <p class="muted">{{ said().noRefusals }}</p> }
        </section>
        <section class="panel" aria-labelledby="models">
          <h2 id="models">{{ said().models }}</h2>
          @if (overview.models.length > 0) {
            <table class="table">
              <thead><tr><th scope="col">{{ said().model }}</th><th scope="col" class="number">{{ said().corrections }}</th><th scope="col" class="number">{{ said().swaps }}</th></tr></thead>
              <tbody>
                @for (row of overview.models; track row.manufacturer + row.model) {
                  <tr><th scope="row">{{ row.manufacturer }} {{ row.model }}</th><td class="number">{{ count(row.corrections) }}</td><td class="number">{{ count(row.swaps) }}</td></tr>
                }
              </tbody>
            </table>
          } @else { <p class="muted">{{ said().noModels }}</p> }
        </section>
        @if (overview.nig; as nig) {
          <section class="panel" aria-labelledby="nig">
            <h2 id="nig">{{ said().nig.heading }}</h2>
            <cpe-nig-panel [nig]="nig" />
          </section>
        }
        <section class="panel wide" aria-labelledby="oldest">
          <div class="panel-head"><h2 id="oldest">{{ said().oldest }}</h2><span class="badge" [class.warning]="overview.unsettled.count > 0">{{ count(overview.unsettled.count) }}</span></div>
          @if (overview.unsettled.oldest.length > 0) {
            <div class="scroll-x">
              <table class="table">
                <thead><tr><th scope="col">{{ said().ticket }}</th><th scope="col">{{ said().state }}</th><th scope="col">{{ said().since }}</th><th scope="col">{{ said().by }}</th></tr></thead>
                <tbody>
                  @for (row of overview.unsettled.oldest; track row.updateId) {
                    <tr>
                      <th scope="row"><a [routerLink]="['/tickets', row.cttId]">{{ row.ticketNo }}</a></th>
                      <td>{{ words().state[row.state] }}</td>
                      <td><time [attr.datetime]="row.since" [title]="time(row.since)">{{ ago(row.since) }}</time></td>
                      <td>{{ row.by }}</td>
                    </tr>
                  }
                </tbody>
              </table>
            </div>
          } @else { <p class="muted">{{ said().noneOpen }}</p> }
        </section>
      </div>
    } @else if (!problem()) {
      <cpe-skeleton [label]="said().loading" [lines]="14" />
    }
  `,
})
export class OverviewPage {
  readonly #newest = new Newest();
  protected readonly words = words;
  protected readonly said = computed(() => words().overview);
  protected readonly periods = [7, 30, 90] as const;
  protected readonly days = signal<number>(30);
  protected readonly overview = signal<Overview | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isLoading = signal(false);
  protected readonly time = formatTime;
  protected readonly ago = (at: string) => formatAgo(at);
  protected readonly count = formatCount;

  protected readonly dayNames = computed(() => this.overview()?.days.map(({ day }) => day) ?? []);
  protected readonly series = computed(() =>
    outcomes.map((outcome) => ({
      name: this.said().outcomes[outcome],
      look: outcome,
      values: this.overview()?.days.map((day) => day[outcome]) ?? [],
    })),
  );
  protected readonly isEmpty = computed(() =>
    this.series().every(({ values }) => values.every((value) => value === 0)),
  );

  constructor() {
    effect(() => {
      this.days();
      void this.load();
    });
    inject(DestroyRef).onDestroy(() => this.#newest.stop());
  }

  protected async load(): Promise<void> {
    const signal = this.#newest.next();
    this.isLoading.set(true);
    const answer = await loadOverview(this.days(), signal);
    if (signal.aborted) return;
    this.isLoading.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.overview.set(answer.value);
  }
}

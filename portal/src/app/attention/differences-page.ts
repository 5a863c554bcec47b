import { Component, computed, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import {
  cpeFields,
  type Drift,
  type DriftHolder,
  type DriftList,
  driftHolders,
} from '@cpe-desk/contract';
import { askWhileVisible } from '../shell/ask-while-visible.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { caller } from '../shell/session.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatAgo, formatTime, valueText } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { listDrift } from './drift-client.ts';
import { LastPass } from './last-pass.ts';
import { RepairForm } from './repair-form.ts';

/** What differs, field by field; one row where it is not one of the CPE's fields. */
const rowsOf = ({
  fields,
  recorded,
  held,
}: Drift): { label: string; recorded: string; held: string }[] => {
  const said = words().attention.drift;
  if (!held) return [said.nothing];
  const rows = cpeFields
    .filter((field) => fields.includes(field))
    .map((field) => ({
      label: words().fields[field],
      recorded: valueText(field, recorded),
      held: valueText(field, held),
    }));
  return fields.includes('line')
    ? [...rows, { label: said.lineFacts, recorded: '', held: '' }]
    : rows;
};

/** Where the desk, the corp-data record and NIG were last found to differ, by system. */
@Component({
  selector: 'cpe-differences-page',
  imports: [LastPass, ProblemNotice, RepairForm, RouterLink, Skeleton],
  template: `
    <header class="page-head">
      <h1 tabindex="-1">{{ words().frame.differences }}</h1>
      <p class="muted">{{ said().explained }}</p>
    </header>
    @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="load()" /> }
    @if (drift(); as drift) {
      <cpe-last-pass [pass]="drift.lastPass" />
      @for (group of groups(); track group.holder) {
        <section class="panel" [attr.aria-labelledby]="'differs-' + group.holder">
          <div class="panel-head">
            <h2 [id]="'differs-' + group.holder">{{ said().holder[group.holder] }} <span class="badge" [class.warning]="group.open > 0">{{ said().open(group.open) }}</span></h2>
            @if (mayRepair() && group.holder === 'nig' && repairable().length > 1) {
              <button type="button" class="button small" (click)="selected.set(repairable())">{{ words().attention.repair.selectAll }}</button>
            }
          </div>
          <ul class="differences">
            @for (item of group.items; track item.serviceLineId) {
              <li class="difference">
                <div class="difference-head">
                  @if (mayRepair() && canRepair(item)) {
                    <input #box type="checkbox" [checked]="selected().includes(item.serviceLineId)"
                      [attr.aria-label]="words().attention.repair.select(item.serviceLineId)"
                      (change)="select(item.serviceLineId, box.checked)" />
                  }
                  <strong class="mono">{{ item.serviceLineId }}</strong>
                  <span>{{ item.customer }}</span>
                  @if (item.repairedAt) { <span class="badge good">{{ said().repaired }}</span> }
                  <span class="muted">{{ said().since }} <time [attr.datetime]="item.foundAt" [title]="ago(item.foundAt)">{{ time(item.foundAt) }}</time></span>
                  @if (item.ticket; as ticket) { <a [routerLink]="['/tickets', ticket.id]">{{ item.repairedAt ? ticket.ticketNo : said().refreshFrom(ticket.ticketNo) }}</a> }
                </div>
                <table class="table side-by-side">
                  <caption class="visually-hidden">{{ item.serviceLineId }}</caption>
                  <thead><tr><th scope="col">{{ words().shell.field }}</th><th scope="col">{{ said().recorded }}</th><th scope="col">{{ said().held[group.holder] }}</th></tr></thead>
                  <tbody>
                    @for (row of rowsOf(item); track row.label) { <tr><th scope="row">{{ row.label }}</th><td>{{ row.recorded }}</td><td>{{ row.held }}</td></tr> }
                  </tbody>
                </table>
              </li>
            } @empty {
              <li class="muted">{{ said().none }}</li>
            }
          </ul>
          @if (group.holder === 'nig' && mayRepair() && (repairable().length > 0 || hasRepaired())) {
            <h3>{{ words().attention.repair.heading }}</h3>
            <cpe-repair-form [lines]="selected()" (repaired)="reload()" />
          }
        </section>
      }
    } @else if (!problem()) {
      <cpe-skeleton [label]="words().shell.loading" />
    }
  `,
})
export class DifferencesPage {
  protected readonly drift = signal<DriftList | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly words = words;
  protected readonly said = computed(() => words().attention.drift);
  protected readonly selected = signal<readonly string[]>([]);
  protected readonly hasRepaired = signal(false);
  protected readonly mayRepair = computed(
    () => caller()?.actions.includes('cpe-update:repair') ?? false,
  );
  protected readonly repairable = computed(
    () =>
      this.drift()
        ?.items.filter((item) => this.canRepair(item))
        .map(({ serviceLineId }) => serviceLineId) ?? [],
  );
  protected readonly groups = computed(() => {
    const items = this.drift()?.items ?? [];
    const groupOf = (holder: DriftHolder) => {
      const own = items.filter((item) => item.holder === holder);
      return { holder, items: own, open: own.filter(({ repairedAt }) => !repairedAt).length };
    };
    return driftHolders.toReversed().map(groupOf);
  });
  protected readonly time = formatTime;
  protected readonly ago = (at: string) => formatAgo(at);
  protected readonly rowsOf = rowsOf;

  constructor() {
    askWhileVisible(() => void this.load());
  }

  protected async load(): Promise<void> {
    const answer = await listDrift();
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    this.drift.set(answer.value);
    this.selected.update((all) => all.filter((lineId) => this.repairable().includes(lineId)));
  }

  protected canRepair({ holder, repairedAt }: Drift): boolean {
    return holder === 'nig' && repairedAt === null;
  }

  protected select(lineId: string, isSelected: boolean): void {
    this.selected.update((all) =>
      isSelected ? [...all, lineId] : all.filter((selected) => selected !== lineId),
    );
  }

  /** What was repaired is no difference any more; the form still shows the result. */
  protected async reload(): Promise<void> {
    this.hasRepaired.set(true);
    await this.load();
  }
}

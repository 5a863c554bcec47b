import { Component, computed, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { cpeFields, type Drift, type DriftList } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { caller } from '../shell/session.ts';
import { Skeleton } from '../shell/skeleton.ts';
import { formatTime, valueText } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { listDrift } from './drift-client.ts';
import { RepairForm } from './repair-form.ts';

/** When all lines were compared last, and what to make of it. */
const passWords = ({ lastPass }: DriftList): string => {
  const said = words().attention.drift;
  if (lastPass === null) return said.neverCompared;
  const { endedAt, compared, repaired, drifted } = lastPass;
  const when = endedAt === null ? said.goesOn : said.lastCompared(formatTime(endedAt));
  const found = said.found(compared, drifted, repaired);
  return drifted > 0 ? `${when} ${found} ${said.next}` : `${when} ${found}`;
};

/** Where the desk, the corp-data record and NIG were last found to differ. */
@Component({
  selector: 'cpe-drift-panel',
  imports: [Skeleton, ProblemNotice, RepairForm, RouterLink],
  template: `
    <section class="panel" aria-labelledby="drift">
      <h2 id="drift">{{ words().attention.drift.heading }}</h2>
      @if (problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="load()" />
      }
      @if (drift(); as drift) {
        <p class="muted">{{ passWords() }}</p>
        @if (drift.items.length > 0) {
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>@for (heading of headings(); track $index) { <th scope="col">{{ heading }}</th> }</tr>
              </thead>
              <tbody>
                @for (item of drift.items; track item.serviceLineId + item.holder) {
                  @for (row of rowsOf(item); track row.label; let first = $first) {
                    <tr>
                      @if (first && mayRepair()) {
                        <td [attr.rowspan]="rowsOf(item).length">
                          @if (canRepair(item)) {
                            <input #box type="checkbox" [checked]="selected().includes(item.serviceLineId)"
                              [attr.aria-label]="words().attention.repair.select(item.serviceLineId)"
                              (change)="select(item.serviceLineId, box.checked)" />
                          }
                        </td>
                      }
                      @if (first) {
                        <th scope="rowgroup" [attr.rowspan]="rowsOf(item).length">
                          @if (item.ticket; as ticket) { <a [routerLink]="['/tickets', ticket.id]">{{ item.serviceLineId }}</a> } @else { {{ item.serviceLineId }} }
                          <br /><span class="muted">{{ item.customer }}</span>
                        </th>
                        <td [attr.rowspan]="rowsOf(item).length">{{ words().attention.drift.holder[item.holder] }}</td>
                      }
                      <td>{{ row.label }}</td><td>{{ row.recorded }}</td><td>{{ row.held }}</td>
                      @if (first) {
                        <td [attr.rowspan]="rowsOf(item).length">
                          <time [attr.datetime]="item.foundAt">{{ time(item.foundAt) }}</time>
                          @if (item.repairedAt) { <br />{{ words().attention.drift.repaired }} }
                        </td>
                      }
                    </tr>
                  }
                }
              </tbody>
            </table>
          </div>
          @if (mayRepair() && repairable().length > 0) {
            <h3>{{ words().attention.repair.heading }}</h3>
            <div class="actions">
              <button type="button" class="button" (click)="selected.set(repairable())">{{ words().attention.repair.selectAll }}</button>
            </div>
          }
        }
        @if (mayRepair() && (repairable().length > 0 || hasRepaired())) {
          <cpe-repair-form [lines]="selected()" (repaired)="reload()" />
        }
      } @else if (!problem()) {
        <cpe-skeleton [label]="words().shell.loading" />
      }
    </section>
  `,
})
export class DriftPanel {
  protected readonly drift = signal<DriftList | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly words = words;
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
  protected readonly headings = computed(() => {
    const { line, whoDiffers, recorded, held, since } = words().attention.drift;
    const select = this.mayRepair() ? [words().attention.repair.selected] : [];
    return [...select, line, whoDiffers, words().shell.field, recorded, held, since];
  });
  protected readonly time = formatTime;
  protected readonly passWords = computed(() => {
    const drift = this.drift();
    return drift ? passWords(drift) : '';
  });

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    const answer = await listDrift();
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.drift.set(answer.value);
  }

  protected canRepair({ holder, repairedAt }: Drift): boolean {
    return holder === 'nig' && repairedAt === null;
  }

  protected select(lineId: string, isSelected: boolean): void {
    this.selected.update((all) =>
      isSelected ? [...all, lineId] : all.filter((selected) => selected !== lineId),
    );
  }

  /** What was repaired is no drift any more; the form still shows the result. */
  protected async reload(): Promise<void> {
    this.hasRepaired.set(true);
    await this.load();
    this.selected.update((all) => all.filter((lineId) => this.repairable().includes(lineId)));
  }

  /** What differs, field by field; one row where it is not one of the CPE's fields. */
  protected rowsOf({
    fields,
    recorded,
    held,
  }: Drift): { label: string; recorded: string; held: string }[] {
    if (!held) return [words().attention.drift.nothing];
    const rows = cpeFields
      .filter((field) => fields.includes(field))
      .map((field) => ({
        label: words().fields[field],
        recorded: valueText(field, recorded),
        held: valueText(field, held),
      }));
    return fields.includes('line')
      ? [...rows, { label: words().attention.drift.lineFacts, recorded: '', held: '' }]
      : rows;
  }
}

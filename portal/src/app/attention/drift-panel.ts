import { Component, computed, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { cpeFields, type Drift, type DriftList } from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { fieldLabels, formatTime, valueText } from '../shell/words.ts';
import { listDrift } from './drift-client.ts';
import { driftHolderWords, driftNothing, driftPassWords } from './words.ts';

/** Where the desk, the corp-data record and NIG were last found to differ. */
@Component({
  selector: 'cpe-drift-panel',
  imports: [ProblemNotice, RouterLink],
  template: `
    <section class="panel" aria-labelledby="drift">
      <h2 id="drift">Drift</h2>
      @if (problem(); as problem) {
        <cpe-problem-notice [problem]="problem" (retry)="load()" />
      }
      @if (drift(); as drift) {
        <p class="muted">{{ passWords() }}</p>
        @if (drift.items.length > 0) {
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr><th scope="col">Line</th><th scope="col">Who differs</th><th scope="col">Field</th><th scope="col">Recorded</th><th scope="col">Held there</th><th scope="col">Since</th></tr>
              </thead>
              <tbody>
                @for (item of drift.items; track item.serviceLineId + item.holder) {
                  @for (row of rowsOf(item); track row.label; let first = $first) {
                    <tr>
                      @if (first) {
                        <th scope="rowgroup" [attr.rowspan]="rowsOf(item).length">
                          @if (item.ticket; as ticket) { <a [routerLink]="['/tickets', ticket.id]">{{ item.serviceLineId }}</a> } @else { {{ item.serviceLineId }} }
                          <br /><span class="muted">{{ item.customer }}</span>
                        </th>
                        <td [attr.rowspan]="rowsOf(item).length">{{ holders[item.holder] }}</td>
                      }
                      <td>{{ row.label }}</td><td>{{ row.recorded }}</td><td>{{ row.held }}</td>
                      @if (first) {
                        <td [attr.rowspan]="rowsOf(item).length">
                          <time [attr.datetime]="item.foundAt">{{ time(item.foundAt) }}</time>
                          @if (item.repairedAt) { <br />Repaired }
                        </td>
                      }
                    </tr>
                  }
                }
              </tbody>
            </table>
          </div>
        }
      } @else if (!problem()) {
        <p class="muted" aria-busy="true">Loading</p>
      }
    </section>
  `,
})
export class DriftPanel {
  protected readonly drift = signal<DriftList | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly holders = driftHolderWords;
  protected readonly time = formatTime;
  protected readonly passWords = computed(() => {
    const drift = this.drift();
    return drift ? driftPassWords(drift) : '';
  });

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    const answer = await listDrift();
    this.problem.set(answer.ok ? null : answer.problem);
    if (answer.ok) this.drift.set(answer.value);
  }

  /** What differs, field by field; one row where it is not one of the CPE's fields. */
  protected rowsOf({ fields, recorded, held }: Drift): { label: string; recorded: string; held: string }[] {
    if (!held) return [driftNothing];
    const rows = cpeFields
      .filter((field) => fields.includes(field))
      .map((field) => ({
        label: fieldLabels[field],
        recorded: valueText(field, recorded),
        held: valueText(field, held),
      }));
    return fields.includes('line')
      ? [...rows, { label: 'Customer, segment or technology', recorded: '', held: '' }]
      : rows;
  }
}

import { Component, computed, input } from '@angular/core';
import { type CorpData, type Cpe, changedFields, cpeFields } from '@cpe-desk/contract';
import { fieldLabels, formatTime, valueText } from '../shell/words.ts';

@Component({
  selector: 'cpe-corp-data-panel',
  template: `
    <section class="panel" aria-labelledby="corp-data">
      <h2 id="corp-data">Corp data</h2>
      @if (corpData(); as data) {
        <dl class="facts">
          @for (row of rows(); track row.label) {
            <dt>{{ row.label }}</dt>
            <dd>
              {{ row.value }}
              @if (row.differs) {
                <span class="badge warning">Differs from the CPE</span>
              }
            </dd>
          }
          <dt>Refreshed at</dt>
          <dd><time [attr.datetime]="data.refreshedAt">{{ time(data.refreshedAt) }}</time></dd>
        </dl>
      } @else {
        <p class="muted">There is no corp-data record of this line. The first applied update writes it.</p>
      }
    </section>
  `,
})
export class CorpDataPanel {
  readonly corpData = input.required<CorpData | null>();
  readonly cpe = input.required<Cpe | null>();
  protected readonly time = formatTime;
  protected readonly rows = computed(() => {
    const copy = this.corpData()?.cpe;
    const cpe = this.cpe();
    if (!copy) return [];
    const differing = cpe ? changedFields(cpe, copy) : [];
    return cpeFields.map((field) => ({
      label: fieldLabels[field],
      value: valueText(field, copy),
      differs: differing.includes(field),
    }));
  });
}

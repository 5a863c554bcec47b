import { Component, computed, input } from '@angular/core';
import { type CorpData, type Cpe, changedFields } from '@cpe-desk/contract';
import { formatAgo, formatTime, valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';

@Component({
  selector: 'cpe-corp-data-panel',
  template: `
    <section class="panel" aria-labelledby="corp-data">
      <div class="panel-head">
        <h2 id="corp-data">{{ said().corpData }}</h2>
        @if (corpData() && cpe() && agrees()) { <span class="badge good">{{ said().agrees }}</span> }
      </div>
      @if (corpData(); as data) {
        <p class="muted">{{ said().refreshedAt }} <time [attr.datetime]="data.refreshedAt" [title]="time(data.refreshedAt)">{{ ago(data.refreshedAt) }}</time></p>
        <dl class="facts">
          @for (row of rows(); track row.label) {
            <dt>{{ row.label }}</dt>
            <dd [class.differs]="row.differs">{{ row.value }}@if (row.differs) { <span class="badge warning">{{ said().differs }}</span> }</dd>
          }
        </dl>
      } @else {
        <p class="muted">{{ said().noCorpData }}</p>
      }
    </section>
  `,
})
export class CorpDataPanel {
  readonly corpData = input.required<CorpData | null>();
  readonly cpe = input.required<Cpe | null>();
  protected readonly said = computed(() => words().tickets);
  protected readonly time = formatTime;
  protected readonly ago = (at: string) => formatAgo(at);
  readonly #differing = computed(() => {
    const [copy, cpe] = [this.corpData()?.cpe, this.cpe()];
    return copy && cpe ? changedFields(cpe, copy) : [];
  });
  protected readonly agrees = computed(() => this.#differing().length === 0);
  protected readonly rows = computed(() => {
    const copy = this.corpData()?.cpe;
    if (!copy) return [];
    return shownFields(copy, this.cpe() ?? copy).map((field) => ({
      label: words().fields[field],
      value: valueText(field, copy),
      differs: this.#differing().includes(field),
    }));
  });
}

import { Component, computed, input } from '@angular/core';
import {
  type Cpe,
  type CpeField,
  changedFields,
  completeCpe,
  type Ticket,
} from '@cpe-desk/contract';
import { formatBandwidth, valueText } from '../words/formats.ts';
import { shownFields } from '../words/shown-fields.ts';
import { words } from '../words/words.ts';

type Recorded = Pick<Ticket, 'corpData' | 'nigDrift' | 'serviceLine'> & { cpe: Cpe };

/** The other values of a field that someone should see beside the recorded one. */
const marksOf = (field: CpeField, { cpe, corpData, nigDrift, serviceLine }: Recorded): string[] => {
  const { marks } = words().cpeUpdate;
  const differsFrom = (other: Cpe | null | undefined): other is Cpe =>
    !!other && changedFields(cpe, other).includes(field);
  // NIG may know fewer fields than the desk.
  const held = nigDrift?.held && completeCpe(nigDrift.held, cpe);
  const copy = corpData?.cpe;
  const { plan } = serviceLine;
  const isPlanOther =
    field === 'bandwidth' &&
    (plan.downKbps !== cpe.bandwidth.downKbps || plan.upKbps !== cpe.bandwidth.upKbps);
  return [
    differsFrom(held) ? marks.nig(valueText(field, held)) : '',
    isPlanOther ? marks.plan(formatBandwidth(plan)) : '',
    differsFrom(copy) ? marks.corpData(valueText(field, copy)) : '',
  ].filter(Boolean);
};

/** The CPE as recorded, with what NIG, the plan and the corp data say instead. */
@Component({
  selector: 'cpe-view',
  template: `
    <dl class="facts cpe-facts">
      @for (row of rows(); track row.label) {
        <dt>{{ row.label }}</dt>
        <dd>
          <span [class.mono]="row.isCode">{{ row.value }}</span>
          @for (mark of row.marks; track mark) { <span class="mark">{{ mark }}</span> }
        </dd>
      }
    </dl>
    @if (isUnknownToNig()) { <p class="caution">{{ words().cpeUpdate.marks.notInNig }}</p> }
  `,
})
export class CpeView {
  readonly recorded = input.required<Recorded>();
  protected readonly words = words;
  protected readonly isUnknownToNig = computed(() => this.recorded().nigDrift?.held === null);
  protected readonly rows = computed(() => {
    const { cpe } = this.recorded();
    return shownFields(cpe).map((field) => ({
      label: words().fields[field],
      value: valueText(field, cpe),
      isCode: !['manufacturer', 'model', 'bandwidth'].includes(field),
      marks: marksOf(field, this.recorded()),
    }));
  });
}

import { Component, input } from '@angular/core';
import type { ServiceLine } from '@cpe-desk/contract';
import {
  formatBandwidth,
  NOT_KNOWN,
  segmentGroupWords,
  technologyWords,
  yesNoWords,
} from '../shell/words.ts';

@Component({
  selector: 'cpe-service-line-panel',
  template: `
    <section class="panel" aria-labelledby="service-line">
      <h2 id="service-line">Service line</h2>
      <dl class="facts">
        <dt>Line</dt>
        <dd class="mono">{{ line().id }}</dd>
        <dt>Customer</dt>
        <dd>{{ line().customer }}</dd>
        <dt>Technology</dt>
        <dd>{{ technologyWords[line().technology] }}</dd>
        <dt>Access type</dt>
        <dd>{{ line().accessType ?? notKnown }}</dd>
        <dt>Managed Services</dt>
        <dd>{{ yesNo(line().managedServices) }}</dd>
        <dt>Segment group</dt>
        <dd>{{ segmentGroupWords[line().segmentGroup] }}</dd>
        <dt>Plan</dt>
        <dd>{{ bandwidth(line().plan) }}</dd>
      </dl>
    </section>
  `,
})
export class ServiceLinePanel {
  readonly line = input.required<ServiceLine>();
  protected readonly segmentGroupWords = segmentGroupWords;
  protected readonly technologyWords = technologyWords;
  protected readonly notKnown = NOT_KNOWN;
  protected readonly yesNo = yesNoWords;
  protected readonly bandwidth = formatBandwidth;
}

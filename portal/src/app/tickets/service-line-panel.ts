import { Component, input } from '@angular/core';
import type { ServiceLine } from '@cpe-desk/contract';
import { formatBandwidth, yesNo } from '../words/formats.ts';
import { words } from '../words/words.ts';

@Component({
  selector: 'cpe-service-line-panel',
  template: `
    <section class="panel" aria-labelledby="service-line">
      <h2 id="service-line">{{ words().tickets.serviceLine }}</h2>
      <dl class="facts">
        <dt>{{ words().tickets.line }}</dt>
        <dd class="mono">{{ line().id }}</dd>
        <dt>{{ words().tickets.customer }}</dt>
        <dd>{{ line().customer }}</dd>
        <dt>{{ words().tickets.technology }}</dt>
        <dd>{{ words().technology[line().technology] }}</dd>
        <dt>{{ words().tickets.accessType }}</dt>
        <dd>{{ line().accessType ?? words().notKnown }}</dd>
        <dt>{{ words().tickets.managedServices }}</dt>
        <dd>{{ yesNo(line().managedServices) }}</dd>
        <dt>{{ words().tickets.segmentGroup }}</dt>
        <dd>{{ words().segmentGroup[line().segmentGroup] }}</dd>
        <dt>{{ words().tickets.plan }}</dt>
        <dd>{{ bandwidth(line().plan) }}</dd>
      </dl>
    </section>
  `,
})
export class ServiceLinePanel {
  readonly line = input.required<ServiceLine>();
  protected readonly words = words;
  protected readonly yesNo = yesNo;
  protected readonly bandwidth = formatBandwidth;
}

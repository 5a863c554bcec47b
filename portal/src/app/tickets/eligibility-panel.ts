import { Component, computed, input } from '@angular/core';
import { ineligibilityReasons, requiredElementKinds, type Ticket } from '@cpe-desk/contract';
import { hasObstacle, lastingWords } from '../cpe-update/verdict.ts';
import { Icon } from '../shell/icon.ts';
import { words } from '../words/words.ts';

/** Whether the CPE can be updated from this ticket, condition by condition. */
@Component({
  selector: 'cpe-eligibility-panel',
  imports: [Icon],
  template: `
    <section class="panel" aria-labelledby="eligibility">
      <h2 id="eligibility">{{ said().eligibility }}</h2>
      <p>{{ isMet() ? said().eligible : said().notEligible }}</p>
      <details [open]="!isMet()">
      <summary>{{ said().conditions }}</summary>
      <ul class="rules">
        @for (rule of rules(); track rule.text) {
          <li [class.unmet]="!rule.isMet">
            <cpe-icon [name]="rule.isMet ? 'check' : 'cross'" />
            <span><span class="visually-hidden">{{ rule.isMet ? said().met : said().notMet }}:</span> {{ rule.text }}</span>
          </li>
        }
      </ul>
      </details>
    </section>
  `,
})
export class EligibilityPanel {
  readonly ticket = input.required<Ticket>();
  protected readonly said = computed(() => words().tickets);
  protected readonly isMet = computed(() => lastingWords(this.ticket()).length === 0);
  protected readonly rules = computed(() => {
    const [ticket, { rules }] = [this.ticket(), this.said()];
    return [
      ...ineligibilityReasons.map((reason) => ({
        text: rules[reason],
        isMet: !hasObstacle(ticket, reason),
      })),
      ...requiredElementKinds.map((kind) => ({
        text: rules.element(words().element[kind]),
        isMet: ticket.networkElements.some((element) => element.kind === kind),
      })),
      { text: rules.role, isMet: !hasObstacle(ticket, 'forbidden') },
    ];
  });
}

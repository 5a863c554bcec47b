import { Component, computed, input } from '@angular/core';
import { ineligibilityReasons, type Ticket } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { words } from '../words/words.ts';

/** The verdict on whether the CPE can be edited from this ticket, rule by rule. */
@Component({
  selector: 'cpe-eligibility-panel',
  imports: [Icon],
  template: `
    <section class="panel" aria-labelledby="eligibility">
      <h2 id="eligibility">{{ said().eligibility }}</h2>
      <p>{{ eligibility().editable ? said().eligible : said().notEligible }}</p>
      <ul class="rules">
        @for (rule of rules(); track rule.reason) {
          <li [class.unmet]="!rule.isMet">
            <cpe-icon [name]="rule.isMet ? 'check' : 'cross'" />
            <span><span class="visually-hidden">{{ rule.isMet ? said().met : said().notMet }}:</span> {{ said().rules[rule.reason] }}</span>
          </li>
        }
      </ul>
    </section>
  `,
})
export class EligibilityPanel {
  readonly eligibility = input.required<Ticket['eligibility']>();
  protected readonly said = computed(() => words().tickets);
  protected readonly rules = computed(() =>
    ineligibilityReasons.map((reason) => ({
      reason,
      isMet: !this.eligibility().reasons.includes(reason),
    })),
  );
}

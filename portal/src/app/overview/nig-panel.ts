import { Component, computed, input } from '@angular/core';
import type { NigStatus } from '@cpe-desk/contract';
import { words } from '../words/words.ts';

const abilities = ['lookUp', 'cpeOf', 'idempotentById', 'asynchronous'] as const;

/** The connection to NIG of the instance that answered: protocol, circuit and budgets. */
@Component({
  selector: 'cpe-nig-panel',
  template: `
    <dl class="facts">
      <dt>{{ said().adapter }}</dt><dd><code>{{ nig().adapter }}</code></dd>
      @if (nig().profile; as profile) {
        <dt>{{ said().profile }}</dt><dd><code>{{ profile.name }} {{ profile.version }}</code> <code class="muted" [title]="profile.sha256">{{ profile.sha256.slice(0, 12) }}</code></dd>
      }
      <dt>{{ said().circuit }}</dt><dd>@if (nig().circuit === 'closed') { {{ said().circuits.closed }} } @else { <strong>{{ said().circuits[nig().circuit] }}</strong> }</dd>
      @for (ability of abilities(); track ability.label) {
        <dt>{{ ability.label }}</dt><dd>{{ ability.says }}</dd>
      }
    </dl>
    <table class="table">
      <caption class="visually-hidden">{{ said().budgets }}</caption>
      <thead><tr><th scope="col">{{ said().budget }}</th><th scope="col" class="number">{{ said().active }}</th><th scope="col" class="number">{{ said().most }}</th></tr></thead>
      <tbody>
        @for (budget of nig().budgets; track budget.call) {
          <tr><th scope="row">{{ said().budgetOf[budget.call] }}</th><td class="number">{{ budget.active }}</td><td class="number">{{ budget.most }}</td></tr>
        }
      </tbody>
    </table>
    <p class="muted">{{ said().ofThisInstance }}</p>
  `,
})
export class NigPanel {
  readonly nig = input.required<NigStatus>();
  protected readonly said = computed(() => words().overview.nig);
  protected readonly abilities = computed(() =>
    abilities.map((ability) => ({
      label: this.said().abilities[ability],
      says: this.nig().capabilities[ability] ? this.said().yes : this.said().no,
    })),
  );
}

import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CpeUpdateAnswer, HistoryEntry } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { caller } from '../shell/session.ts';
import { formatExactTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { fieldChanges } from './field-changes.ts';
import { RevertForm } from './revert-form.ts';

/** Digits of a hash that tell it apart at a glance. */
const SHORT_HASH = 12;

/** One entry of the history in full, as a reviewer reads it. */
@Component({
  selector: 'cpe-history-entry',
  imports: [Icon, RevertForm, RouterLink],
  template: `
    <article class="panel history-entry" [attr.aria-labelledby]="'entry-' + entry().sequence">
      <header class="entry-head">
        <h2 [id]="'entry-' + entry().sequence">{{ words().history.entry(entry().sequence) }}</h2>
        <time [attr.datetime]="entry().at">{{ time(entry().at) }}</time>
        <span class="badge">{{ words().kind[entry().kind] }}</span>
        @if (isProven() === true) { <span class="badge good"><cpe-icon name="check" /> {{ words().history.proven }}</span> }
        @if (isProven() === false) { <span class="badge danger"><cpe-icon name="warning" /> {{ words().history.notProven }}</span> }
      </header>
      @if (changes().length > 0) {
        <table class="table">
          <caption class="visually-hidden">{{ words().history.changedFields }}</caption>
          <thead>
            <tr><th scope="col">{{ words().shell.field }}</th><th scope="col">{{ words().shell.before }}</th><th scope="col">{{ words().shell.after }}</th></tr>
          </thead>
          <tbody>
            @for (change of changes(); track change.label) {
              <tr>
                <th scope="row">{{ change.label }}</th>
                <td>{{ change.before }}</td>
                <td>{{ change.after }}</td>
              </tr>
            }
          </tbody>
        </table>
      } @else {
        <p>{{ words().history.nothingChanged }}</p>
      }
      <dl class="facts">
        <dt>{{ words().history.by }}</dt>
        <dd>{{ entry().actor.name }} <span class="muted mono">{{ entry().actor.id }}</span></dd>
        <dt>{{ words().history.ticket }}</dt>
        <dd><a [routerLink]="['/tickets', entry().cttId]">{{ entry().ticketNo }}</a></dd>
        <dt>{{ words().history.reason }}</dt>
        <dd class="reason">{{ entry().reason ?? words().history.noReason }}</dd>
        <dt>{{ words().history.nigReference }}</dt>
        <dd class="mono">{{ entry().nigReference }}</dd>
        @if (entry().settlement; as settlement) {
          <dt>{{ words().history.settledBy }}</dt>
          <dd>{{ settlement.by.name }} <span class="muted mono">{{ settlement.by.id }}</span>: {{ settlement.reason }}</dd>
        }
        @if (entry().repair; as repair) {
          <dt>{{ words().history.repair }}</dt>
          <dd>{{ words().history.repairTook[repair.take] }} <span class="muted mono">{{ repair.repairId }}</span></dd>
        }
        @if (requestId(); as id) {
          <dt>{{ words().history.request }}</dt>
          <dd class="mono">{{ id }}</dd>
        }
        <dt>{{ words().history.rules }}</dt>
        <dd class="mono">{{ entry().rules }}</dd>
        <dt>{{ words().history.hash }}</dt>
        <dd class="mono">
          <details class="hash">
            <summary>{{ shortHash() }}</summary>
            {{ entry().hash }}
          </details>
          <span class="print-only">{{ entry().hash }}</span>
        </dd>
      </dl>
      @if (mayRevert()) {
        <cpe-revert-form [entry]="entry()" (reverted)="reverted.emit($event)" />
      }
    </article>
  `,
})
export class HistoryEntryPart {
  readonly entry = input.required<HistoryEntry>();
  /** The request that asked for its update; undefined where it is unknown. */
  readonly requestId = input<string>();
  /** Whether the chain proves the entry; null where nobody has looked. */
  readonly isProven = input<boolean | null>(null);
  readonly reverted = output<CpeUpdateAnswer>();
  protected readonly mayRevert = computed(
    () =>
      this.entry().changed.length > 0 && (caller()?.actions.includes('cpe-update:revert') ?? false),
  );
  protected readonly words = words;
  protected readonly time = formatExactTime;
  protected readonly changes = computed(() => fieldChanges(this.entry()));
  protected readonly shortHash = computed(() => this.entry().hash.slice(0, SHORT_HASH));
}

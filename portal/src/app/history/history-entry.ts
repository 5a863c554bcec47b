import { Component, computed, type ElementRef, input, output, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Cpe, CpeUpdateAnswer, HistoryEntry } from '@cpe-desk/contract';
import { ChangeList } from '../cpe-update/outcome/change-list.ts';
import { CopyButton } from '../shell/copy-button.ts';
import { Icon } from '../shell/icon.ts';
import { caller } from '../shell/session.ts';
import { formatAgo, formatExactTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { RevertForm } from './revert-form.ts';
import { revertRefusal } from './revert-refusal.ts';

/** One entry of the history, as a reviewer reads it: what changed first, the proof folded. */
@Component({
  selector: 'cpe-history-entry',
  imports: [ChangeList, CopyButton, Icon, RevertForm, RouterLink],
  template: `
    @let it = entry();
    <article #article class="history-entry" tabindex="-1" [attr.aria-labelledby]="'entry-' + it.sequence">
      <header class="entry-head">
        <input #tick class="proof-actions" type="checkbox" [checked]="isTicked()" (change)="ticked.emit(tick.checked)" [attr.aria-label]="said().tickEntry(it.sequence)" />
        <h2 [id]="'entry-' + it.sequence">{{ said().entry(it.sequence) }}</h2>
        <span class="badge">{{ words().kind[it.kind] }}</span>
        @if (isProven() === true) { <span class="badge good"><cpe-icon name="check" /> {{ said().proven }}</span> }
        @if (isProven() === false) { <span class="badge danger"><cpe-icon name="warning" /> {{ said().notProven }}</span> }
        <time [attr.datetime]="it.at" [title]="ago(it.at)">{{ time(it.at) }}</time>
      </header>
      <cpe-change-list [changed]="it.changed" [before]="it.before" [after]="it.after" />
      @if (it.changed.length === 0) { <p class="muted">{{ said().nothingChanged }}</p> }
      @if (it.reason) { <p class="reason">{{ it.reason }}</p> }
      <p class="entry-by">
        <span [title]="it.actor.id">{{ it.actor.name }}</span>, <a [routerLink]="['/tickets', it.cttId]">{{ it.ticketNo }}</a>
      </p>
      <details #details class="hash">
        <summary>{{ said().details }}</summary>
        <dl class="facts">
          <dt>{{ said().nigReference }}</dt>
          <dd><cpe-copy [value]="it.nigReference" /></dd>
          @if (it.settlement; as settlement) {
            <dt>{{ said().settledBy }}</dt>
            <dd>{{ settlement.by.name }} <span class="muted mono">{{ settlement.by.id }}</span>: {{ settlement.reason }}</dd>
          }
          @if (it.repair; as repair) {
            <dt>{{ said().repair }}</dt>
            <dd>{{ said().repairTook[repair.take] }} <span class="muted mono">{{ repair.repairId }}</span></dd>
          }
          <dt>{{ said().by }}</dt>
          <dd class="mono">{{ it.actor.id }}</dd>
          @if (requestId(); as id) {
            <dt>{{ said().request }}</dt>
            <dd><cpe-copy [value]="id" /></dd>
          }
          <dt>{{ said().rules }}</dt>
          <dd class="mono">{{ it.rules }}</dd>
          <dt>{{ said().hash }}</dt>
          <dd><cpe-copy [value]="it.hash" /></dd>
        </dl>
      </details>
      <div class="print-only">
        @if (it.settlement; as settlement) { <p>{{ said().settledBy }}: {{ settlement.by.name }} ({{ settlement.by.id }}): {{ settlement.reason }}</p> }
        <p>{{ said().nigReference }}: {{ it.nigReference }}. {{ said().rules }}: {{ it.rules }}. {{ said().by }}: {{ it.actor.id }}</p>
        <p>{{ said().hash }}: <span class="whole-hash mono">{{ it.hash }}</span></p>
      </div>
      @if (mayRevert()) {
        <cpe-revert-form [entry]="it" [refusal]="refusal()" (reverted)="reverted.emit($event)" />
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
  /** Whether it is one of the entries to compare. */
  readonly isTicked = input(false);
  /** The present CPE of the line; null where it is not known here. */
  readonly now = input<Cpe | null>(null);
  readonly ticked = output<boolean>();
  readonly reverted = output<CpeUpdateAnswer>();
  private readonly article = viewChild.required<ElementRef<HTMLElement>>('article');
  private readonly details = viewChild.required<ElementRef<HTMLDetailsElement>>('details');
  protected readonly mayRevert = computed(
    () => caller()?.actions.includes('cpe-update:revert') ?? false,
  );
  protected readonly refusal = computed(() => {
    const now = this.now();
    return now && revertRefusal(this.entry(), now);
  });
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly time = formatExactTime;
  protected readonly ago = (at: string) => formatAgo(at);

  focus(): void {
    this.article().nativeElement.focus();
  }

  hasFocus(): boolean {
    return this.article().nativeElement.contains(document.activeElement);
  }

  toggleDetails(): void {
    const { nativeElement } = this.details();
    nativeElement.open = !nativeElement.open;
  }
}

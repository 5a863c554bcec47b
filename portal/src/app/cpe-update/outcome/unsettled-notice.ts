import { Component, computed, DestroyRef, effect, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CpeUpdate, UnsettledUpdate } from '@cpe-desk/contract';
import { Newest } from '../../shell/newest.ts';
import { caller } from '../../shell/session.ts';
import { formatAgo, formatTime } from '../../words/formats.ts';
import { words } from '../../words/words.ts';
import { ChangeList } from './change-list.ts';
import { Clock } from './clock.ts';
import { readUpdate } from './cpe-update-client.ts';

/** An update of the line whose outcome is open: whose, since when, what it changes, who settles. */
@Component({
  selector: 'cpe-unsettled-notice',
  imports: [ChangeList, RouterLink],
  template: `
    <div class="notice warning waiting">
      <div role="status">
        <p><strong>{{ said().waiting(update().by) }}</strong></p>
        <p>{{ said().unsettled[update().state] }}</p>
      </div>
      @if (mustBeSettled()) {
        <p>
          @if (maySettle()) { <a routerLink="/attention">{{ said().settleIt }}</a> }
          @else { {{ said().supervisorSettles }} }
        </p>
      }
      @if (whole(); as whole) {
        @if (whole.changed.length > 0) {
          <cpe-change-list [changed]="whole.changed" [before]="whole.before" [after]="whole.after" />
        } @else { <p>{{ said().explained.refresh }}</p> }
        @if (whole.reason) { <p class="reason">{{ whole.reason }}</p> }
      }
      <p class="muted">
        {{ said().sentAt }} <time [attr.datetime]="update().since">{{ time(update().since) }}</time> ({{ ago() }})@if (whole(); as whole) {, {{ words().cpeUpdate.on }} {{ whole.ticketNo }}}
      </p>
    </div>
  `,
})
export class UnsettledNotice {
  readonly update = input.required<UnsettledUpdate>();
  readonly #newest = new Newest();
  readonly #clock = new Clock();
  readonly #id = computed(() => this.update().updateId);
  protected readonly whole = signal<CpeUpdate | null>(null);
  protected readonly time = formatTime;
  protected readonly words = words;
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly ago = computed(() => formatAgo(this.update().since, this.#clock.now()));
  protected readonly mustBeSettled = computed(() => this.update().state === 'needs-attention');
  protected readonly maySettle = computed(
    () => caller()?.actions.includes('cpe-update:settle') ?? false,
  );

  constructor() {
    effect(() => void this.#load(this.#id()));
    this.#clock.run(true);
    inject(DestroyRef).onDestroy(() => {
      this.#clock.run(false);
      this.#newest.stop();
    });
  }

  /** Without an answer the notice says what the ticket knows. */
  async #load(id: string): Promise<void> {
    const signal = this.#newest.next();
    const answer = await readUpdate(id);
    if (!signal.aborted) this.whole.set(answer.ok ? answer.value : null);
  }
}

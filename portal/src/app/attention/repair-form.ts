import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { isBlank, type Repair, type RepairTake } from '@cpe-desk/contract';
import { Follower } from '../shell/follower.ts';
import { ProblemNotice } from '../shell/problem-notice.ts';
import { ReasonField } from '../shell/reason-field.ts';
import type { Problem } from '../shell/request.ts';
import { words } from '../words/words.ts';
import { readRepair, requestRepair } from './drift-client.ts';

/** Makes the desk and NIG equal again on the selected lines, and shows the result of each. */
@Component({
  selector: 'cpe-repair-form',
  imports: [ProblemNotice, ReasonField],
  template: `
    <form class="settle-form" (submit)="send($event)" novalidate>
      <fieldset class="outcome-cards">
        <legend>{{ said().whoIsRight }}</legend>
        <label class="outcome-card"><input type="radio" name="take" (change)="take.set('nig')" /> <span>{{ said().takeNig }}</span></label>
        <label class="outcome-card"><input type="radio" name="take" (change)="take.set('desk')" /> <span>{{ said().takeDesk }}</span></label>
      </fieldset>
      <cpe-reason-field boxId="repair-reason" [(text)]="reason" />
      @if (missing(); as text) { <p class="error" role="alert">{{ text }}</p> }
      @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="send()" /> }
      <div class="actions">
        <button type="submit" class="button primary" [disabled]="isWorking()">{{ said().button(lines().length) }}</button>
      </div>
      <div role="status">
        @if (repair(); as repair) {
          <p>{{ said().progress(done(), repair.items.length) }}</p>
          <ul>
            @for (item of repair.items; track item.serviceLineId) {
              @if (item.verdict; as verdict) { <li>{{ item.serviceLineId }}: {{ said().verdict[verdict] }}</li> }
            }
          </ul>
        }
      </div>
    </form>
  `,
})
export class RepairForm {
  /** Ids of the selected lines. */
  readonly lines = input.required<readonly string[]>();
  /** All lines have their verdict. */
  readonly repaired = output<void>();
  protected readonly words = words;
  protected readonly said = computed(() => words().attention.repair);
  protected readonly take = signal<RepairTake | null>(null);
  protected readonly reason = signal('');
  protected readonly missing = signal('');
  protected readonly problem = signal<Problem | null>(null);
  protected readonly repair = signal<Repair | null>(null);
  protected readonly isSending = signal(false);
  protected readonly done = computed(
    () => this.repair()?.items.filter(({ verdict }) => verdict !== null).length ?? 0,
  );
  protected readonly isWorking = computed(
    () => this.isSending() || this.repair()?.isDone === false,
  );
  readonly #destroyed = inject(DestroyRef);
  readonly #follower = new Follower(this.#destroyed, readRepair, ({ isDone }) => isDone);

  protected async send(event?: Event): Promise<void> {
    event?.preventDefault();
    const [take, reason, lines] = [this.take(), this.reason().trim(), [...this.lines()]];
    const said = this.said();
    const missing =
      (lines.length === 0 && said.selectLines) ||
      (take === null && said.sayWho) ||
      (isBlank(reason) && words().shell.giveReason);
    this.missing.set(missing || '');
    if (missing || take === null || this.isWorking()) return;
    this.isSending.set(true);
    const answer = await requestRepair({ lines, take, reason });
    this.isSending.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok || this.#destroyed.destroyed) return;
    this.#learn(answer.value);
    if (!answer.value.isDone)
      this.#follower.follow(answer.value.repairId, (repair) => this.#learn(repair));
  }

  #learn(repair: Repair): void {
    this.repair.set(repair);
    if (repair.isDone) this.repaired.emit();
  }
}

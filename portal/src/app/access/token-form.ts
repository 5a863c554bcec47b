import { Component, output, signal } from '@angular/core';
import {
  type ApiTokenRequest,
  type CreatedApiToken,
  isBlank,
  MOST_TOKEN_DAYS,
  type Role,
  roles,
  type SegmentGroup,
} from '@cpe-desk/contract';
import { ProblemNotice } from '../shell/problem-notice.ts';
import type { Problem } from '../shell/request.ts';
import { caller } from '../shell/session.ts';
import { words } from '../words/words.ts';
import { createToken } from './access-client.ts';

const DAY_MS = 86_400_000;
const LIFETIMES = [30, 90, 180, MOST_TOKEN_DAYS];

/** A set without the item where it has it, else with it. */
const toggled = <Item>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> =>
  set.has(item) ? new Set([...set].filter((each) => each !== item)) : new Set([...set, item]);

/** Creates an API token. */
@Component({
  selector: 'cpe-token-form',
  imports: [ProblemNotice],
  template: `
    <form class="panel token-form" (submit)="send($event)" novalidate>
      <h2>{{ words().access.tokens.newHeading }}</h2>
      <div class="field">
        <label for="token-name">{{ words().access.tokens.name }}</label>
        <input #name id="token-name" maxlength="100" autocomplete="off" [value]="wantedName()" (input)="wantedName.set(name.value)" />
      </div>
      <fieldset>
        <legend>{{ words().access.columns.roles }}</legend>
        @for (role of roles; track role) {
          <label><input type="checkbox" [checked]="heldRoles().has(role)" (change)="toggleRole(role)" /> {{ words().role[role] }}</label>
        }
      </fieldset>
      <fieldset>
        <legend>{{ words().access.columns.segmentGroups }}</legend>
        @for (group of ownGroups(); track group) {
          <label><input type="checkbox" [checked]="heldGroups().has(group)" (change)="toggleGroup(group)" /> {{ words().segmentGroup[group] }}</label>
        } @empty { <p class="muted">{{ words().access.tokens.noGroups }}</p> }
      </fieldset>
      <div class="field">
        <label for="token-days">{{ words().access.tokens.lifetime }}</label>
        <select #choice id="token-days" (change)="days.set(+choice.value)">
          @for (each of lifetimes; track each) {
            <option [value]="each" [selected]="each === days()">{{ words().access.tokens.days(each) }}</option>
          }
        </select>
      </div>
      @if (isIncomplete()) { <p class="error" role="alert">{{ words().access.tokens.incomplete }}</p> }
      @if (problem(); as problem) { <cpe-problem-notice [problem]="problem" (retry)="create()" /> }
      <div class="actions">
        <button type="submit" class="button primary" [disabled]="isSending()">{{ words().access.tokens.create }}</button>
      </div>
    </form>
  `,
})
export class TokenForm {
  protected readonly words = words;
  readonly created = output<CreatedApiToken>();
  protected readonly roles = roles.filter((role) => role !== 'admin');
  protected readonly lifetimes = LIFETIMES;
  protected readonly wantedName = signal('');
  protected readonly heldRoles = signal<ReadonlySet<Role>>(new Set());
  protected readonly heldGroups = signal<ReadonlySet<SegmentGroup>>(new Set());
  protected readonly days = signal(90);
  protected readonly isIncomplete = signal(false);
  protected readonly isSending = signal(false);
  protected readonly problem = signal<Problem | null>(null);

  protected ownGroups(): readonly SegmentGroup[] {
    return caller()?.segmentGroups ?? [];
  }

  protected toggleRole(role: Role): void {
    this.heldRoles.update((held) => toggled(held, role));
  }

  protected toggleGroup(group: SegmentGroup): void {
    this.heldGroups.update((held) => toggled(held, group));
  }

  protected send(event: Event): void {
    event.preventDefault();
    void this.create();
  }

  protected async create(): Promise<void> {
    const body = this.#wanted();
    this.isIncomplete.set(isBlank(body.name) || body.roles.length === 0);
    if (this.isIncomplete()) return;
    this.isSending.set(true);
    const answer = await createToken(body);
    this.isSending.set(false);
    this.problem.set(answer.ok ? null : answer.problem);
    if (!answer.ok) return;
    this.wantedName.set('');
    this.created.emit(answer.value);
  }

  #wanted(): ApiTokenRequest {
    // A minute less: this computer's clock may be ahead of the desk's.
    const expiresAt = new Date(Date.now() + this.days() * DAY_MS - 60_000).toISOString();
    return {
      name: this.wantedName().trim(),
      roles: [...this.heldRoles()],
      segmentGroups: [...this.heldGroups()],
      expiresAt,
    };
  }
}

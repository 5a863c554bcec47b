import { Component, computed, input, output } from '@angular/core';
import { cpeFields } from '@cpe-desk/contract';
import { words } from '../words/words.ts';
import { type HistoryFilters, NO_FILTERS } from './history-client.ts';

/** Narrows the entries down by changed field, person and time. */
@Component({
  selector: 'cpe-history-filter-form',
  template: `
    <form class="history-filters" role="search" [attr.aria-label]="said().filter" (submit)="$event.preventDefault()">
      <div class="field">
        <label for="filter-field">{{ said().changedField }}</label>
        <select #field id="filter-field" (change)="change({ field: field.value })">
          <option value="">{{ said().anyField }}</option>
          @for (name of fields; track name) { <option [value]="name" [selected]="name === filters().field">{{ words().fields[name] }}</option> }
        </select>
      </div>
      <div class="field">
        <label for="filter-by">{{ said().person }}</label>
        <input #by id="filter-by" maxlength="100" autocomplete="off" [placeholder]="said().personHint" [value]="filters().by" (change)="change({ by: by.value })" />
      </div>
      <div class="field">
        <label for="filter-from">{{ said().from }}</label>
        <input #from id="filter-from" type="date" [value]="filters().from" (change)="change({ from: from.value })" />
      </div>
      <div class="field">
        <label for="filter-to">{{ said().to }}</label>
        <input #to id="filter-to" type="date" [value]="filters().to" (change)="change({ to: to.value })" />
      </div>
      @if (isNarrowed()) {
        <button type="button" class="button quiet" (click)="changed.emit(none)">{{ said().clear }}</button>
      }
    </form>
  `,
})
export class HistoryFilterForm {
  readonly filters = input.required<HistoryFilters>();
  readonly changed = output<HistoryFilters>();
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly fields = cpeFields;
  protected readonly none = NO_FILTERS;
  protected readonly isNarrowed = computed(() =>
    Object.values(this.filters()).some((value) => value !== ''),
  );

  protected change(part: Partial<HistoryFilters>): void {
    this.changed.emit({ ...this.filters(), ...part });
  }
}

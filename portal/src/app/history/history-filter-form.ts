import { Component, computed, input, output } from '@angular/core';
import { cpeFields } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { Menu } from '../shell/menu.ts';
import { formatDay } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { type HistoryFilters, isField, NO_FILTERS } from './history-client.ts';

/** Filters the entries by changed field, person and time: a menu, and a chip for each filter. */
@Component({
  selector: 'cpe-history-filter-form',
  imports: [Icon, Menu],
  template: `
    <div class="filter-chips proof-actions" role="search" [attr.aria-label]="said().filter">
      <details class="menu">
        <summary class="button small"><cpe-icon name="filter" /> {{ said().filter }}</summary>
        <form class="menu-body history-filters" (submit)="$event.preventDefault()">
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
        </form>
      </details>
      @for (chip of chips(); track chip.name) {
        <button type="button" class="chip" [attr.aria-label]="said().dropFilter(chip.text)" (click)="change(chip.without)">{{ chip.text }} <cpe-icon name="cross" /></button>
      }
      @if (chips().length > 0) {
        <button type="button" class="button quiet small" (click)="changed.emit(none)">{{ said().clear }}</button>
      }
    </div>
  `,
})
export class HistoryFilterForm {
  readonly filters = input.required<HistoryFilters>();
  readonly changed = output<HistoryFilters>();
  protected readonly words = words;
  protected readonly said = computed(() => words().history);
  protected readonly fields = cpeFields;
  protected readonly none = NO_FILTERS;
  protected readonly chips = computed(() => {
    const { field, by, from, to } = this.filters();
    const said = this.said();
    const fieldName = isField(field) ? words().fields[field] : field;
    return [
      { name: 'field', value: field, text: `${said.changedField}: ${fieldName}` },
      { name: 'by', value: by, text: `${said.person}: ${by}` },
      { name: 'from', value: from, text: `${said.from}: ${dayText(from)}` },
      { name: 'to', value: to, text: `${said.to}: ${dayText(to)}` },
    ]
      .filter(({ value }) => value !== '')
      .map(({ name, text }) => ({ name, text, without: { [name]: '' } }));
  });

  protected change(part: Partial<HistoryFilters>): void {
    this.changed.emit({ ...this.filters(), ...part });
  }
}

/** A day as people write it; what an address says and is no day, as it is. */
const dayText = (day: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? formatDay(day) : day;

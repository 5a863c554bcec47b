import {
  Component,
  computed,
  type ElementRef,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { TicketCounts } from '@cpe-desk/contract';
import { Icon } from '../shell/icon.ts';
import { Menu } from '../shell/menu.ts';
import { caller } from '../shell/session.ts';
import { words } from '../words/words.ts';
import { type FilterOption, filterOptions, toggleOption } from './filter-options.ts';
import type { FilterName, TicketFilters } from './ticket-filters.ts';

/** Chooses values of filters by a part of their names, with the number of tickets of each. */
@Component({
  selector: 'cpe-filter-menu',
  imports: [Icon, Menu],
  template: `
    <details #menu class="menu filter-menu" (toggle)="opened()">
      <summary #button class="button"><cpe-icon name="filter" /> {{ words().tickets.addFilter }}</summary>
      <div class="menu-body">
        <div class="field">
          <input #box type="text" role="combobox" aria-expanded="true" aria-controls="filter-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"
            [attr.aria-label]="words().tickets.findFilter" [placeholder]="words().tickets.findFilter" [attr.aria-activedescendant]="active() ? idOf(active()) : null"
            [value]="text()" (input)="text.set(box.value)" (keydown)="press($event)" />
        </div>
        <div id="filter-list" class="filter-list" role="listbox" aria-multiselectable="true" [attr.aria-label]="words().tickets.addFilter">
          @for (option of shown(); track option.filter + option.value) {
            @if ($first || shown()[$index - 1]?.filter !== option.filter) { <p class="filter-group" role="presentation">{{ option.label }}</p> }
            <div role="option" [id]="idOf(option)" [class.active]="option === active()" [attr.aria-selected]="option.isOn" (click)="toggle(option)">
              <span class="tick">@if (option.isOn) {<cpe-icon name="check" />}</span>
              <span class="visually-hidden">{{ option.label }}:</span> {{ option.text }} <span class="number muted">{{ option.count }}</span>
            </div>
          }
        </div>
        <p class="visually-hidden" role="status">{{ shown().length === 0 ? words().tickets.noFilter : '' }}</p>
      </div>
    </details>
  `,
})
export class FilterMenu {
  readonly filters = input.required<TicketFilters>();
  readonly counts = input.required<TicketCounts | null>();
  readonly changed = output<TicketFilters>();
  protected readonly words = words;
  private readonly menu = viewChild.required<ElementRef<HTMLDetailsElement>>('menu');
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  protected readonly text = signal('');
  /** The filter whose chip was pressed; null: all. */
  readonly #only = signal<FilterName | null>(null);
  readonly #options = computed(() =>
    filterOptions(this.filters(), this.counts(), caller()?.segmentGroups ?? []),
  );
  protected readonly shown = computed(() => {
    const wanted = this.text().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return this.#options().filter(({ filter, label, text }) => {
      const said = `${label} ${text}`.toLocaleLowerCase();
      return (this.#only() ?? filter) === filter && wanted.every((word) => said.includes(word));
    });
  });
  readonly #at = linkedSignal({ source: this.text, computation: () => 0 });
  protected readonly active = computed(() => this.shown()[this.#at()] ?? this.shown()[0]);

  /** Opens the values of one filter, or of all. */
  open(only: FilterName | null): void {
    this.#only.set(only);
    this.menu().nativeElement.open = true;
  }

  protected idOf(option: FilterOption | undefined): string {
    return option ? `filter-${option.filter}-${option.value.replaceAll(',', '-')}` : '';
  }

  protected opened(): void {
    if (this.menu().nativeElement.open) this.box().nativeElement.focus();
    else {
      this.text.set('');
      this.#only.set(null);
      this.#at.set(0);
    }
  }

  protected press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const active = this.active();
    if (step !== undefined) {
      event.preventDefault();
      this.#at.update((at) => Math.min(Math.max(at + step, 0), this.shown().length - 1));
      document.getElementById(this.idOf(this.active()))?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (active) this.toggle(active);
    }
  }

  protected toggle(option: FilterOption): void {
    this.changed.emit(toggleOption(this.filters(), option));
  }
}

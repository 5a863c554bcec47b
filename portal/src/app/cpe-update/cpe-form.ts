import { afterNextRender, Component, computed, ElementRef, inject, input } from '@angular/core';
import type { Ticket } from '@cpe-desk/contract';
import { fieldLabels } from '../shell/words.ts';
import { CatalogueStore } from './catalogue-store.ts';
import { type DraftField, draftFields, draftOf } from './cpe-draft.ts';
import { CpeDraftStore } from './cpe-draft-store.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { hintOf } from './words.ts';

const idOf = (field: DraftField): string => `cpe-${field}`;

/** The CPE being edited, in place. */
@Component({
  selector: 'cpe-form',
  template: `
    <form class="cpe-form" (submit)="review($event)" novalidate>
      @if (store.isOutdated()) {
        <div class="notice warning" role="alert">
          <p>The CPE was changed by somebody else while you were editing.</p>
          <button type="button" class="button" (click)="store.loadCurrent()">Load current values</button>
        </div>
      }
      <div class="cpe-fields">
        @for (field of fields(); track field.name) {
          <div class="field" [class.is-changed]="field.isChanged">
            <label [attr.for]="field.id">{{ field.label }}</label>
            <input #box [id]="field.id" [value]="field.value" (input)="draft.type(field.name, box.value)"
              (blur)="draft.leave(field.name)" [attr.list]="field.list" [attr.inputmode]="field.inputMode"
              [attr.aria-invalid]="field.error ? 'true' : null" [attr.aria-describedby]="field.id + '-says'"
              autocomplete="off" autocapitalize="off" spellcheck="false" />
            <p [id]="field.id + '-says'">
              @if (field.error) { <span class="error">{{ field.error }}</span> }
              @if (field.was !== null) { <span class="hint">Recorded: {{ field.was }}</span> }
              @else if (!field.error && field.hint) { <span class="hint">{{ field.hint }}</span> }
            </p>
          </div>
        }
      </div>
      <datalist id="cpe-manufacturers">
        @for (name of catalogue.manufacturers(); track name) { <option [value]="name"></option> }
      </datalist>
      <datalist id="cpe-models">
        @for (name of models(); track name) { <option [value]="name"></option> }
      </datalist>
      <div class="actions">
        <button type="submit" class="button primary">Review update</button>
        <button type="button" class="button" (click)="store.cancel()">Cancel editing</button>
        <p class="muted">{{ summary() }}</p>
      </div>
    </form>
  `,
})
export class CpeForm {
  readonly ticket = input.required<Ticket>();
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(CpeUpdateStore);
  protected readonly draft = inject(CpeDraftStore);
  protected readonly catalogue = inject(CatalogueStore);

  protected readonly models = computed(() => this.catalogue.modelsOf(this.draft.draft()?.manufacturer ?? ''));

  protected readonly fields = computed(() => {
    const [draft, opened] = [this.draft.draft(), this.draft.opened()];
    if (!draft || !opened) return [];
    const [recorded, changed, errors] = [draftOf(opened), this.draft.changed(), this.draft.errors()];
    return draftFields.map((name) => ({
      name,
      id: idOf(name),
      label: fieldLabels[name],
      value: draft[name],
      list: name === 'manufacturer' ? 'cpe-manufacturers' : name === 'model' ? 'cpe-models' : null,
      inputMode: name === 'downKbps' || name === 'upKbps' ? 'numeric' : null,
      hint: hintOf(name, this.ticket().lineFacts.oltPorts),
      error: errors[name] ?? null,
      isChanged: changed.includes(name),
      was: changed.includes(name) ? recorded[name] || 'not known' : null,
    }));
  });

  protected readonly summary = computed(() => {
    const { length } = this.draft.changed();
    if (length === 0) return 'No field differs: this would be a refresh.';
    return length === 1 ? '1 field differs.' : `${length} fields differ.`;
  });

  constructor() {
    // The button that opened the form is gone.
    afterNextRender(() => this.#focus('manufacturer'));
  }

  protected review(event: Event): void {
    event.preventDefault();
    const wrong = this.store.review();
    if (wrong) this.#focus(wrong);
  }

  #focus(field: DraftField): void {
    this.#host.nativeElement.querySelector<HTMLElement>(`#${idOf(field)}`)?.focus();
  }
}

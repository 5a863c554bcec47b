import {
  afterNextRender,
  Component,
  computed,
  ElementRef,
  effect,
  inject,
  input,
  viewChild,
} from '@angular/core';
import type { Ticket } from '@cpe-desk/contract';
import { formatKbps, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { CatalogueStore } from './draft/catalogue-store.ts';
import { ConflictView } from './draft/conflict-view.ts';
import { type DraftField, draftFields, draftOf, isRate, readKbps } from './draft/cpe-draft.ts';
import { CpeDraftStore } from './draft/cpe-draft-store.ts';
import { DraftKeeper } from './draft/draft-keeper.ts';
import { hintOf } from './draft/hints.ts';
import { PasteDialog } from './paste/paste-dialog.ts';
import { isRecord } from './paste/read-rows.ts';

const idOf = (field: DraftField): string => `cpe-${field}`;

/** What a typed rate comes to, where it is not spelled like that already. */
const rateHint = (field: DraftField, typed: string): string => {
  const kbps = isRate(field) ? readKbps(typed) : 0;
  return kbps >= 1000 ? words().cpeUpdate.hints.rateIs(formatKbps(kbps)) : '';
};

/** The CPE being edited, in place. */
@Component({
  selector: 'cpe-form',
  imports: [ConflictView, PasteDialog],
  template: `
    @if (keeper.restoredFrom(); as at) {
      <p class="notice" role="status">
        <span>{{ said().restored(time(at)) }}</span>
        <button type="button" class="button" (click)="store.cancel()">{{ said().discard }}</button>
      </p>
    }
    @if (store.isOutdated()) {
      <cpe-conflict-view [rows]="store.conflict()" [recorded]="ticket().cpeRecorded" (resolved)="store.resolve($event)" (cancelled)="store.cancel()" />
    } @else {
      <form class="cpe-form" (submit)="review($event)" (paste)="paste($event)" novalidate>
        <div class="cpe-fields">
          @for (field of fields(); track field.name) {
            <div class="field" [class.is-changed]="field.isChanged">
              <label [attr.for]="field.id">{{ field.label }}</label>
              <input #box [id]="field.id" [value]="field.value" (input)="draft.type(field.name, box.value)"
                (blur)="draft.leave(field.name)" [attr.list]="field.list"
                [attr.aria-invalid]="field.error ? 'true' : null" [attr.aria-describedby]="field.id + '-says'"
                autocomplete="off" autocapitalize="off" spellcheck="false" />
              <div class="says">
                <p [id]="field.id + '-says'">
                  @if (field.error) { <span class="error">{{ field.error }}</span> }
                  @if (field.was !== null) { <span class="hint">{{ said().recorded }}: {{ field.was }}</span> }
                  @if (!field.error && field.hint) { <span class="hint">{{ field.hint }}</span> }
                </p>
                @if (field.was !== null) {
                  <button type="button" class="button quiet small" [attr.aria-label]="said().undoField(field.label)" (click)="putBack(field.name)">{{ said().putBack }}</button>
                }
              </div>
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
          <button type="submit" class="button primary">{{ said().review }}</button>
          <button type="button" class="button" (click)="store.cancel()">{{ said().cancelEditing }}</button>
          <button type="button" class="button quiet" [disabled]="!draft.canUndo()" (click)="draft.undo()">{{ said().undo }}</button>
          <button type="button" class="button quiet" (click)="pasting().open()">{{ said().pasteRecord }}</button>
          <p class="muted" role="status">{{ said().differing(draft.changed().length) }}</p>
        </div>
      </form>
      <cpe-paste-dialog [ticketId]="ticket().id" />
    }
  `,
})
export class CpeForm {
  readonly ticket = input.required<Ticket>();
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly conflict = viewChild(ConflictView);
  private readonly pasteDialog = viewChild(PasteDialog);
  protected readonly store = inject(CpeUpdateStore);
  protected readonly draft = inject(CpeDraftStore);
  protected readonly keeper = inject(DraftKeeper);
  protected readonly catalogue = inject(CatalogueStore);
  protected readonly said = computed(() => words().cpeUpdate);
  protected readonly time = formatTime;

  protected readonly models = computed(() =>
    this.catalogue.modelsOf(this.draft.draft()?.manufacturer ?? ''),
  );

  protected readonly fields = computed(() => {
    const [draft, opened] = [this.draft.draft(), this.draft.opened()];
    if (!draft || !opened) return [];
    const [recorded, changed, errors] = [
      draftOf(opened),
      this.draft.changed(),
      this.draft.errors(),
    ];
    return draftFields.map((name) => ({
      name,
      id: idOf(name),
      label: words().fields[name],
      value: draft[name],
      list: name === 'manufacturer' ? 'cpe-manufacturers' : name === 'model' ? 'cpe-models' : null,
      hint:
        rateHint(name, draft[name]) ||
        (changed.includes(name) ? '' : hintOf(name, this.ticket().lineFacts, draft[name])),
      error: errors[name] ?? null,
      isChanged: changed.includes(name),
      was: changed.includes(name) ? recorded[name] || words().notKnown : null,
    }));
  });

  constructor() {
    // The button that opened the form is gone.
    afterNextRender(() => this.#focus('manufacturer'));
    // So is the field that had the focus when others changed the CPE.
    effect(() => this.conflict()?.focus());
  }

  protected pasting(): PasteDialog {
    const dialog = this.pasteDialog();
    if (!dialog) throw new Error('the form is not shown');
    return dialog;
  }

  protected review(event: Event): void {
    event.preventDefault();
    const wrong = this.store.review();
    if (wrong) this.#focus(wrong);
  }

  /** A whole record has no place in one field: it is shown for what it is. */
  protected paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!isRecord(text)) return;
    event.preventDefault();
    this.pasting().open(text);
  }

  /** The button goes with the change: the focus goes to its field. */
  protected putBack(field: DraftField): void {
    this.draft.putBack(field);
    this.#focus(field);
  }

  #focus(field: DraftField): void {
    this.#host.nativeElement.querySelector<HTMLElement>(`#${idOf(field)}`)?.focus();
  }
}

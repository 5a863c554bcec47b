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
import { dualStackFields, type Ticket } from '@cpe-desk/contract';
import { emptyText, formatTime } from '../words/formats.ts';
import { words } from '../words/words.ts';
import { CpeUpdateStore } from './cpe-update-store.ts';
import { CatalogueStore } from './draft/catalogue-store.ts';
import { ConflictView } from './draft/conflict-view.ts';
import {
  type CpeDraft,
  type DraftField,
  draftFields,
  draftGroups,
  draftOf,
} from './draft/cpe-draft.ts';
import { CpeDraftStore } from './draft/cpe-draft-store.ts';
import { DraftKeeper } from './draft/draft-keeper.ts';
import { hintOf, portHint, rateHint } from './draft/hints.ts';
import { UnknownModel } from './draft/unknown-model.ts';
import { PasteDialog } from './paste/paste-dialog.ts';
import { isRecord } from './paste/read-rows.ts';

const idOf = (field: DraftField): string => `cpe-${field}`;

/** The CPE being edited, in place. */
@Component({
  selector: 'cpe-form',
  imports: [ConflictView, PasteDialog, UnknownModel],
  template: `
    @if (keeper.restoredFrom(); as at) {
      <p class="notice" role="status">
        <span>{{ said().restored(time(at)) }}</span>
        <button type="button" class="button small" (click)="store.cancel()">{{ said().discard }}</button>
      </p>
    }
    @if (store.isOutdated()) {
      <cpe-conflict-view [rows]="store.conflict()" [recorded]="ticket().cpeRecorded" (resolved)="store.resolve($event)" (cancelled)="store.cancel()" />
    } @else {
      <form class="cpe-form" (submit)="review($event)" (paste)="paste($event)" (keydown)="press($event)" novalidate>
        <div class="actions form-tools">
          <button type="button" class="button quiet" [disabled]="!draft.canUndo()" (click)="draft.undo()">{{ said().undo }}</button>
          <button type="button" class="button quiet" (click)="pasting().open()">{{ said().pasteRecord }}</button>
        </div>
        @for (group of groups(); track group.name) {
          <fieldset class="cpe-group">
            <legend>{{ said().groups[group.name] }}</legend>
            <div class="cpe-fields">
              @for (field of group.fields; track field.name) {
                <div class="field" [class.is-changed]="field.isChanged">
                  <label [attr.for]="field.id">{{ field.label }}</label>
                  <input #box [id]="field.id" [value]="field.value" (input)="draft.type(field.name, box.value)"
                    (blur)="draft.leave(field.name)" [attr.list]="field.list" [class.mono]="field.isCode"
                    [attr.aria-invalid]="field.error ? 'true' : null" [attr.aria-describedby]="field.id + '-says'"
                    autocomplete="off" autocapitalize="off" spellcheck="false" />
                  <div class="says">
                    <p [id]="field.id + '-says'">
                      @if (field.error) { <span class="error">{{ field.error }}</span> }
                      @else if (field.warning) { <span class="caution">{{ field.warning }}</span> }
                      @for (note of field.notes; track $index) { <span class="hint">{{ note }}</span> }
                      @if (field.was !== null) { <span class="hint">{{ said().recorded }}: {{ field.was }}</span> }
                      @if (!field.error && field.hint) { <span class="hint">{{ field.hint }}</span> }
                    </p>
                    @if (field.was !== null) {
                      <button type="button" class="button quiet small" [attr.aria-label]="said().undoField(field.label)" (click)="putBack(field.name)">{{ said().putBack }}</button>
                    }
                  </div>
                  @if (field.isUnknownModel) { <cpe-unknown-model [model]="field.named" /> }
                </div>
              }
            </div>
          </fieldset>
        }
        @if (!ticket().lineFacts.knowsDualStack) { <p class="muted">{{ said().dualStackWaits }}</p> }
        <datalist id="cpe-manufacturers">
          @for (name of catalogue.manufacturers(); track name) { <option [value]="name"></option> }
        </datalist>
        <datalist id="cpe-models">
          @for (name of models(); track name) { <option [value]="name"></option> }
        </datalist>
        <footer class="actions form-actions">
          <p role="status"><strong>{{ said().differing(draft.changed().length) }}</strong></p>
          <button type="button" class="button" (click)="store.cancel()">{{ said().cancelEditing }}</button>
          <button type="submit" class="button primary" aria-keyshortcuts="Control+Enter">{{ said().review }} <kbd aria-hidden="true">{{ ctrlEnter() }}</kbd></button>
        </footer>
      </form>
      <cpe-paste-dialog [ticketId]="ticket().id" [knowsDualStack]="ticket().lineFacts.knowsDualStack" />
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
  protected readonly ctrlEnter = () => words().shell.ctrlEnter;
  protected readonly time = formatTime;

  protected readonly models = computed(() =>
    this.catalogue.modelsOf(this.draft.draft()?.manufacturer ?? ''),
  );

  protected readonly fields = computed(() => {
    const [draft, opened] = [this.draft.draft(), this.draft.opened()];
    if (!draft || !opened) return [];
    const recorded = draftOf(opened);
    const { lineFacts } = this.ticket();
    const [changed, errors, warnings, notes] = [
      this.draft.changed(),
      this.draft.errors(),
      this.draft.warnings(),
      this.draft.notes(),
    ];
    return this.shown(draft).map((name) => {
      const isChanged = changed.includes(name);
      const typed = draft[name];
      return {
        name,
        id: idOf(name),
        label: words().fields[name],
        value: typed,
        list:
          name === 'manufacturer' ? 'cpe-manufacturers' : name === 'model' ? 'cpe-models' : null,
        hint:
          rateHint(name, typed, lineFacts.plan) ||
          (isChanged ? portHint(name, lineFacts, typed) : hintOf(name, lineFacts, typed)),
        error: errors[name] ?? null,
        warning: warnings[name] ?? null,
        notes: notes[name] ?? [],
        isChanged,
        isCode: name !== 'manufacturer' && name !== 'model',
        was: isChanged ? recorded[name] || emptyText(name) : null,
        isUnknownModel: name === 'model' && typed.trim() !== '' && this.draft.model() === null,
        named: { manufacturer: draft.manufacturer, model: draft.model },
      };
    });
  });

  protected readonly groups = computed(() =>
    draftGroups.map(({ name, fields }) => ({
      name,
      fields: this.fields().filter((field) => fields.some((each) => each === field.name)),
    })),
  );

  /** Without the dual-stack fields that the desk cannot record yet. */
  private shown(draft: CpeDraft): DraftField[] {
    const { knowsDualStack } = this.ticket().lineFacts;
    const waits = (field: DraftField) => dualStackFields.some((each) => each === field);
    return draftFields.filter((field) => knowsDualStack || draft[field] !== '' || !waits(field));
  }

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

  /** Ctrl+Enter reviews from each field; Escape leaves the form, which can be undone. */
  protected press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === 'Escape') this.store.cancel();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      // The field that is typed in is read as when it is left.
      this.review(event);
    } else return;
    event.preventDefault();
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

import { computed, Injectable, inject, signal } from '@angular/core';
import {
  type Cpe,
  oltOf,
  type Ticket,
  UNKNOWN_OLT,
  type VersionedCpe,
  withoutVersion,
} from '@cpe-desk/contract';
import { words } from '../../words/words.ts';
import type { Wanted } from '../outcome/phase.ts';
import { CatalogueStore } from './catalogue-store.ts';
import {
  type Choice,
  type CpeDraft,
  changedDraftFields,
  conflictRows,
  cpeOf,
  type DraftErrors,
  type DraftField,
  draftErrors,
  draftFields,
  draftOf,
  draftWarnings,
  resolveConflict,
  saidValues,
  settleField,
} from './cpe-draft.ts';
import { settleText } from './field-text.ts';

const isSame = (a: CpeDraft, b: CpeDraft): boolean =>
  draftFields.every((field) => a[field] === b[field]);

/** What is typed into the form, against the CPE as it was opened. */
@Injectable()
export class CpeDraftStore {
  readonly #catalogue = inject(CatalogueStore);
  readonly #facts = signal<Ticket['lineFacts'] | null>(null);
  readonly #opened = signal<VersionedCpe | null>(null);
  readonly #draft = signal<CpeDraft | null>(null);
  /** The drafts before, the latest last: `undo` goes back to the last one that differs. */
  readonly #steps = signal<readonly CpeDraft[]>([]);
  readonly #touched = signal<ReadonlySet<DraftField>>(new Set());
  /** What the service said of fields; a field's is forgotten when it is typed in again. */
  readonly #refused = signal<DraftErrors>({});

  readonly draft = this.#draft.asReadonly();
  /** The CPE that the operator decides on. */
  readonly opened = this.#opened.asReadonly();

  readonly changed = computed(() => {
    const [draft, opened] = [this.#draft(), this.#opened()];
    return draft && opened ? changedDraftFields(draft, opened) : [];
  });

  /** Whether there is a step to take back. */
  readonly canUndo = computed(() => {
    const [draft, steps] = [this.#draft(), this.#steps()];
    return draft !== null && steps.some((step) => !isSame(step, draft));
  });

  /** The catalogue's model of what is typed; null where it has none. */
  readonly model = computed(() => {
    const draft = this.#draft();
    return draft ? this.#catalogue.find(draft.manufacturer, draft.model) : undefined;
  });

  /** What the rules and warnings need beside the draft. */
  readonly #context = computed(() => {
    const facts = this.#facts();
    return facts && { ...facts, model: this.model(), recorded: this.#opened() };
  });

  /** Every broken rule, said or not. */
  readonly #broken = computed<DraftErrors>(() => {
    const [draft, context] = [this.#draft(), this.#context()];
    return draft && context ? draftErrors(draft, context) : {};
  });

  /** What to check again, also while someone types. */
  readonly warnings = computed<DraftErrors>(() => {
    const [draft, context] = [this.#draft(), this.#context()];
    return draft && context ? draftWarnings(draft, context, this.#catalogue.vendorIds()) : {};
  });

  /** The errors to show: of fields that were left, and what the service refused. */
  readonly errors = computed<DraftErrors>(() => {
    const shown = { ...this.#refused() };
    for (const field of this.#touched()) shown[field] = this.#broken()[field] ?? shown[field];
    return shown;
  });

  /** What the reader left out of a field's text; forgotten when it is typed in again. */
  readonly #notes = signal<Partial<Record<DraftField, readonly string[]>>>({});
  readonly notes = this.#notes.asReadonly();

  /** Begins with the CPE as it is, or with what was typed before against what was opened then. */
  open(cpe: VersionedCpe, facts: Ticket['lineFacts'], typed: CpeDraft = draftOf(cpe)): void {
    this.#facts.set(facts);
    this.#opened.set(cpe);
    this.#draft.set(typed);
    this.#steps.set([draftOf(cpe)]);
    this.#touched.set(new Set());
    this.#refused.set({});
    this.#notes.set({});
    void this.#catalogue.open();
    this.#lookUpModel();
  }

  close(): void {
    this.#opened.set(null);
    this.#draft.set(null);
    this.#steps.set([]);
    this.#refused.set({});
  }

  type(field: DraftField, text: string): void {
    this.#change({ [field]: text });
  }

  /** The field was left: it is spelled canonically, and what is wrong with it is said. */
  leave(field: DraftField): void {
    const draft = this.#draft();
    if (!draft) return;
    this.#keepNotes(draft, field);
    this.#draft.set(this.#settle(draft, field));
    this.#keepStep();
    this.#touched.update((touched) => new Set([...touched, field]));
    if (field === 'manufacturer') void this.#resetModel();
  }

  /** A model of the manufacturer before is none of the one that was typed: it is chosen again. */
  async #resetModel(): Promise<void> {
    const [draft, opened] = [this.#draft(), this.#opened()];
    if (!draft || !opened || draft.model !== opened.model) return;
    if (draft.manufacturer.toLowerCase() === opened.manufacturer.toLowerCase()) return;
    // Without an answer of the catalogue nothing is removed.
    const before = await this.#catalogue.ask(opened.manufacturer, opened.model);
    if (before === undefined) return;
    const now = await this.#catalogue.ask(draft.manufacturer, draft.model);
    const latest = this.#draft();
    const isSame = latest?.manufacturer === draft.manufacturer && latest.model === draft.model;
    if (now !== null || !latest || !isSame) return;
    this.#change({ model: '' });
    this.#keepStep();
    const note = words().cpeUpdate.modelReset(draft.model, draft.manufacturer);
    this.#notes.update((notes) => ({ ...notes, model: [note] }));
  }

  /** Takes values from elsewhere, in one step. */
  take(values: Partial<CpeDraft>): void {
    this.#change(values);
    const draft = this.#draft();
    if (draft) this.#draft.set(draftFields.reduce(this.#settle, draft));
    this.#keepStep();
    this.#touched.set(new Set(draftFields.filter((field) => values[field] !== undefined)));
  }

  /** The recorded value again. */
  putBack(field: DraftField): void {
    const opened = this.#opened();
    if (opened) this.take({ [field]: draftOf(opened)[field] });
  }

  /** One step back: what was typed since, else what was done last. */
  undo(): void {
    const draft = this.#draft();
    const steps = this.#steps();
    const before = draft && steps.findLast((step) => !isSame(step, draft));
    if (!before) return;
    this.#draft.set(before);
    this.#steps.set(steps.slice(0, steps.lastIndexOf(before) + 1));
    this.#lookUpModel();
  }

  /** What the service refused. */
  refuse(errors: DraftErrors): void {
    this.#refused.set(errors);
  }

  /**
   * What the operator wants, if no rule is known to be broken; else the first field to correct,
   * and every error is shown.
   */
  wanted(): { wanted: Wanted } | { wrong: DraftField } | null {
    const [typed, opened] = [this.#draft(), this.#opened()];
    if (!typed || !opened) return null;
    for (const field of draftFields) this.#keepNotes(typed, field);
    const draft = draftFields.reduce(this.#settle, typed);
    this.#draft.set(draft);
    this.#touched.set(new Set(draftFields));
    const wrong = draftFields.find((field) => this.#broken()[field]);
    return wrong ? { wrong } : { wanted: this.#said(withoutVersion(opened), cpeOf(draft)) };
  }

  #said(current: Cpe, wanted: Cpe): Wanted {
    const knows = this.#facts()?.knowsDualStack === true;
    return { current: saidValues(current, knows), new: saidValues(wanted, knows) };
  }

  /** The fields in which the operator or the others left what was opened, on their three sides. */
  conflict(now: VersionedCpe) {
    const [draft, opened] = [this.#draft(), this.#opened()];
    return draft && opened ? conflictRows(draft, opened, now) : [];
  }

  /** The operator has chosen: the values of the others are now the ones decided on. */
  resolve(now: VersionedCpe, choices: Partial<Record<DraftField, Choice>>): void {
    const [draft, opened] = [this.#draft(), this.#opened()];
    if (!draft || !opened) return;
    this.#draft.set(resolveConflict(draft, opened, now, choices));
    this.#opened.set(now);
    this.#steps.set([draftOf(now)]);
    this.#refused.set({});
    this.#lookUpModel();
  }

  /** One field in its canonical spelling, for the line's OLT. */
  readonly #settle = (draft: CpeDraft, field: DraftField): CpeDraft => {
    const facts = this.#facts();
    return settleField(draft, field, facts ? oltOf(facts) : undefined, facts?.knowsDualStack);
  };

  /** Says once what is left out: the value that stays has nothing to leave out. */
  #keepNotes(draft: CpeDraft, field: DraftField): void {
    const facts = this.#facts();
    const { notes } = settleText(field, draft[field], facts ? oltOf(facts) : UNKNOWN_OLT);
    if (notes.length > 0) this.#notes.update((all) => ({ ...all, [field]: notes }));
  }

  #change(values: Partial<CpeDraft>): void {
    const draft = this.#draft();
    if (!draft) return;
    this.#draft.set({ ...draft, ...values });
    this.#notes.update((notes) => {
      const left = { ...notes };
      for (const field of draftFields) if (values[field] !== undefined) delete left[field];
      return left;
    });
    this.#refused.update((refused) => {
      const left = { ...refused };
      for (const field of draftFields) if (values[field] !== undefined) delete left[field];
      return left;
    });
    if (values.manufacturer !== undefined || values.model !== undefined) this.#lookUpModel();
  }

  #keepStep(): void {
    const draft = this.#draft();
    const last = this.#steps().at(-1);
    if (draft && (!last || !isSame(last, draft))) this.#steps.update((steps) => [...steps, draft]);
  }

  #lookUpModel(): void {
    const draft = this.#draft();
    if (draft) this.#catalogue.lookUp(draft.manufacturer, draft.model);
  }
}

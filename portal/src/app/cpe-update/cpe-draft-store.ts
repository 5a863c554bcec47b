import { computed, Injectable, inject, signal } from '@angular/core';
import type { Cpe, Ticket, VersionedCpe } from '@cpe-desk/contract';
import { CatalogueStore } from './catalogue-store.ts';
import {
  type CpeDraft,
  changedDraftFields,
  cpeOf,
  type DraftErrors,
  type DraftField,
  draftErrors,
  draftFields,
  draftOf,
  mergeDraft,
  normaliseField,
} from './cpe-draft.ts';
import type { Wanted } from './phase.ts';

export const withoutVersion = ({ version: _, ...cpe }: VersionedCpe): Cpe => cpe;

/** What is typed into the form, against the CPE as it was opened. */
@Injectable()
export class CpeDraftStore {
  readonly #catalogue = inject(CatalogueStore);
  readonly #facts = signal<Ticket['lineFacts'] | null>(null);
  readonly #opened = signal<VersionedCpe | null>(null);
  readonly #draft = signal<CpeDraft | null>(null);
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

  /** Every broken rule, said or not. */
  readonly #broken = computed<DraftErrors>(() => {
    const [draft, facts] = [this.#draft(), this.#facts()];
    if (!draft || !facts) return {};
    return draftErrors(draft, { ...facts, model: this.#catalogue.find(draft.manufacturer, draft.model) });
  });

  /** The errors to show: of fields that were left, and what the service refused. */
  readonly errors = computed<DraftErrors>(() => {
    const shown = { ...this.#refused() };
    for (const field of this.#touched()) shown[field] = this.#broken()[field] ?? shown[field];
    return shown;
  });

  open(cpe: VersionedCpe, facts: Ticket['lineFacts']): void {
    this.#facts.set(facts);
    this.#opened.set(cpe);
    this.#draft.set(draftOf(cpe));
    this.#touched.set(new Set());
    this.#refused.set({});
    void this.#catalogue.open();
    this.#lookUpModel();
  }

  close(): void {
    this.#opened.set(null);
    this.#draft.set(null);
    this.#refused.set({});
  }

  type(field: DraftField, text: string): void {
    const draft = this.#draft();
    if (!draft) return;
    this.#draft.set({ ...draft, [field]: text });
    this.#refused.update(({ [field]: _, ...others }) => others);
    if (field === 'manufacturer' || field === 'model') this.#lookUpModel();
  }

  /** The field was left: it is spelled canonically, and what is wrong with it is said. */
  leave(field: DraftField): void {
    const draft = this.#draft();
    if (!draft) return;
    this.#draft.set(normaliseField(draft, field));
    this.#touched.update((touched) => new Set([...touched, field]));
  }

  /** What the service refused. */
  refuse(errors: DraftErrors): void {
    this.#refused.set(errors);
  }

  /** What the operator wants, if no rule is known to be broken; else the first field to mend, and every error is said. */
  wanted(): { wanted: Wanted } | { wrong: DraftField } | null {
    const [draft, opened] = [this.#draft(), this.#opened()];
    if (!draft || !opened) return null;
    this.#touched.set(new Set(draftFields));
    const wrong = draftFields.find((field) => this.#broken()[field]);
    return wrong ? { wrong } : { wanted: { current: withoutVersion(opened), new: cpeOf(draft) } };
  }

  /** Takes the values of others, and keeps the operator's own where he changed something. */
  merge(now: VersionedCpe): void {
    const [draft, opened] = [this.#draft(), this.#opened()];
    if (!draft || !opened) return;
    this.#draft.set(mergeDraft(draft, opened, now));
    this.#opened.set(now);
    this.#lookUpModel();
  }

  #lookUpModel(): void {
    const draft = this.#draft();
    if (draft) this.#catalogue.lookUp(draft.manufacturer, draft.model);
  }
}

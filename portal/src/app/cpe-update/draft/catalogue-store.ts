import { computed, Injectable, signal } from '@angular/core';
import type { DeviceModel, VendorIds } from '@cpe-desk/contract';
import { findModels, listVendorIds } from '../outcome/cpe-update-client.ts';

const TYPING_MS = 200;

const keyOf = (manufacturer: string, model: string): string =>
  `${manufacturer.trim().toLowerCase()}\n${model.trim().toLowerCase()}`;

/** What is known of the device catalogue so far. */
@Injectable()
export class CatalogueStore {
  readonly #models = signal<ReadonlyMap<string, DeviceModel>>(new Map());
  /** Pairs that were looked up: what is not known of them by now is not in the catalogue. */
  readonly #asked = signal<ReadonlySet<string>>(new Set());
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly #vendorIds = signal<VendorIds>(new Map());
  readonly vendorIds = this.#vendorIds.asReadonly();

  readonly manufacturers = computed(() => [
    ...new Set([...this.#models().values()].map(({ manufacturer }) => manufacturer)),
  ]);

  /** The models to suggest for a manufacturer; all where it is none of the catalogue's. */
  modelsOf(manufacturer: string): string[] {
    // A model is there under each of its names.
    const all = [...new Set(this.#models().values())].filter(({ withdrawn }) => !withdrawn);
    const its = all.filter(
      (each) => each.manufacturer.toLowerCase() === manufacturer.trim().toLowerCase(),
    );
    return (its.length > 0 ? its : all).map(({ model }) => model);
  }

  /** The model; null where the catalogue has none, undefined while that is not known. */
  find(manufacturer: string, model: string): DeviceModel | null | undefined {
    const key = keyOf(manufacturer, model);
    return this.#models().get(key) ?? (this.#asked().has(key) ? null : undefined);
  }

  /** Loads suggestions to begin with. */
  async open(): Promise<void> {
    const [vendorIds] = await Promise.all([listVendorIds(), this.#load('')]);
    if (!vendorIds.ok) return;
    const { items } = vendorIds.value;
    this.#vendorIds.set(new Map(items.map(({ vendorId, vendor }) => [vendorId, vendor])));
  }

  /** The model at once, looked up where that is not known; undefined without an answer. */
  async ask(manufacturer: string, model: string): Promise<DeviceModel | null | undefined> {
    if (this.find(manufacturer, model) === undefined) await this.#lookUpNow(manufacturer, model);
    return this.find(manufacturer, model);
  }

  /** Looks a pair up, once nobody types any more. */
  lookUp(manufacturer: string, model: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#lookUpNow(manufacturer, model), TYPING_MS);
  }

  async #lookUpNow(manufacturer: string, model: string): Promise<void> {
    const key = keyOf(manufacturer, model);
    // Someone may have added a model that was missing.
    if (this.#models().has(key)) return;
    if (!(await this.#load(`${manufacturer.trim()} ${model.trim()}`))) return;
    this.#asked.update((asked) => new Set([...asked, key]));
  }

  /** Without an answer only the service checks the model. */
  async #load(q: string): Promise<boolean> {
    const answer = await findModels(q);
    if (!answer.ok) return false;
    this.#models.update(
      (known) =>
        new Map([
          ...known,
          ...answer.value.items.flatMap((each) =>
            [each.model, ...each.aliases].map((name): [string, DeviceModel] => [
              keyOf(each.manufacturer, name),
              each,
            ]),
          ),
        ]),
    );
    return true;
  }
}

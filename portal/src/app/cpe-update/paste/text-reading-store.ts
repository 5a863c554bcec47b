import { computed, Injectable, inject, signal } from '@angular/core';
import type { DeviceReading, ReadField } from '@cpe-desk/contract';
import { Newest } from '../../shell/newest.ts';
import type { Problem } from '../../shell/request.ts';
import { CpeDraftStore } from '../draft/cpe-draft-store.ts';
import { readText } from '../outcome/cpe-update-client.ts';
import { rowsOf, valuesOf } from './read-rows.ts';

/** Wait for a pause in the typing before the service reads the text, ms. */
const PAUSE_MS = 200;

/** A text, what the service reads in it, and what the operator has chosen of that. */
@Injectable()
export class TextReadingStore {
  readonly #newest = new Newest();
  readonly #answer = signal<DeviceReading | null>(null);
  readonly #device = signal<number | null>(null);
  readonly #chosen = signal<ReadonlyMap<ReadField, number>>(new Map());
  readonly #draft = inject(CpeDraftStore);
  readonly #knowsDualStack = signal(false);
  #ticketId = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly text = signal('');
  readonly problem = signal<Problem | null>(null);
  readonly answer = this.#answer.asReadonly();
  /** The device whose values are shown, as an index; null until one is certain or chosen. */
  readonly device = this.#device.asReadonly();
  readonly chosen = this.#chosen.asReadonly();

  readonly rows = computed(() => {
    const device = this.#answer()?.devices[this.#device() ?? -1];
    const ipAddress = this.#draft.draft()?.ipAddress ?? '';
    return device ? rowsOf(device, { ipAddress, knowsDualStack: this.#knowsDualStack() }) : [];
  });

  /** The fields that still need a choice. They are left out if nobody chooses. */
  readonly open = computed(() =>
    this.rows().filter(({ field, certain }) => certain === null && !this.#chosen().has(field)),
  );

  readonly values = computed(() => valuesOf(this.rows(), this.#chosen()));

  /** The notes on the device that is shown, and those on the whole text. */
  readonly notes = computed(() =>
    (this.#answer()?.notes ?? []).filter(
      ({ pointer }) =>
        pointer === '/devices' ||
        pointer.startsWith(`/devices/${this.#device()}/`) ||
        pointer === `/devices/${this.#device()}`,
    ),
  );

  /** Reads for a ticket's line, with a text or empty. */
  start(ticketId: string, text: string, { knowsDualStack }: { knowsDualStack: boolean }): void {
    this.#ticketId = ticketId;
    this.#knowsDualStack.set(knowsDualStack);
    this.type(text, 0);
  }

  type(text: string, pauseMs = PAUSE_MS): void {
    this.text.set(text);
    clearTimeout(this.#timer);
    if (text.trim() === '') this.#show(null);
    else this.#timer = setTimeout(() => void this.read(), pauseMs);
  }

  chooseDevice(index: number): void {
    this.#device.set(index);
    this.#chosen.set(new Map());
  }

  choose(field: ReadField, index: number): void {
    this.#chosen.update((chosen) => new Map(chosen).set(field, index));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#newest.stop();
    this.text.set('');
    this.#show(null);
  }

  async read(): Promise<void> {
    const signal = this.#newest.next();
    const answer = await readText(this.#ticketId, this.text(), signal);
    if (signal.aborted) return;
    this.problem.set(answer.ok ? null : answer.problem);
    this.#show(answer.ok ? answer.value : null);
  }

  #show(answer: DeviceReading | null): void {
    if (answer === null && this.text().trim() === '') this.problem.set(null);
    this.#answer.set(answer);
    this.#device.set(answer?.chosen ?? null);
    this.#chosen.set(new Map());
  }
}

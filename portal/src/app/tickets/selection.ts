import { computed, signal } from '@angular/core';

/** The tickets of the list that are ticked: by their ids, in the order of ticking. */
const chosen = signal<ReadonlySet<string>>(new Set());

export const selected = chosen.asReadonly();
export const selectedIds = computed(() => [...chosen()]);

export const toggleSelected = (id: string): void =>
  chosen.update((before) => {
    const now = new Set(before);
    if (!now.delete(id)) now.add(id);
    return now;
  });

export const selectOnly = (ids: readonly string[]): void => chosen.set(new Set(ids));

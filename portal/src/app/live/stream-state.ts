import { signal } from '@angular/core';

/**
 * Whether events arrive for what this tab shows. `none`: it shows nothing that has events;
 * `waiting`: the stream opens or opens again.
 */
export type StreamState = 'none' | 'live' | 'waiting';

export const streamState = signal<StreamState>('none');

/** When the stream said something last, ms since 1970; null: not yet. */
export const streamHeardAt = signal<number | null>(null);

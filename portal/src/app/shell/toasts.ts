import { signal } from '@angular/core';

/** A short message about what a person just did, with one thing to do about it. */
export type Toast = {
  text: string;
  tone?: 'good' | 'warning' | 'danger';
  /** Undo, or Open. It is done once, and the message goes. */
  action?: { text: string; run: () => void };
};
export type ShownToast = Toast & { id: number };

/** It stays this long, ms; longer while the pointer or the focus is on it. */
export const TOAST_MS = 8000;
/** So many are seen at a time; an older one goes. */
const MOST = 3;

const shown = signal<readonly ShownToast[]>([]);
let last = 0;

/** The messages that are shown, oldest first. */
export const toasts = shown.asReadonly();

/** Shows a message at the lower edge of whatever page is open. */
export const showToast = (toast: Toast): void => {
  last += 1;
  shown.update((all) => [...all, { ...toast, id: last }].slice(-MOST));
};

export const dropToast = (id: number): void =>
  shown.update((all) => all.filter((each) => each.id !== id));

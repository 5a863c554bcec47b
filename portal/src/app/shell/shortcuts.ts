import { DestroyRef, inject, signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';

/** A key, or two after each other, that does something as long as its page is shown. */
export type Shortcut = {
  /** As `KeyboardEvent.key` has it: `j`, `?`, `Enter`, `g t`; with `Mod+` for Ctrl or Command. */
  keys: string;
  /** What it does, in the reader's language. */
  does: () => string;
  run: (event: KeyboardEvent) => void;
  /** Whether it does nothing for now: then the key is the browser's. */
  isOff?: () => boolean;
  /** An action of the page, which the command palette lists too. */
  isCommand?: boolean;
};

const registered = signal<readonly Shortcut[]>([]);

/** What holds on this page, in the order in which it was registered. */
export const shortcuts = registered.asReadonly();

/** Registers shortcuts until the component that asks for them is destroyed. */
export const useShortcuts = (own: readonly Shortcut[]): void => {
  registered.update((all) => [...all, ...own]);
  inject(DestroyRef).onDestroy(() =>
    registered.update((all) => all.filter((each) => !own.includes(each))),
  );
};

const KEPT = 'single-keys';
const single = signal(keptForGood.read(KEPT, z.boolean()) ?? true);

/**
 * Whether keys without Ctrl do something. Speech input and unsteady hands press some by accident,
 * so that they can be switched off (WCAG 2.2, 2.1.4).
 */
export const singleKeys = single.asReadonly();

export const useSingleKeys = (areOn: boolean): void => {
  single.set(areOn);
  keptForGood.keep(KEPT, areOn);
};

/** Whether a key goes into a field. A box to tick takes Space and Enter only. */
const isTypedInto = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  target.matches('input, select, textarea, [contenteditable]') &&
  (key === ' ' || key === 'Enter' || !target.matches('[type="checkbox"]'));

/** Enter and Space press what has the focus; a link is pressed with Enter only. */
const presses = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  ((key === 'Enter' && target.closest('a, button, summary') !== null) ||
    (key === ' ' && target.closest('button, summary, label') !== null));

/** The second key of two comes within this time, ms. */
const PAIR_MS = 1500;
let first: { key: string; at: number } | null = null;

const findShortcut = (keys: string): Shortcut | undefined =>
  // The newest first: a page's own keys before those of the frame.
  registered().findLast((each) => each.keys === keys && !each.isOff?.());

const keysOf = ({ key, ctrlKey, metaKey }: KeyboardEvent): string =>
  ctrlKey || metaKey ? `Mod+${key}` : key === ' ' ? 'Space' : key;

const isForPage = (event: KeyboardEvent): boolean => {
  if (event.ctrlKey || event.metaKey) return true;
  if (!singleKeys() || isTypedInto(event)) return false;
  return !presses(event);
};

/** Runs the shortcut of a pressed key, if it has one here. Dialogs keep their keys. */
export const pressShortcut = (event: KeyboardEvent): void => {
  const { altKey, defaultPrevented, isComposing, key, timeStamp } = event;
  if (altKey || defaultPrevented || isComposing || document.querySelector('dialog[open]')) return;
  if (!isForPage(event)) return;
  const keys = keysOf(event);
  const isSecond = first !== null && timeStamp - first.at < PAIR_MS;
  const found = (isSecond && findShortcut(`${first?.key} ${keys}`)) || findShortcut(keys);
  first = { key, at: timeStamp };
  if (!found) return;
  first = null;
  event.preventDefault();
  found.run(event);
};

import { signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** index.html reads the same name, before anything is painted. */
const KEPT = 'theme';

const chosen = signal<Theme>(keptForGood.read(KEPT, z.enum(themes)) ?? 'system');

/** How this person wants the portal to look. */
export const theme = chosen.asReadonly();

/** Switches the colours at once and for the next visits. */
export const useTheme = (wanted: Theme): void => {
  chosen.set(wanted);
  keptForGood.keep(KEPT, wanted);
  const { dataset } = document.documentElement;
  if (wanted === 'system') delete dataset.theme;
  else dataset.theme = wanted;
};

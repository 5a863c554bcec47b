import { signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

const KEPT = 'density';

const chosen = signal<Density>(keptForGood.read(KEPT, z.enum(densities)) ?? 'comfortable');

/** How close the rows of tables stand. */
export const density = chosen.asReadonly();

export const useDensity = (wanted: Density): void => {
  chosen.set(wanted);
  keptForGood.keep(KEPT, wanted);
};

import { signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';

/** Filters under a name. */
export type SavedView = { name: string; query: Record<string, string> };

const KEPT = 'saved-views';
const keptSchema = z.array(z.object({ name: z.string(), query: z.record(z.string(), z.string()) }));
export const LONGEST_NAME = 60;

const views = signal<readonly SavedView[]>(keptForGood.read(KEPT, keptSchema) ?? []);

/** This person's views, by name. */
export const savedViews = views.asReadonly();

const set = (changed: SavedView[]): void => {
  views.set(changed.sort((a, b) => a.name.localeCompare(b.name)));
  keptForGood.keep(KEPT, views());
};

/** Saves filters under a name, in place of what had it. */
export const saveView = (view: SavedView): void =>
  set([...views().filter(({ name }) => name !== view.name), view]);

export const deleteView = (name: string): void => set(views().filter((view) => view.name !== name));

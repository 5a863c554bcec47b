import { signal } from '@angular/core';
import { type SavedView, savedViewListSchema, savedViewSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';
import type { Problem } from './request.ts';
import { request } from './request.ts';

const PATH = '/ticket/ctt/views';

const views = signal<readonly SavedView[]>([]);

/** This person's views, by name. */
export const savedViews = views.asReadonly();

const show = (changed: readonly SavedView[]): void =>
  views.set([...changed].sort((a, b) => a.name.localeCompare(b.name)));

/** Saves filters under a name, in place of what had it; the problem, where that did not work. */
export const saveView = async (
  view: Pick<SavedView, 'name' | 'query'>,
): Promise<Problem | null> => {
  const answer = await request(savedViewSchema, PATH, { method: 'PUT', body: view });
  if (!answer.ok) return answer.problem;
  show([...views().filter(({ id }) => id !== answer.value.id), answer.value]);
  return null;
};

export const deleteView = async (id: string): Promise<Problem | null> => {
  const answer = await request(z.null(), `${PATH}/${id}`, { method: 'DELETE' });
  if (!answer.ok) return answer.problem;
  show(views().filter((view) => view.id !== id));
  return null;
};

/** Views that an older release kept in this browser move to the desk. */
const KEPT = 'saved-views';
const keptSchema = z.array(z.object({ name: z.string(), query: z.record(z.string(), z.string()) }));

const moveKeptViews = async (): Promise<void> => {
  for (const view of keptForGood.read(KEPT, keptSchema) ?? [])
    if (!views().some(({ name }) => name === view.name) && (await saveView(view))) return;
  keptForGood.drop(KEPT);
};

/** Loads the person's views. Until the next answer, what was known last stays. */
export const loadViews = async (): Promise<void> => {
  const answer = await request(savedViewListSchema, PATH);
  if (!answer.ok) return;
  show(answer.value.items);
  await moveKeptViews();
};

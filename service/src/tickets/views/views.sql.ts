// Written by npm run sql-types from views.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectViewsRow = {
  id: string;
  name: string;
  query: unknown;
  saved_at: Date;
};
export const selectViews = statement<SelectViewsRow, [
  personId: string,
]>('select-views');

export type SaveViewRow = {
  id: string;
  name: string;
  query: unknown;
  saved_at: Date;
};
/**
 * Replaces the view of the same name. No row: the person has the most views already.
 */
export const saveView = statement<SaveViewRow, [
  personId: string,
  name: string,
  query: string,
  most: number,
]>('save-view');

export const deleteView = statement<never, [
  personId: string,
  id: string,
]>('delete-view');

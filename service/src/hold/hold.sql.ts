// Written by npm run sql-types from hold.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectHoldRow = {
  held: boolean;
  reason: string | null;
  actor_id: string | null;
  actor_name: string | null;
  at: Date;
};
export const selectHold = statement<SelectHoldRow, []>('select-hold');

export type SaveHoldRow = {
  held: boolean;
  reason: string | null;
  actor_id: string | null;
  actor_name: string | null;
  at: Date;
};
export const saveHold = statement<SaveHoldRow, [
  held: boolean,
  reason: string | null,
  actorId: string,
  actorName: string,
]>('save-hold');

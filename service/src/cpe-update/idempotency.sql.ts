// Written by npm run sql-types from idempotency.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectIdempotencyKeyRow = {
  ctt_id: string;
  body_hash: string;
  update_id: string;
  status: number | null;
  answer: unknown;
};
export const selectIdempotencyKey = statement<SelectIdempotencyKeyRow, [
  callerId: string,
  key: string,
]>('select-idempotency-key');

export const storeAnswer = statement<never, [
  updateId: string,
  status: number,
  answer: string,
]>('store-answer');

export const deleteKeyOfUpdate = statement<never, [
  updateId: string,
]>('delete-key-of-update');

export const deleteOldKeys = statement<never, [
  hours: number,
]>('delete-old-keys');

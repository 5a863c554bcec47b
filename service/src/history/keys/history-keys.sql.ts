// Written by npm run sql-types from history-keys.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectCurrentHistoryKeyRow = {
  key_id: string;
  public_key: string;
  registered_at: Date;
};
export const selectCurrentHistoryKey = statement<SelectCurrentHistoryKeyRow, []>('select-current-history-key');

export type SelectPreviousHistoryKeysRow = {
  key_id: string;
  public_key: string;
  registered_at: Date;
  retired_at: Date;
  vouched: string;
};
export const selectPreviousHistoryKeys = statement<SelectPreviousHistoryKeysRow, []>('select-previous-history-keys');

export const insertFirstHistoryKey = statement<never, [
  keyId: string,
  pem: string,
]>('insert-first-history-key');

export const retireHistoryKey = statement<never, [
  keyId: string,
  vouched: string,
]>('retire-history-key');

export const registerHistoryKey = statement<never, [
  keyId: string,
  pem: string,
]>('register-history-key');

export const lockHistoryKeys = statement<never, []>('lock-history-keys');

export type SelectHistoryLeaseHeldRow = {
  held: boolean;
};
/**
 * Whether an instance anchors now: its lease has not ended.
 */
export const selectHistoryLeaseHeld = statement<SelectHistoryLeaseHeldRow, []>('select-history-lease-held');

// Written by npm run sql-types from instances.sql; do not edit.
import { sqlFile } from '../database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Registers an instance or renews its row.
 */
export const saveInstance = statement<never, [
  id: string,
  version: string,
  oldestSchema: number,
  newestSchema: number,
  host: string,
  processId: number,
]>('save-instance');

export const deleteInstance = statement<never, [
  id: string,
]>('delete-instance');

/**
 * A dead instance stays in the list for a day, for a later analysis.
 */
export const deleteDeadInstances = statement<never, []>('delete-dead-instances');

export type SelectInstancesRow = {
  id: string;
  version: string;
  oldest_schema: number;
  newest_schema: number;
  host: string;
  process_id: number;
  started_at: Date;
  seen_at: Date;
  is_alive: boolean;
};
export const selectInstances = statement<SelectInstancesRow, []>('select-instances');

export type SelectAreAllAtLeastRow = {
  are_all: boolean;
};
/**
 * Whether every running instance knows a schema, also those that are too old to register.
 */
export const selectAreAllAtLeast = statement<SelectAreAllAtLeastRow, [
  schema: number,
]>('select-are-all-at-least');

export type SelectUpgradeConfirmationRow = {
  at: Date | null;
  by: string | null;
};
export const selectUpgradeConfirmation = statement<SelectUpgradeConfirmationRow, []>('select-upgrade-confirmation');

/**
 * The first confirmation stays, as a record.
 */
export const confirmUnregisteredGone = statement<never, [
  by: string,
]>('confirm-unregistered-gone');

export type SelectMayWriteRow = {
  may_write: boolean;
  oldest_writer: number;
  schema: number;
};
/**
 * Each statement of the flow that writes has this condition itself: no upgrade comes in between.
 */
export const selectMayWrite = statement<SelectMayWriteRow, [
  newestSchema: number,
  oldestSchema: number,
]>('select-may-write');

export type SelectHasInstanceRegistryRow = {
  has_registry: boolean;
};
export const selectHasInstanceRegistry = statement<SelectHasInstanceRegistryRow, []>('select-has-instance-registry');

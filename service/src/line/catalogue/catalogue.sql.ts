// Written by npm run sql-types from catalogue.sql; do not edit.
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type HasModelsRow = {
  has: boolean;
};
export const hasModels = statement<HasModelsRow, []>('has-models');

export type SaveModelsRow = {
  is_new: boolean;
};
/**
 * `models`: a JSON array of rows without `withdrawn`. Adds models. Of a model that the catalogue
 * has, in any case, it fills in what the row knows; null changes nothing. A manufacturer keeps the
 * catalogue's spelling. Returns what it wrote.
 */
export const saveModels = statement<SaveModelsRow, [
  models: string,
]>('save-models');

export type SaveAliasesRow = {
  alias: string;
};
/**
 * Adds aliases of models. Leaves out the name of a model, and an alias of another model. Returns
 * the new ones.
 */
export const saveAliases = statement<SaveAliasesRow, [
  manufacturers: Narrow<readonly string[], readonly string[]>,
  aliases: Narrow<readonly string[], readonly string[]>,
  models: Narrow<readonly string[], readonly string[]>,
]>('save-aliases');

export type InsertModelRow = {
  manufacturer: string;
  model: string;
};
/**
 * Adds a model, with the catalogue's spelling of the manufacturer. No row where it is there.
 */
export const insertModel = statement<InsertModelRow, [
  manufacturer: string,
  model: string,
  access: string | null,
  maxPortKbps: number | null,
  note: string | null,
]>('insert-model');

export const insertVendorIdsIfNone = statement<never, [
  vendorIds: string,
]>('insert-vendor-ids-if-none');

export type SelectModelsLikeRow = {
  manufacturer: string;
  model: string;
  part_number: string | null;
  access: string | null;
  lan_ports: number | null;
  wan_ports: number | null;
  max_port_kbps: number | null;
  withdrawn: boolean;
  note: string | null;
  source: string | null;
  aliases: string[];
};
/**
 * Models with the text in their full name or in that of an alias. Those whose full name begins with
 * it come first, then those whose model does.
 */
export const selectModelsLike = statement<SelectModelsLikeRow, [
  part: string,
  limit: number,
]>('select-models-like');

export type SelectModelRow = {
  manufacturer: string | null;
  model: string | null;
  part_number: string | null;
  access: string | null;
  lan_ports: number | null;
  wan_ports: number | null;
  max_port_kbps: number | null;
  withdrawn: boolean | null;
  note: string | null;
  source: string | null;
  aliases: string[];
};
export const selectModel = statement<SelectModelRow, [
  manufacturer: string,
  model: string,
]>('select-model');

export type SelectVendorIdsRow = {
  vendor_id: string;
  vendor: string;
};
export const selectVendorIds = statement<SelectVendorIdsRow, []>('select-vendor-ids');

export type SelectNamedModelsRow = {
  model: unknown;
  found: number | null;
};
/**
 * The model of each name or alias, in their order. Null where the catalogue has none, and where
 * several manufacturers have one and none is named.
 */
export const selectNamedModels = statement<SelectNamedModelsRow, [
  manufacturers: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  models: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('select-named-models');

export type InsertModelRequestRow = {
  id: string;
  manufacturer: string;
  model: string;
  note: string | null;
  actor_id: string;
  actor_name: string;
  at: Date;
};
/**
 * The first request of a model stays.
 */
export const insertModelRequest = statement<InsertModelRequestRow, [
  manufacturer: string,
  model: string,
  note: string | null,
  actorId: string,
  actorName: string,
]>('insert-model-request');

export type SelectModelRequestsRow = {
  id: string;
  manufacturer: string;
  model: string;
  note: string | null;
  actor_id: string;
  actor_name: string;
  at: Date;
};
/**
 * Requests of models that the catalogue still lacks, the oldest first.
 */
export const selectModelRequests = statement<SelectModelRequestsRow, [
  limit: number,
]>('select-model-requests');

export type DeleteModelRequestRow = {
  manufacturer: string;
  model: string;
};
export const deleteModelRequest = statement<DeleteModelRequestRow, [
  id: string,
]>('delete-model-request');

/**
 * The request of a model that was added.
 */
export const deleteAnsweredRequest = statement<never, [
  manufacturer: string,
  model: string,
]>('delete-answered-request');

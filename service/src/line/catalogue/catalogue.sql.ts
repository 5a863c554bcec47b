// Written by npm run sql-types from catalogue.sql; do not edit.
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * `models`: a JSON array of rows without `withdrawn`. Only two first starts at the same time can
 * conflict.
 */
export const insertModelsIfNone = statement<never, [
  models: string,
]>('insert-models-if-none');

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
};
/**
 * Models whose full name begins with the text come first, then those whose model does.
 */
export const selectModelsLike = statement<SelectModelsLikeRow, [
  part: string,
  limit: number,
]>('select-models-like');

export type SelectVendorIdsRow = {
  vendor_id: string;
  vendor: string;
};
export const selectVendorIds = statement<SelectVendorIdsRow, []>('select-vendor-ids');

export type SelectKnownModelsRow = {
  known: boolean;
};
/**
 * Whether the catalogue has each of these models, in their order. A null manufacturer is any.
 */
export const selectKnownModels = statement<SelectKnownModelsRow, [
  manufacturers: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  models: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('select-known-models');

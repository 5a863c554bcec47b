// Written by npm run sql-types from api-tokens.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type InsertApiTokenRow = {
  id: string;
  name: string;
  prefix: string;
  roles: string[];
  segment_groups: string[];
  created_at: Date;
  created_by_id: string;
  created_by_name: string;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
};
/**
 * No row: a token that is not revoked has this name.
 */
export const insertApiToken = statement<InsertApiTokenRow, [
  name: string,
  tokenHash: string,
  prefix: string,
  roles: readonly string[],
  segmentGroups: readonly string[],
  createdById: string,
  createdByName: string,
  expiresAt: Date | string,
]>('insert-api-token');

export type SelectApiTokensRow = {
  id: string;
  name: string;
  prefix: string;
  roles: string[];
  segment_groups: string[];
  created_at: Date;
  created_by_id: string;
  created_by_name: string;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
};
/**
 * Newest first. A token that ended more than 30 days ago is of no interest any more.
 */
export const selectApiTokens = statement<SelectApiTokensRow, []>('select-api-tokens');

export type RevokeApiTokenRow = {
  name: string;
  addresses: string[];
};
/**
 * No row: it does not exist, or was revoked before.
 */
export const revokeApiToken = statement<RevokeApiTokenRow, [
  id: string,
]>('revoke-api-token');

export type SelectApiTokenExistsRow = {
  does_exist: boolean;
};
export const selectApiTokenExists = statement<SelectApiTokenExistsRow, [
  id: string,
]>('select-api-token-exists');

export type FindApiTokenRow = {
  id: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  valid_ms: number;
  is_to_touch: boolean;
  is_new_day: boolean;
};
export const findApiToken = statement<FindApiTokenRow, [
  tokenHash: string,
  address: string,
  touchAfterS: number,
]>('find-api-token');

export const touchApiToken = statement<never, [
  id: string,
  address: string,
  mostAddresses: number,
]>('touch-api-token');

/**
 * The entry of a day: with its first use, and the addresses since the entry before.
 */
export const logApiTokenUse = statement<never, [
  id: string,
  subject: string,
  name: string,
  address: string,
  requestId: string,
]>('log-api-token-use');

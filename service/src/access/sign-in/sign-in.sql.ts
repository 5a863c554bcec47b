// Written by npm run sql-types from sign-in.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export const insertPortalSession = statement<never, [
  tokenHash: string,
  subject: string,
  name: string,
  roles: readonly string[],
  segmentGroups: readonly string[],
  sealedIdToken: string,
  hours: number,
]>('insert-portal-session');

export type SelectPortalSessionRow = {
  subject: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  is_to_touch: boolean;
};
export const selectPortalSession = statement<SelectPortalSessionRow, [
  tokenHash: string,
  idleMinutes: number,
  touchAfterS: number,
]>('select-portal-session');

export const touchPortalSession = statement<never, [
  tokenHash: string,
]>('touch-portal-session');

export type TakePortalSessionRow = {
  subject: string;
  name: string;
  id_token: string | null;
};
/**
 * Ends a session and returns its person.
 */
export const takePortalSession = statement<TakePortalSessionRow, [
  tokenHash: string,
]>('take-portal-session');

export type DeletePortalSessionsOfRow = {
  token_hash: string;
};
export const deletePortalSessionsOf = statement<DeletePortalSessionsOfRow, [
  subject: string,
]>('delete-portal-sessions-of');

export const deletePortalSession = statement<never, [
  tokenHash: string,
]>('delete-portal-session');

export const deleteExpiredPortalSessions = statement<never, [
  idleMinutes: number,
]>('delete-expired-portal-sessions');

/**
 * A sealed token has two dots in a row (JWE with a shared key); a signed token does not.
 */
export const deleteClearIdTokens = statement<never, []>('delete-clear-id-tokens');

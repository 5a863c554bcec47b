// Written by npm run sql-types from sign-in.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export const insertPortalSession = statement<never, [
  tokenHash: string,
  subject: string,
  name: string,
  roles: readonly string[],
  segmentGroups: readonly string[],
  sealedIdToken: string | null,
  issuerSubject: string,
  sid: string | null,
  sealedRefreshToken: string | null,
  hours: number,
]>('insert-portal-session');

export type SelectPortalSessionRow = {
  subject: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  is_to_touch: boolean;
  is_to_renew: boolean;
};
export const selectPortalSession = statement<SelectPortalSessionRow, [
  tokenHash: string,
  idleMinutes: number,
  touchAfterS: number,
  renewAfterS: number,
]>('select-portal-session');

export type SelectSessionEndRow = {
  ends_at: Date;
};
/**
 * When a session ends if nobody uses it again.
 */
export const selectSessionEnd = statement<SelectSessionEndRow, [
  tokenHash: string,
  idleMinutes: number,
]>('select-session-end');

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

export type DeletePortalSessionsOfIssuerRow = {
  subject: string;
  name: string;
};
/**
 * Ends the sessions that an issuer ends: one by its sid, or all of a person that began by then.
 */
export const deletePortalSessionsOfIssuer = statement<DeletePortalSessionsOfIssuerRow, [
  issuerSubject: string | null,
  sid: string | null,
  until: Date | string,
]>('delete-portal-sessions-of-issuer');

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

export type LeaseRenewalRow = {
  issuer_subject: string;
  subject: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  refresh_token: string | null;
};
/**
 * Whoever gets the row uses its refresh token, which is often valid once.
 */
export const leaseRenewal = statement<LeaseRenewalRow, [
  tokenHash: string,
  renewAfterS: number,
  leaseS: number,
]>('lease-renewal');

export const saveRenewal = statement<never, [
  tokenHash: string,
  name: string,
  roles: readonly string[],
  segmentGroups: readonly string[],
  sealedRefreshToken: string,
]>('save-renewal');

export type SelectPortalSessionsRow = {
  token_hash: string;
  subject: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  created_at: Date;
  seen_at: Date;
  expires_at: Date;
};
/**
 * The sessions that may be used now, those of a person together.
 */
export const selectPortalSessions = statement<SelectPortalSessionsRow, [
  subject: string | null,
  idleMinutes: number,
  afterSubject: string | null,
  afterHash: string | null,
  limit: number,
]>('select-portal-sessions');

export type EndPortalSessionRow = {
  subject: string;
  name: string;
};
export const endPortalSession = statement<EndPortalSessionRow, [
  tokenHash: string,
]>('end-portal-session');

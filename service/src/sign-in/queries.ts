import { statement } from '../database.ts';

export type SessionRow = { subject: string; name: string; roles: string[]; segment_groups: string[] };

export const insertSession = statement<
  never,
  [tokenHash: string, subject: string, name: string, roles: string[], segmentGroups: string[], hours: number]
>(
  'insert-portal-session',
  `insert into portal_session (token_hash, subject, name, roles, segment_groups, expires_at)
   values ($1, $2, $3, $4, $5, now() + make_interval(hours => $6))`,
);

export const selectSession = statement<SessionRow, [tokenHash: string]>(
  'select-portal-session',
  `select subject, name, roles, segment_groups
   from portal_session
   where token_hash = $1 and expires_at > now()`,
);

export const deleteSession = statement<never, [tokenHash: string]>(
  'delete-portal-session',
  'delete from portal_session where token_hash = $1',
);

export const deleteExpiredSessions = statement<never>(
  'delete-expired-portal-sessions',
  'delete from portal_session where expires_at <= now()',
);

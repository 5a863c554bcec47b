import { statement } from '../../platform/database/database.ts';

export type SessionRow = {
  subject: string;
  name: string;
  roles: string[];
  segment_groups: string[];
  is_to_touch: boolean;
};

export const insertSession = statement<
  never,
  [
    tokenHash: string,
    subject: string,
    name: string,
    roles: string[],
    segmentGroups: string[],
    sealedIdToken: string,
    hours: number,
  ]
>(
  'insert-portal-session',
  `insert into portal_session (token_hash, subject, name, roles, segment_groups, id_token, expires_at)
   values ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7))`,
);

export const selectSession = statement<
  SessionRow,
  [tokenHash: string, idleMinutes: number, touchAfterS: number]
>(
  'select-portal-session',
  `select subject, name, roles, segment_groups, seen_at < now() - make_interval(secs => $3) as is_to_touch
   from portal_session
   where token_hash = $1 and expires_at > now() and seen_at > now() - make_interval(mins => $2)`,
);

export const touchSession = statement<never, [tokenHash: string]>(
  'touch-portal-session',
  'update portal_session set seen_at = now() where token_hash = $1',
);

/** Ends a session and returns its person. */
export const takeSession = statement<
  { subject: string; name: string; id_token: string | null },
  [tokenHash: string]
>(
  'take-portal-session',
  'delete from portal_session where token_hash = $1 returning subject, name, id_token',
);

export const deleteSessionsOf = statement<{ token_hash: string }, [subject: string]>(
  'delete-portal-sessions-of',
  'delete from portal_session where subject = $1 returning token_hash',
);

export const deleteSession = statement<never, [tokenHash: string]>(
  'delete-portal-session',
  'delete from portal_session where token_hash = $1',
);

export const deleteExpiredSessions = statement<never, [idleMinutes: number]>(
  'delete-expired-portal-sessions',
  `delete from portal_session where expires_at <= now() or seen_at <= now() - make_interval(mins => $1)`,
);

/** A sealed token has two dots in a row (JWE with a shared key); a signed token does not. */
export const deleteClearIdTokens = statement<never>(
  'delete-clear-id-tokens',
  `update portal_session set id_token = null where id_token not like '%..%'`,
);

import type { Caller } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { inTransaction, maybeOne, type Pool, run } from '../../platform/database/database.ts';
import { recordAccess } from '../access-log/record-access.ts';
import { callerOf, identityOf } from '../identity/caller.ts';
import { isRefusedToken, issuerMessage, type RenewedClaims, renewClaims } from './code-flow.ts';
import type { Issuer } from './issuer.ts';
import { hashOf, RENEW_AFTER_S } from './portal-session.ts';
import { sealToken, unsealToken } from './seal-token.ts';
import {
  deletePortalSession,
  type LeaseRenewalRow,
  leaseRenewal,
  saveRenewal,
} from './sign-in.sql.ts';
import type { SignInConfig } from './sign-in-config.ts';

/** Another attempt begins after this time, also where the instance that began one has crashed. */
const LEASE_S = 60;

type Deps = { config: SignInConfig; db: Pool; issuer: Issuer };
type Session = LeaseRenewalRow & { hash: string };

/** Why a session ends when its roles are read again. */
type EndReason =
  | 'refused-by-issuer'
  | 'sealed-with-another-secret'
  | 'no-role'
  | 'group-overage'
  | 'no-subject';

const end = ({ db }: Deps, session: Session, reason: EndReason, request: FastifyRequest) =>
  inTransaction(db, async (tx) => {
    const { subject: id, name } = session;
    await recordAccess(tx, 'session-ended', { id, name }, request, { reason });
    await run(tx, deletePortalSession, [session.hash]);
  });

const sameItems = (one: readonly string[], other: readonly string[]): boolean =>
  new Set(one).symmetricDifference(new Set(other)).size === 0;

/** Keeps the caller's present rights, and the issuer's next refresh token. */
const save = async (
  { db, config }: Deps,
  session: Session,
  { name, roles, segmentGroups }: Pick<Caller, 'name' | 'roles' | 'segmentGroups'>,
  refreshToken: string,
  request: FastifyRequest,
): Promise<void> => {
  const sealed = await sealToken(refreshToken, config.sessionSecret);
  const { subject: id, roles: rolesBefore, segment_groups: groupsBefore } = session;
  const isSame = sameItems(roles, rolesBefore) && sameItems(segmentGroups, groupsBefore);
  await inTransaction(db, async (tx) => {
    if (!isSame)
      await recordAccess(tx, 'roles-changed', { id, name }, request, {
        ...{ rolesBefore, roles, segmentGroupsBefore: groupsBefore, segmentGroups },
      });
    await run(tx, saveRenewal, [session.hash, name, roles, segmentGroups, sealed]);
  });
};

/** What the issuer's new claims mean for a session. */
const apply = async (
  deps: Deps,
  session: Session,
  { token, userinfo, refreshToken }: RenewedClaims & { refreshToken: string },
  request: FastifyRequest,
): Promise<unknown> => {
  const { name, roles, segment_groups } = session;
  const before = callerOf(session.subject, name, { roles, segmentGroups: segment_groups });
  if (token === undefined) return save(deps, session, before, refreshToken, request);
  // The session knows the person; a new ID token may lack the claim that names people here.
  const config = { ...deps.config.identity, subjectClaim: 'sub' };
  const identity = identityOf({ token, userinfo }, config, 'sign-in');
  if (!identity.ok) return end(deps, session, identity.reason, request);
  if (identity.caller.roles.length === 0) return end(deps, session, 'no-role', request);
  return save(deps, session, { ...identity.caller, name }, refreshToken, request);
};

const renew = async (deps: Deps, hash: string, request: FastifyRequest): Promise<void> => {
  const row = await maybeOne(deps.db, leaseRenewal, [hash, RENEW_AFTER_S, LEASE_S]);
  if (row === undefined) return; // another instance does it, or the session has ended
  const session = { ...row, hash };
  const { refresh_token: sealed } = row;
  const refreshToken = sealed && (await unsealToken(sealed, deps.config.sessionSecret));
  // Sealed with another SESSION_SECRET: nothing can read the roles again.
  if (!refreshToken) return void (await end(deps, session, 'sealed-with-another-secret', request));
  const about = { refreshToken, subject: row.issuer_subject, log: request.log };
  const renewed = await renewClaims(deps.config, deps.issuer, about);
  if (renewed.ok) {
    const next = renewed.value.refreshToken ?? refreshToken;
    await apply(deps, session, { ...renewed.value, refreshToken: next }, request);
  } else if (isRefusedToken(renewed.cause)) {
    await end(deps, session, 'refused-by-issuer', request);
  } else {
    const { cause: err, reason } = renewed;
    const said = issuerMessage(err);
    request.log.warn(
      { err, reason, said },
      'cannot read roles again; keeping those of the session',
    );
  }
};

/**
 * Reads the roles of a session again by its refresh token: once at a time, by one instance. While
 * the issuer is away the session keeps its roles.
 */
export const rolesRenewer = (
  deps: Deps,
): ((token: string, request: FastifyRequest) => Promise<void>) => {
  const renewing = new Map<string, Promise<void>>();
  return (token, request) => {
    const hash = hashOf(token);
    const under = renewing.get(hash) ?? renew(deps, hash, request);
    renewing.set(hash, under);
    return under.finally(() => renewing.delete(hash));
  };
};

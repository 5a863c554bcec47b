import type { JWTHeaderParameters, JWTPayload } from 'jose';

/** Keycloak writes the kind of each token into its payload. */
const OTHER_KINDS = new Set(['id', 'refresh', 'offline', 'logout']);
const ACCESS_TOKEN_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const textOf = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

const isLogoutToken = ({ events }: JWTPayload): boolean =>
  typeof events === 'object' && events !== null && LOGOUT_EVENT in events;

/**
 * Whether a verified token is an access token, the only kind that may come as a bearer token. An ID
 * token names the portal's client as audience, which may be the desk's own. A logout or refresh
 * token may name it, too.
 *
 * - An ID token has `at_hash` or `nonce` (OpenID Connect Core 3.1.3.6, 2). Access tokens of
 *   Keycloak before 24 also have a nonce, but state their kind.
 * - A header `typ` names the kind (RFC 8725 3.11, RFC 9068 2.1). Many issuers write `JWT`, or none.
 * - A logout token has `events` (OpenID Connect Back-Channel Logout 2.4).
 */
export const isAccessToken = (payload: JWTPayload, { typ }: JWTHeaderParameters): boolean => {
  const [type, kind] = [textOf(typ), textOf(payload.typ)];
  if (typ !== undefined && !ACCESS_TOKEN_TYPES.has(type)) return false;
  if (OTHER_KINDS.has(kind) || 'at_hash' in payload || isLogoutToken(payload)) return false;
  const statesAccess = kind === 'bearer' || type.endsWith('at+jwt');
  return statesAccess || !('nonce' in payload);
};

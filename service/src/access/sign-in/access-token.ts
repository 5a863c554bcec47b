import type { JWTHeaderParameters, JWTPayload } from 'jose';

/** Keycloak writes the kind of each token into its payload. */
const OTHER_KINDS = new Set(['id', 'refresh', 'offline', 'logout']);
const ACCESS_TOKEN_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const textOf = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** Whether a token ends sessions (OpenID Connect Back-Channel Logout 2.4). */
export const isLogoutToken = ({ events }: JWTPayload): boolean =>
  typeof events === 'object' && events !== null && LOGOUT_EVENT in events;

/**
 * Why a verified token is no access token, the only kind that may come as a bearer token; undefined
 * where it is one. An ID token names the portal's client as audience, which may be the desk's own.
 * A logout or refresh token may name it, too.
 *
 * - An ID token has `at_hash` or `nonce` (OpenID Connect Core 3.1.3.6, 2). Access tokens of
 *   Keycloak before 24 also have a nonce, but state their kind.
 * - A header `typ` names the kind (RFC 8725 3.11, RFC 9068 2.1). Many issuers write `JWT`, or none.
 * - A logout token has `events` (OpenID Connect Back-Channel Logout 2.4).
 */
export const whyNoAccessToken = (
  payload: JWTPayload,
  { typ }: JWTHeaderParameters,
): string | undefined => {
  const [type, kind] = [textOf(typ), textOf(payload.typ)];
  if (typ !== undefined && !ACCESS_TOKEN_TYPES.has(type)) return `its header has typ ${typ}`;
  if (OTHER_KINDS.has(kind)) return `its payload has typ ${String(payload.typ)}`;
  if ('at_hash' in payload) return 'it has at_hash, so it is an ID token';
  if (isLogoutToken(payload)) return 'it is a logout token';
  const statesAccess = kind === 'bearer' || type.endsWith('at+jwt');
  return statesAccess || !('nonce' in payload)
    ? undefined
    : 'it has a nonce and does not state that it is an access token, so it is an ID token';
};

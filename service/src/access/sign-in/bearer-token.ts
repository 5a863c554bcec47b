import type { Caller } from '@cpe-desk/contract';
import {
  errors,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
  type ResolvedKey,
} from 'jose';
import { GROUP_OVERAGE, identityOf } from '../identity/caller.ts';
import { whyNoAccessToken } from './access-token.ts';
import type { Issuer } from './issuer.ts';
import type { SignInConfig } from './sign-in-config.ts';

// Asymmetric only: with HS256 in the list, a public key could pass for a shared secret (RFC 8725
// 2.1).
export const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 2.1); undefined for any other header.
 */
export const bearerTokenOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];

const MOST_VERIFIED = 5000;

type Options = Pick<SignInConfig, 'audiences' | 'clockSkewS' | 'identity'>;
type Verified = JWTVerifyResult & ResolvedKey;
type VerifiedToken = { caller: Caller; header: JWTHeaderParameters; key: unknown; until: number };

/**
 * Verified tokens, oldest first, so that a program's requests do not each check a signature. A
 * token stays valid here until it expires, while its issuer has the key that signed it.
 */
const verifiedTokens = (clockSkewS: number) => {
  const verifiedBefore = new Map<string, VerifiedToken>();
  return {
    async of(token: string, keys: JWTVerifyGetKey): Promise<Caller | undefined> {
      const entry = verifiedBefore.get(token);
      if (!entry) return undefined;
      const isGood =
        entry.until > performance.now() && (await keys(entry.header, NO_TOKEN)) === entry.key;
      if (!isGood) verifiedBefore.delete(token);
      return isGood ? entry.caller : undefined;
    },
    add(token: string, caller: Caller, { payload, protectedHeader: header, key }: Verified): void {
      const [oldest] = verifiedBefore.size < MOST_VERIFIED ? [] : verifiedBefore.keys();
      if (oldest !== undefined) verifiedBefore.delete(oldest);
      const validMs = ((payload.exp ?? 0) + clockSkewS) * 1000 - Date.now();
      verifiedBefore.set(token, { caller, header, key, until: performance.now() + validMs });
    },
  };
};

/** The key is found by the header alone. */
const NO_TOKEN = { payload: '', signature: '' };

/** Whose token it is; else why it is refused. Callers learn only of `group-overage`. */
export type BearerIdentity =
  | { ok: true; caller: Caller; ignored: readonly string[] }
  | { ok: false; reason: 'invalid' | 'group-overage'; why: string };

const invalid = (why: string): BearerIdentity => ({ ok: false, reason: 'invalid', why });

/** Checks a token's signature, times, issuer, audience and kind, and reads its claims. */
const examine = async (
  issuer: Issuer,
  token: string,
  { audiences, clockSkewS, identity }: Options,
): Promise<{ found: BearerIdentity; verified?: Verified }> => {
  const { identifier, keys } = await issuer();
  try {
    const verified = await jwtVerify(token, keys, {
      issuer: identifier,
      audience: [...audiences],
      clockTolerance: clockSkewS,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
    });
    const { payload, protectedHeader } = verified;
    const why = whyNoAccessToken(payload, protectedHeader);
    if (why !== undefined) return { found: invalid(why) };
    const found = identityOf({ token: payload }, identity, 'bearer');
    if (found.ok) return { found, verified };
    if (found.reason === 'group-overage')
      return { found: { ...found, reason: 'group-overage', why: GROUP_OVERAGE } };
    return { found: invalid(`it has no usable ${identity.subjectClaim}`) };
  } catch (error) {
    // Expected: every way in which a token can be invalid. `IssuerUnavailable` passes through.
    if (error instanceof errors.JOSEError) return { found: invalid(error.message) };
    throw error;
  }
};

/** Says what a bearer token gives, for whoever sets sign-in up. Throws `IssuerUnavailable`. */
export const examineBearer = async (
  issuer: Issuer,
  token: string,
  options: Options,
): Promise<BearerIdentity> => (await examine(issuer, token, options)).found;

/** Identifies the caller of a bearer token. Throws `IssuerUnavailable`. */
export const bearerCallers = (
  issuer: Issuer,
  options: Options,
): ((token: string) => Promise<BearerIdentity>) => {
  const verifiedBefore = verifiedTokens(options.clockSkewS);
  return async (token) => {
    const { keys } = await issuer();
    const caller = await verifiedBefore.of(token, keys).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    });
    if (caller) return { ok: true, caller, ignored: [] };
    const { found, verified } = await examine(issuer, token, options);
    if (found.ok && verified) verifiedBefore.add(token, found.caller, verified);
    return found;
  };
};

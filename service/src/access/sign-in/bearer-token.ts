import type { Caller } from '@cpe-desk/contract';
import {
  errors,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
  type ResolvedKey,
} from 'jose';
import { isAccessToken } from './access-token.ts';
import { type ClaimNames, callerFromClaims } from './caller.ts';
import type { Issuer } from './issuer.ts';

// Asymmetric only: with HS256 in the list, a public key could pass for a shared secret (RFC 8725
// 2.1).
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 2.1); undefined for any other header.
 */
export const bearerTokenOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];

const MOST_VERIFIED = 5000;

type Options = ClaimNames & { audience: string; clockSkewS: number };
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

/**
 * Identifies the caller of a bearer token; undefined for a token that is invalid, of another issuer
 * or for another audience. Throws `IssuerUnavailable`.
 */
export const bearerCallers = (
  issuer: Issuer,
  { audience, clockSkewS, ...names }: Options,
): ((token: string) => Promise<Caller | undefined>) => {
  const verifiedBefore = verifiedTokens(clockSkewS);
  return async (token) => {
    const { identifier, keys } = await issuer();
    try {
      const known = await verifiedBefore.of(token, keys);
      if (known) return known;
      const verified = await jwtVerify(token, keys, {
        issuer: identifier,
        audience,
        clockTolerance: clockSkewS,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
      });
      if (!isAccessToken(verified.payload, verified.protectedHeader)) return undefined;
      const caller = callerFromClaims(verified.payload, names);
      if (caller) verifiedBefore.add(token, caller, verified);
      return caller;
    } catch (error) {
      // Expected: every way in which a token can be invalid. `IssuerUnavailable` passes through.
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
};

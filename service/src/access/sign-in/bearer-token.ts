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

// Asymmetric only: with HS256 in the list, a public key could pass for a shared secret (RFC 8725 2.1).
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** The token of an `Authorization: Bearer` header (RFC 6750 2.1); undefined when the header says something else. */
export const bearerTokenOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];

const MOST_BELIEVED = 5000;

type Options = ClaimNames & { audience: string; clockSkewS: number };
type Verified = JWTVerifyResult & ResolvedKey;
type Belief = { caller: Caller; header: JWTHeaderParameters; key: unknown; until: number };

/**
 * What was found out of tokens, the oldest first, so that a signature is not checked for each of a program's requests. A token is
 * believed until it expires, while its issuer has the key that signed it.
 */
const beliefs = (clockSkewS: number) => {
  const believed = new Map<string, Belief>();
  return {
    async of(token: string, keys: JWTVerifyGetKey): Promise<Caller | undefined> {
      const belief = believed.get(token);
      if (!belief) return undefined;
      const isGood = belief.until > performance.now() && (await keys(belief.header, NO_TOKEN)) === belief.key;
      if (!isGood) believed.delete(token);
      return isGood ? belief.caller : undefined;
    },
    add(token: string, caller: Caller, { payload, protectedHeader: header, key }: Verified): void {
      const [oldest] = believed.size < MOST_BELIEVED ? [] : believed.keys();
      if (oldest !== undefined) believed.delete(oldest);
      const validMs = ((payload.exp ?? 0) + clockSkewS) * 1000 - Date.now();
      believed.set(token, { caller, header, key, until: performance.now() + validMs });
    },
  };
};

/** The key is found by the header alone. */
const NO_TOKEN = { payload: '', signature: '' };

/**
 * Tells who a bearer token speaks of; undefined when it is not a valid one of our issuer for us. Throws `IssuerUnavailable`.
 */
export const bearerCallers = (
  issuer: Issuer,
  { audience, clockSkewS, ...names }: Options,
): ((token: string) => Promise<Caller | undefined>) => {
  const believed = beliefs(clockSkewS);
  return async (token) => {
    const { identifier, keys } = await issuer();
    try {
      const known = await believed.of(token, keys);
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
      if (caller) believed.add(token, caller, verified);
      return caller;
    } catch (error) {
      // Expected: each way in which a token can be wrong. The keys' own trouble passes as `IssuerUnavailable`.
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
};

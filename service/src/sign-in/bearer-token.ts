import type { Caller } from '@cpe-desk/contract';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { type ClaimNames, callerFromClaims } from './caller.ts';
import type { Issuer } from './issuer.ts';

// Asymmetric only: with HS256 in the list, a public key could pass for a shared secret (RFC 8725 2.1).
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** The token of an `Authorization: Bearer` header (RFC 6750 2.1); undefined when the header says something else. */
export const bearerTokenOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];

/** Who a bearer token speaks of; undefined when it is not a valid one of our issuer for us. Throws `IssuerUnavailable`. */
export const callerFromBearer = async (
  token: string,
  issuer: Issuer,
  { audience, clockSkewS, ...names }: ClaimNames & { audience: string; clockSkewS: number },
): Promise<Caller | undefined> => {
  const claims = await verified(token, issuer, { audience, clockTolerance: clockSkewS });
  return claims && callerFromClaims(claims, names);
};

const verified = async (
  token: string,
  issuer: Issuer,
  options: { audience: string; clockTolerance: number },
): Promise<JWTPayload | undefined> => {
  const { identifier, keys } = await issuer();
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: identifier,
      ...options,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  } catch (error) {
    // Expected: each way in which a token can be wrong. The keys' own trouble passes as `IssuerUnavailable`.
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
};

import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  type Configuration,
  clockTolerance,
  discovery,
  None,
} from 'openid-client';
import { isLoopback } from './loopback.ts';
import { issuerOf, type SignInConfig } from './sign-in-config.ts';

/** How long the issuer may take to answer. */
const TIMEOUT_S = 5;
const ASK_AGAIN_AFTER_MS = 60 * 60_000;
/** A token with a key that is not known makes us ask for the keys again, at most so often: issuers change them. */
const KEYS_AT_MOST_EVERY_MS = 1000;

/** What the issuer says of itself: as a client of it, and the keys that sign its tokens. */
export type DiscoveredIssuer = { client: Configuration; identifier: string; keys: JWTVerifyGetKey };

/** Asks the issuer when it is first needed; throws `IssuerUnavailable` when that does not work out. */
export type Issuer = () => Promise<DiscoveredIssuer>;

/** The issuer can not be reached, or does not answer as an issuer does. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super('The issuer can not be reached', { cause });
    this.name = 'IssuerUnavailable';
  }
}

/**
 * An issuer that is asked when it is first needed, and again now and then: its endpoints may move. A failure is
 * forgotten, so that the next request asks again; what was known before goes on being used meanwhile.
 */
export const issuerFrom = (config: SignInConfig): Issuer => {
  let known: Promise<DiscoveredIssuer> | undefined;
  let askAgainAt = 0;
  const ask = (): Promise<DiscoveredIssuer> =>
    discover(config).catch((error: unknown) => {
      throw new IssuerUnavailable(error);
    });
  const refresh = (): void => {
    askAgainAt = performance.now() + ASK_AGAIN_AFTER_MS;
    void ask().then(
      (found) => {
        known = Promise.resolve(found);
      },
      () => {
        // It is away: what is known of it holds.
      },
    );
  };
  return () => {
    if (known === undefined) {
      askAgainAt = performance.now() + ASK_AGAIN_AFTER_MS;
      known = ask().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    } else if (performance.now() > askAgainAt) refresh();
    return known;
  };
};

const discover = async (config: SignInConfig): Promise<DiscoveredIssuer> => {
  const url = new URL(issuerOf(config));
  const isPlain = url.protocol === 'http:' && isLoopback(url.hostname);
  const client = await discovery(
    url,
    config.clientId,
    { [clockTolerance]: config.clockSkewS },
    clientAuth(config),
    {
      timeout: TIMEOUT_S,
      execute: isPlain ? [allowInsecureRequests] : [],
    },
  );
  const { issuer, jwks_uri } = client.serverMetadata();
  if (jwks_uri === undefined) throw new Error('The issuer publishes no keys');
  return { client, identifier: issuer, keys: remoteKeys(new URL(jwks_uri)) };
};

const clientAuth = ({ clientSecret }: SignInConfig): ClientAuth =>
  clientSecret === null ? None() : ClientSecretBasic(clientSecret);

/** The issuer's keys. That a key is not among them is the token's fault; all else that goes wrong is the issuer's. */
const remoteKeys = (url: URL): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_S * 1000,
    cooldownDuration: KEYS_AT_MOST_EVERY_MS,
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      const isTokensFault =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      throw isTokensFault ? error : new IssuerUnavailable(error);
    }
  };
};

import type { FastifyBaseLogger } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  type Configuration,
  clockTolerance,
  discovery,
  None,
} from 'openid-client';
import { isLoopback } from '../../platform/http/loopback.ts';
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import { issuerOf, type SignInConfig } from './sign-in-config.ts';

/** How long the issuer may take to answer. */
const TIMEOUT_S = 5;
const ASK_AGAIN_AFTER_MS = 60 * 60_000;

/** What the issuer says of itself: as a client of it, and the keys that sign its tokens. */
export type DiscoveredIssuer = { client: Configuration; identifier: string; keys: JWTVerifyGetKey };

/** Asks the issuer when it is first needed; throws `IssuerUnavailable` when that does not work out. */
export type Issuer = () => Promise<DiscoveredIssuer>;

/** The issuer, and how long ago it last gave its keys, s; undefined before the first time. */
export type KnownIssuer = { issuer: Issuer; keysAgeS: () => number | undefined };

/**
 * An issuer that is asked when it is first needed, and again now and then: its endpoints may move. A failure is
 * forgotten, so that the next request asks again; what was known before goes on being used meanwhile.
 */
export const issuerFrom = (config: SignInConfig, log: FastifyBaseLogger): KnownIssuer => {
  // The keys stay when the issuer describes itself again: it may be away for them just then.
  let held: { url: string; keys: IssuerKeys } | undefined;
  const keysAt = (url: string): IssuerKeys => {
    held = held?.url === url ? held : { url, keys: issuerKeys(new URL(url), log) };
    return held.keys;
  };
  let known: Promise<DiscoveredIssuer> | undefined;
  let askAgainAt = 0;
  const ask = (): Promise<DiscoveredIssuer> =>
    discover(config, keysAt).catch((error: unknown) => {
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
  const issuer = () => {
    if (known === undefined) {
      askAgainAt = performance.now() + ASK_AGAIN_AFTER_MS;
      known = ask().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    } else if (performance.now() > askAgainAt) refresh();
    return known;
  };
  return { issuer, keysAgeS: () => held?.keys.ageS() };
};

const discover = async (
  config: SignInConfig,
  keysAt: (url: string) => IssuerKeys,
): Promise<DiscoveredIssuer> => {
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
  return { client, identifier: issuer, keys: keysAt(jwks_uri).find };
};

const clientAuth = ({ clientSecret }: SignInConfig): ClientAuth =>
  clientSecret === null ? None() : ClientSecretBasic(clientSecret);

import type { FastifyBaseLogger } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  type Configuration,
  clockTolerance,
  discovery,
} from 'openid-client';
import { isLoopback } from '../../platform/http/loopback.ts';
import { clientAuthentication } from './client-auth.ts';
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import type { IssuerConfig } from './sign-in-config.ts';

/** Timeout for the issuer's answer. */
const TIMEOUT_S = 5;
const REFRESH_AFTER_MS = 60 * 60_000;

/** The issuer's own description: the client configuration, and the keys that sign its tokens. */
export type DiscoveredIssuer = { client: Configuration; identifier: string; keys: JWTVerifyGetKey };

/**
 * Fetches the issuer's description at the first use. Throws `IssuerUnavailable` where that fails.
 */
export type Issuer = () => Promise<DiscoveredIssuer>;

/** The issuer, and the age of its keys in seconds; undefined before the first fetch. */
export type KnownIssuer = { issuer: Issuer; keysAgeS: () => number | undefined };

/**
 * An issuer whose description is fetched at the first use and refreshed later, because its
 * endpoints may move. After a failure the next request fetches again; until then the last
 * description stays in use.
 */
export const issuerFrom = (config: IssuerConfig, log: FastifyBaseLogger): KnownIssuer => {
  // Keeps the keys when the description is refreshed: the issuer may not answer for them then.
  let held: { url: string; keys: IssuerKeys } | undefined;
  const keysAt = (url: string): IssuerKeys => {
    held = held?.url === url ? held : { url, keys: issuerKeys(new URL(url), log) };
    return held.keys;
  };
  let known: Promise<DiscoveredIssuer> | undefined;
  let refreshAt = 0;
  let isAway = false;
  const fetchIssuer = async (): Promise<DiscoveredIssuer> => {
    try {
      const found = await discover(config, keysAt);
      if (isAway) log.info({}, "read the issuer's metadata again");
      isAway = false;
      return found;
    } catch (err) {
      // Once for each time that it is away: each request asks.
      if (!isAway)
        log.warn({ err, issuer: config.issuer }, "cannot read the issuer's metadata (OIDC_ISSUER)");
      isAway = true;
      throw new IssuerUnavailable(err);
    }
  };
  const refresh = (): void => {
    refreshAt = performance.now() + REFRESH_AFTER_MS;
    void fetchIssuer().then(
      (found) => {
        known = Promise.resolve(found);
      },
      () => {
        // The issuer does not answer: the last description stays in use.
      },
    );
  };
  const issuer = () => {
    if (known === undefined) {
      refreshAt = performance.now() + REFRESH_AFTER_MS;
      known = fetchIssuer().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    } else if (performance.now() > refreshAt) refresh();
    return known;
  };
  return { issuer, keysAgeS: () => held?.keys.ageS() };
};

const discover = async (
  config: IssuerConfig,
  keysAt: (url: string) => IssuerKeys,
): Promise<DiscoveredIssuer> => {
  const url = new URL(config.issuer);
  const isPlain = url.protocol === 'http:' && isLoopback(url.hostname);
  const client = await discovery(
    url,
    config.clientId,
    { [clockTolerance]: config.clockSkewS },
    clientAuthentication(config),
    {
      timeout: TIMEOUT_S,
      execute: isPlain ? [allowInsecureRequests] : [],
    },
  );
  const { issuer, jwks_uri } = client.serverMetadata();
  if (jwks_uri === undefined) throw new Error('The issuer publishes no keys');
  return { client, identifier: issuer, keys: keysAt(jwks_uri).find };
};

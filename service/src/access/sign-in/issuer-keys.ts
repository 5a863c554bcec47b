import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** Timeout for the issuer's answer. */
const TIMEOUT_MS = 5000;
/** A key that the issuer withdrew is accepted at most this long, while the issuer answers. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** During an outage of the issuer its keys stay valid this long after the last fetch. */
const VALID_MS = 60 * 60_000;
/** During an outage the desk fetches the keys this often, in the background. */
const RETRY_AFTER_MS = 10_000;
/** A token with an unknown key makes the desk fetch the keys, at most this often. */
const FETCH_AT_MOST_EVERY_MS = 1000;

type Log = { warn(about: object, text: string): void; info(about: object, text: string): void };

export type IssuerKeys = {
  /** Finds the key of a token. Throws `IssuerUnavailable` where no fetched keys are valid. */
  find: JWTVerifyGetKey;
  /** Seconds since the last fetch of the issuer's keys; undefined before the first one. */
  ageS(): number | undefined;
};

/**
 * The keys that the issuer publishes at `url`. An unknown key is the token's fault; every other
 * failure is the issuer's.
 */
export const issuerKeys = (
  url: URL,
  log: Log,
  now: () => number = () => performance.now(),
): IssuerKeys => {
  // The desk decides when to fetch: jose drops its keys as soon as a fetch fails.
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let fetching: Promise<void> | undefined;

  const age = () => now() - fetchedAt;
  const warnOf = (err: unknown): void => {
    const text = "cannot fetch the issuer's keys; ";
    const validForS = Math.round((VALID_MS - age()) / 1000);
    if (Number.isFinite(fetchedAt))
      log.warn({ err, validForS }, `${text}using the keys of the last fetch`);
    else log.warn({ err }, `${text}bearer tokens cannot be checked`);
  };
  const fetchKeys = (): Promise<void> => {
    fetching ??= remote.reload().then(
      () => {
        if (failure !== undefined) log.info({}, "fetched the issuer's keys again");
        [fetchedAt, failure] = [now(), undefined];
      },
      (err: unknown) => {
        if (failure === undefined) warnOf(err);
        failure = err;
      },
    );
    return fetching.finally(() => {
      triedAt = now();
      fetching = undefined;
    });
  };
  /** Waits for the issuer only while it answers, or where no keys are valid. */
  const renew = async (): Promise<void> => {
    if (age() < REFRESH_AFTER_MS) return;
    const isValid = age() < VALID_MS;
    const sinceTry = now() - triedAt;
    if (failure !== undefined && sinceTry < (isValid ? RETRY_AFTER_MS : FETCH_AT_MOST_EVERY_MS))
      return;
    const fetched = fetchKeys();
    if (failure === undefined || !isValid) await fetched;
  };
  const isUnknownKey = (error: unknown) => error instanceof errors.JWKSNoMatchingKey;
  const isTokensFault = (error: unknown) =>
    isUnknownKey(error) ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported;

  const find: JWTVerifyGetKey = async (header, token) => {
    await renew();
    if (age() >= VALID_MS) throw new IssuerUnavailable(failure);
    try {
      return await remote(header, token).catch(async (error: unknown) => {
        if (!isUnknownKey(error)) throw error;
        // The issuer may have new keys.
        if (now() - triedAt >= FETCH_AT_MOST_EVERY_MS) await fetchKeys();
        if (failure !== undefined) throw failure;
        return remote(header, token);
      });
    } catch (error) {
      throw isTokensFault(error) ? error : new IssuerUnavailable(error);
    }
  };
  return {
    find,
    ageS: () => (Number.isFinite(fetchedAt) ? age() / 1000 : undefined),
  };
};

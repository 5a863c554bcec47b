import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** How long the issuer may take to answer. */
const TIMEOUT_MS = 5000;
/** A key that the issuer withdraws is believed this long at most, while the issuer answers. */
const FETCH_AGAIN_AFTER_MS = 10 * 60_000;
/** Keys outlive an outage of the issuer: they hold this long after it last gave them. */
const HOLD_MS = 60 * 60_000;
/** During an outage the issuer is asked this often, and nobody waits for it. */
const TRY_AGAIN_AFTER_MS = 10_000;
/** A token with a key that is not known makes the desk ask for the keys, at most this often. */
const ASK_AT_MOST_EVERY_MS = 1000;

type Log = { warn(about: object, text: string): void; info(about: object, text: string): void };

export type IssuerKeys = {
  /** Finds the key of a token. Throws `IssuerUnavailable` where no keys hold. */
  find: JWTVerifyGetKey;
  /** Seconds since the issuer last gave its keys; undefined before the first time. */
  ageS(): number | undefined;
};

/**
 * The keys that the issuer publishes at `url`. That a key is not among them is the token's fault;
 * all else that goes wrong is the issuer's.
 */
export const issuerKeys = (url: URL, log: Log, now: () => number = () => performance.now()): IssuerKeys => {
  // When to fetch is decided here: jose forgets its keys as soon as it cannot fetch them again.
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
  const fetchKeys = (): Promise<void> => {
    fetching ??= remote.reload().then(
      () => {
        if (failure !== undefined) log.info({}, 'the issuer gives its keys again');
        [fetchedAt, failure] = [now(), undefined];
      },
      (err: unknown) => {
        const isNew = failure === undefined && Number.isFinite(fetchedAt);
        const holdsForS = Math.round((HOLD_MS - age()) / 1000);
        if (isNew) log.warn({ err, holdsForS }, 'the issuer does not give its keys; the known ones hold');
        failure = err;
      },
    );
    return fetching.finally(() => {
      triedAt = now();
      fetching = undefined;
    });
  };
  /** Waits for the issuer only while it answers, or where no keys hold. */
  const renew = async (): Promise<void> => {
    if (age() < FETCH_AGAIN_AFTER_MS) return;
    const holds = age() < HOLD_MS;
    const sinceTry = now() - triedAt;
    if (failure !== undefined && sinceTry < (holds ? TRY_AGAIN_AFTER_MS : ASK_AT_MOST_EVERY_MS)) return;
    const fetched = fetchKeys();
    if (failure === undefined || !holds) await fetched;
  };
  const isUnknownKey = (error: unknown) => error instanceof errors.JWKSNoMatchingKey;
  const isTokensFault = (error: unknown) =>
    isUnknownKey(error) ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported;

  const find: JWTVerifyGetKey = async (header, token) => {
    await renew();
    if (age() >= HOLD_MS) throw new IssuerUnavailable(failure);
    try {
      return await remote(header, token).catch(async (error: unknown) => {
        if (!isUnknownKey(error)) throw error;
        // The issuer may have new keys.
        if (now() - triedAt >= ASK_AT_MOST_EVERY_MS) await fetchKeys();
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

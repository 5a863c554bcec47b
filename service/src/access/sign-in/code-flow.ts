import { errors, jwtVerify } from 'jose';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  type IDToken,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { lacksRights } from '../identity/caller.ts';
import type { Claims } from '../identity/claims.ts';
import { ALGORITHMS } from './bearer-token.ts';
import type { DiscoveredIssuer, Issuer } from './issuer.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';
import { callbackOf, type SignInConfig } from './sign-in-config.ts';

/** Why the issuer's part failed: it refused, its answer was invalid, or it cannot be reached. */
export type IssuerFailure = 'refused' | 'failed' | 'unavailable';

type Outcome<Value> =
  | { ok: true; value: Value }
  | { ok: false; reason: IssuerFailure; cause: unknown };

/**
 * Begins the OpenID Connect code flow with PKCE. Returns the URL for the browser, and the attempt
 * to keep until the callback.
 */
export const beginCodeFlow = (
  config: SignInConfig,
  issuer: Issuer,
  { returnTo, asksAgain }: { returnTo: string; asksAgain: boolean },
): Promise<Outcome<{ url: URL; attempt: SignInAttempt }>> =>
  attempted(async () => {
    const { client } = await issuer();
    const attempt = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      returnTo,
    };
    const url = buildAuthorizationUrl(client, {
      redirect_uri: callbackOf(config).href,
      scope: config.scopes,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      ...(asksAgain && { prompt: 'login' }),
    });
    return { url, attempt };
  });

/** What the issuer said of a person, and the tokens for later. */
export type SignedIn = {
  claims: IDToken;
  /** What `userinfo` adds, where the ID token lacks roles or segment groups. */
  userinfo: Claims | undefined;
  idToken: string;
  refreshToken: string | undefined;
};

type Log = { warn(about: object, text: string): void };
type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** Ends the flow: redeems the code of the callback's query and reads what the issuer says. */
export const endCodeFlow = (
  config: SignInConfig,
  issuer: Issuer,
  { attempt, query, log }: { attempt: SignInAttempt; query: string; log: Log },
): Promise<Outcome<SignedIn>> =>
  attempted(async () => {
    const found = await issuer();
    const url = callbackOf(config);
    url.search = query;
    const tokens = await authorizationCodeGrant(found.client, url, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined)
      throw new Error('An ID token was expected and has no claims');
    await verifyIdToken(config, found, tokens.id_token);
    const userinfo = await userinfoOf(config, found.client, tokens, claims, log);
    return { claims, userinfo, idToken: tokens.id_token, refreshToken: tokens.refresh_token };
  });

/** What the issuer says of a person now, by the refresh token of a session. */
export type RenewedClaims = {
  /** Undefined where the issuer gave neither an ID token nor `userinfo`. */
  token: Claims | undefined;
  userinfo: Claims | undefined;
  /** A new one, where the issuer changes it at each use. */
  refreshToken: string | undefined;
};

/**
 * Reads again what the issuer says of the person whose `sub` is given. The cause of a failure is a
 * refused token where the issuer ended that person's session or account.
 */
export const renewClaims = (
  config: SignInConfig,
  issuer: Issuer,
  { refreshToken, subject, log }: { refreshToken: string; subject: string; log: Log },
): Promise<Outcome<RenewedClaims>> =>
  attempted(async () => {
    const found = await issuer();
    const tokens = await refreshTokenGrant(found.client, refreshToken);
    const claims = tokens.claims();
    if (tokens.id_token !== undefined) await verifyIdToken(config, found, tokens.id_token);
    // OpenID Connect Core 12.2: a new ID token names the same person.
    if (claims !== undefined && claims.sub !== subject)
      throw new errors.JWTClaimValidationFailed('The ID token names another person', claims, 'sub');
    const known = claims ?? { sub: subject };
    const userinfo = await userinfoOf(config, found.client, tokens, known, log);
    return { token: claims ?? userinfo, userinfo, refreshToken: tokens.refresh_token };
  });

/**
 * Uses the same keys as for bearer tokens: openid-client's own keys would miss the issuer's new
 * ones for a minute.
 */
const verifyIdToken = (
  config: SignInConfig,
  { identifier, keys }: DiscoveredIssuer,
  idToken: string,
) =>
  jwtVerify(idToken, keys, {
    issuer: identifier,
    audience: config.clientId,
    algorithms: ALGORITHMS,
    clockTolerance: config.clockSkewS,
  });

/**
 * `userinfo`, where the ID token lacks roles or segment groups. An issuer may refuse it, because
 * the access token is for another service (Entra ID): then the ID token is all there is.
 */
const userinfoOf = async (
  { identity }: SignInConfig,
  client: Configuration,
  tokens: Tokens,
  claims: Claims & { sub: string },
  log: Log,
): Promise<Claims | undefined> => {
  if (client.serverMetadata().userinfo_endpoint === undefined) return undefined;
  if (!lacksRights(claims, identity)) return undefined;
  try {
    return await fetchUserInfo(client, tokens.access_token, claims.sub);
  } catch (err) {
    if (reasonOf(err) === 'unavailable') throw err;
    log.warn({ err }, 'the issuer refused userinfo; using the ID token alone');
    return undefined;
  }
};

/**
 * The URL at which the browser also signs out at the issuer (OpenID Connect RP-Initiated Logout
 * 1.0). Undefined where the issuer offers none or cannot be reached; the desk's own session ends in
 * any case.
 */
export const signOutAtIssuer = async (
  config: SignInConfig,
  issuer: Issuer,
  idToken: string,
): Promise<URL | undefined> => {
  try {
    const { client } = await issuer();
    if (client.serverMetadata().end_session_endpoint === undefined) return undefined;
    return buildEndSessionUrl(client, {
      id_token_hint: idToken,
      post_logout_redirect_uri: new URL('/', config.publicUrl).href,
    });
  } catch (error) {
    if (error instanceof IssuerUnavailable) return undefined;
    throw error;
  }
};

const attempted = async <Value>(work: () => Promise<Value>): Promise<Outcome<Value>> => {
  try {
    return { ok: true, value: await work() };
  } catch (cause) {
    return { ok: false, reason: reasonOf(cause), cause };
  }
};

/**
 * Expected: refusals of the issuer, invalid answers, and an issuer that cannot be reached. Anything
 * else is a bug.
 */
const reasonOf = (error: unknown): IssuerFailure => {
  if (error instanceof AuthorizationResponseError) return 'refused';
  // `fetch` throws a TypeError when it gets no answer.
  if (error instanceof IssuerUnavailable || error instanceof TypeError) return 'unavailable';
  if (error instanceof ClientError)
    return error.code === 'OAUTH_TIMEOUT' ? 'unavailable' : 'failed';
  if (error instanceof errors.JOSEError) return 'failed';
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError)
    return 'failed';
  throw error;
};

/** Whether the issuer does not accept a refresh token any more (RFC 6749 5.2). */
export const isRefusedToken = (cause: unknown): boolean =>
  cause instanceof ResponseBodyError && cause.error === 'invalid_grant';

/** What the issuer itself says of a failure, such as `invalid_client: no such client`. */
export const issuerMessage = (cause: unknown): string | undefined => {
  if (cause instanceof ResponseBodyError || cause instanceof AuthorizationResponseError)
    return [cause.error, cause.error_description].filter(Boolean).join(': ');
  if (cause instanceof WWWAuthenticateChallengeError) {
    const { error, error_description } = cause.cause[0]?.parameters ?? {};
    return [error, error_description].filter(Boolean).join(': ') || undefined;
  }
  return undefined;
};

import { errors, jwtVerify } from 'jose';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientError,
  calculatePKCECodeChallenge,
  type IDToken,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { ALGORITHMS } from './bearer-token.ts';
import type { Issuer } from './issuer.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';
import { callbackOf, type SignInConfig } from './sign-in-config.ts';

/** Why a sign-in failed: the issuer refused it, its answer was invalid, or it cannot be reached. */
export type SignInFailure = 'refused' | 'failed' | 'unavailable';

type Outcome<Value> =
  | { ok: true; value: Value }
  | { ok: false; reason: SignInFailure; cause: unknown };

/**
 * Begins the OpenID Connect code flow with PKCE. Returns the URL for the browser, and the attempt
 * to keep until the callback.
 */
export const beginCodeFlow = (
  config: SignInConfig,
  issuer: Issuer,
  returnTo: string,
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
      scope: 'openid profile',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  });

/**
 * Ends the flow: redeems the code of the callback's query and returns the claims of the ID token.
 */
export const endCodeFlow = (
  config: SignInConfig,
  issuer: Issuer,
  attempt: SignInAttempt,
  query: string,
): Promise<Outcome<{ claims: IDToken; idToken: string }>> =>
  attempted(async () => {
    const { client, identifier, keys } = await issuer();
    const url = callbackOf(config);
    url.search = query;
    const tokens = await authorizationCodeGrant(client, url, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined)
      throw new Error('An ID token was expected and has no claims');
    // Uses the same keys as for bearer tokens: openid-client's own keys would miss the issuer's new
    // ones for a minute.
    await jwtVerify(tokens.id_token, keys, {
      issuer: identifier,
      audience: config.clientId,
      algorithms: ALGORITHMS,
      clockTolerance: config.clockSkewS,
    });
    return { claims, idToken: tokens.id_token };
  });

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
const reasonOf = (error: unknown): SignInFailure => {
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

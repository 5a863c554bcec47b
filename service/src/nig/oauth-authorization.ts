import * as oauth from 'openid-client';
import { Agent, fetch as fetchBy } from 'undici';
import type { NigSettings } from '../config/nig.ts';
import { StartError } from '../platform/process/start-error.ts';
import type { TlsFiles } from '../platform/process/tls-files.ts';
import { type Authorization, type Credentials, openSecret } from './authorization.ts';
import { connectorOf } from './tls-connector.ts';

/** A token is not used in its last minute: NIG's clock may be ahead, and the call takes time. */
const EARLIER_MS = 60_000;

type Token = { value: string; usableUntil: number };

/** `fetch` with the desk's TLS files, whose connections end with each answer. */
const fetchWith =
  (tls: TlsFiles | undefined, timeoutMs: number): oauth.CustomFetch =>
  async (url, options) => {
    const dispatcher = new Agent({ connect: connectorOf(tls?.read(), timeoutMs) });
    try {
      const { method, headers, body, signal } = options;
      const answer = await fetchBy(url, {
        ...{ method, headers, redirect: 'manual' as const, dispatcher },
        ...(body != null && { body: String(body) }),
        ...(signal && { signal }),
      });
      const { status } = answer;
      return new Response(await answer.text(), {
        status,
        headers: Object.fromEntries(answer.headers),
      });
    } finally {
      void dispatcher.close();
    }
  };

const reasonOf = (error: unknown): string => {
  if (error instanceof oauth.ResponseBodyError) return error.error;
  return error instanceof Error ? error.message : 'unknown';
};

/** Client credentials (RFC 6749, section 4.4). One fetch serves all calls that wait for a token. */
export const oauthAuthorization = (
  settings: NigSettings,
  tls: TlsFiles | undefined,
): Authorization => {
  const { NIG_OAUTH_TOKEN_URL: url, NIG_OAUTH_CLIENT_ID: id, NIG_TIMEOUT_MS: timeoutMs } = settings;
  if (url === undefined || id === undefined)
    throw new StartError('nig', 'NIG_OAUTH_TOKEN_URL: NIG_AUTH=oauth2 needs it and the client id');
  const readSecret = openSecret(
    settings.NIG_OAUTH_CLIENT_SECRET,
    settings.NIG_OAUTH_CLIENT_SECRET_FILE,
    'NIG_OAUTH_CLIENT_SECRET_FILE',
  );
  const { NIG_OAUTH_SCOPE: scope, NIG_OAUTH_AUDIENCE: audience } = settings;
  const parameters = { ...(scope && { scope }), ...(audience && { audience }) };

  const fetchToken = async (): Promise<Token> => {
    const server = { issuer: new URL(url).origin, token_endpoint: url };
    const config = new oauth.Configuration(server, id, {}, oauth.ClientSecretBasic(readSecret()));
    config.timeout = Math.max(1, timeoutMs / 1000);
    config[oauth.customFetch] = fetchWith(tls, timeoutMs);
    if (url.startsWith('http:')) oauth.allowInsecureRequests(config);
    const askedAt = performance.now();
    const token = await oauth.clientCredentialsGrant(config, parameters);
    // Without `expires_in` nobody knows how long it lasts, so the next call fetches another one.
    const lastsMs = (token.expires_in ?? 0) * 1000;
    return {
      value: `Bearer ${token.access_token}`,
      usableUntil: askedAt + lastsMs - EARLIER_MS,
    };
  };

  let token: Token | undefined;
  let fetching: Promise<Token> | undefined;
  const newToken = (): Promise<Token> => {
    fetching ??= fetchToken()
      .then((fetched) => {
        token = fetched;
        return fetched;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };

  return {
    async credentials(withinMs): Promise<Credentials> {
      if (token && performance.now() < token.usableUntil) return { ok: true, value: token.value };
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => late.reject(new Error(`none within ${Math.round(withinMs)} ms`)),
        withinMs,
      );
      try {
        const { value } = await Promise.race([newToken(), late.promise]);
        return { ok: true, value };
      } catch (error) {
        return { ok: false, why: `The desk has no token for NIG: ${reasonOf(error)}` };
      } finally {
        clearTimeout(timer);
      }
    },
    drop(value) {
      if (token?.value === value) token = undefined;
    },
  };
};

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { type Browser, locationOf } from './browser.ts';

/** A request that the issuer got at its token endpoint or `userinfo`. */
type Asked = { path: string; authorization: string | undefined; body: URLSearchParams };

/** What the issuer answers next; a test changes it. */
type Answers = {
  /** Members of the ID token, beside those that every ID token has. */
  idToken: JWTPayload;
  /** Undefined: there is none. */
  userinfo: JWTPayload | undefined;
  /** The status of an error of `userinfo`. */
  userinfoStatus: number;
  refreshToken: string | undefined;
  /** Of the token endpoint; undefined: it gives tokens. */
  error: { error: string; error_description?: string } | undefined;
  /** False: a refresh gives no ID token. */
  hasIdTokenOnRefresh: boolean;
};

export type ShapedIssuer = {
  url: string;
  asked: Asked[];
  answers: Answers;
  /** A token that the issuer signs. Claims that are undefined are left out. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs the person of `answers` in, at the desk of this browser. Returns where it ends. */
  signIn(desk: Browser): Promise<URL>;
  stop(): void;
};

const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
};

type Options = { alg?: string; clientId?: string; metadata?: object };

const metadataOf = (url: string, alg: string, more: object) => ({
  issuer: url,
  authorization_endpoint: `${url}/auth`,
  token_endpoint: `${url}/token`,
  userinfo_endpoint: `${url}/userinfo`,
  jwks_uri: `${url}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [alg],
  ...more,
});

/** Signs tokens of the issuer at `url`. */
const signer = async (alg: string, url: () => string) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const sign: ShapedIssuer['sign'] = (claims, header = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const given = { iss: url(), iat: now, exp: now + 300, ...claims };
    return new SignJWT(given).setProtectedHeader({ alg, kid: 'k', ...header }).sign(privateKey);
  };
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg, use: 'sig' }];
  return { sign, jwks: { keys } };
};

/** What the token endpoint gives. */
const tokensOf = async (
  { refreshToken, hasIdTokenOnRefresh, idToken }: Answers,
  sign: ShapedIssuer['sign'],
  { aud, nonce }: { aud: string; nonce: string | undefined },
) => ({
  access_token: 'opaque',
  token_type: 'Bearer',
  expires_in: 300,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  ...((nonce !== undefined || hasIdTokenOnRefresh) && {
    id_token: await sign({ aud, sub: 'sub-1', nonce, ...idToken }),
  }),
});

const listen = async (
  pages: Record<string, (body: URLSearchParams) => [number, unknown] | Promise<[number, unknown]>>,
  asked: Asked[],
) => {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    if (path === '/token' || path === '/userinfo')
      asked.push({ path, authorization: request.headers.authorization, body });
    const [status, answer] = (await pages[path]?.(body)) ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The issuer has no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
};

/** An OpenID provider whose tokens have any shape. It has no pages. */
export const startShapedIssuer = async ({
  alg = 'RS256',
  clientId = 'cpe-desk-portal',
  metadata = {},
}: Options = {}): Promise<ShapedIssuer> => {
  const asked: Asked[] = [];
  const answers: Answers = {
    idToken: {},
    userinfo: undefined,
    userinfoStatus: 401,
    refreshToken: undefined,
    error: undefined,
    hasIdTokenOnRefresh: true,
  };
  let nonce: string | undefined;
  const { sign, jwks } = await signer(alg, () => url);
  const { server, url } = await listen(
    {
      '/.well-known/openid-configuration': () => [200, metadataOf(url, alg, metadata)],
      '/jwks': () => [200, jwks],
      async '/token'(body) {
        if (answers.error) return [400, answers.error];
        const isRefresh = body.get('grant_type') === 'refresh_token';
        const of = { aud: clientId, nonce: isRefresh ? undefined : nonce };
        return [200, await tokensOf(answers, sign, of)];
      },
      '/userinfo': () =>
        answers.userinfo ? [200, answers.userinfo] : [answers.userinfoStatus, {}],
    },
    asked,
  );
  return {
    ...{ url, asked, answers, sign },
    async signIn(desk) {
      const { searchParams } = locationOf(await desk.get('/auth/login'));
      nonce = searchParams.get('nonce') ?? undefined;
      const query = new URLSearchParams({ code: 'c', state: searchParams.get('state') ?? '' });
      return locationOf(await desk.get(`/auth/callback?${query}`));
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
};

/*
 * An OpenID provider in another process, which shares nothing with the desk. It signs in the person
 * of ISSUER_PERSON at once, has other names for its claims and a secret client, and ends its
 * session on request. `rotate` on its stdin replaces its keys.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { z } from 'zod';

const { ISSUER_URL, CALLBACK_URL, AFTER_LOGOUT_URL, ISSUER_PERSON } = z
  .object({
    ISSUER_URL: z.url(),
    CALLBACK_URL: z.url(),
    AFTER_LOGOUT_URL: z.url(),
    ISSUER_PERSON: z.string(),
  })
  .parse(process.env);

const API = 'urn:external:api';
const claims = {
  name: 'Erin External',
  desk_roles: ['supervisor', 'janitor'],
  'https://telco/segments': ['SME'],
};

const newProvider = async (number: number): Promise<Provider> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: `key-${number}`, alg: 'ES256', use: 'sig' };
  return new Provider(ISSUER_URL, {
    clients: [
      {
        client_id: 'desk',
        client_secret: 'a secret of the desk and the issuer',
        grant_types: ['authorization_code', 'client_credentials'],
        response_types: ['code'],
        redirect_uris: [CALLBACK_URL],
        post_logout_redirect_uris: [AFTER_LOGOUT_URL],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['a key of the external issuer'] },
    claims: { openid: ['sub'], profile: Object.keys(claims) },
    conformIdTokenClaims: false,
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...claims }) }),
    extraTokenClaims: async () => claims,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => API,
        getResourceServerInfo: async () => ({
          scope: '',
          audience: 'desk-api',
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    interactions: { url: async (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [key] },
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: ['openid', 'profile'],
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
};

let keys = 1;
let provider = await newProvider(keys);

const server = createServer(async (request, response) => {
  if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
  await provider.interactionDetails(request, response);
  const login = { accountId: ISSUER_PERSON, remember: false };
  const next = await provider.interactionResult(request, response, { login });
  response.writeHead(303, { location: next }).end();
});
server.listen(Number(new URL(ISSUER_URL).port), '127.0.0.1', () => console.log('ready'));

createInterface({ input: process.stdin })
  .on('line', async () => {
    provider = await newProvider(++keys);
    console.log('rotated');
  })
  .on('close', () => process.exit());

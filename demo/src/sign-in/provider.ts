import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import Provider, { type ClientMetadata, type Configuration, type Context } from 'oidc-provider';
import {
  callbackOf,
  type SignInConfig,
} from '../../../service/src/access/sign-in/sign-in-config.ts';
import { DEMO_ALGORITHM } from './keys.ts';
import { demoErrorPage } from './pages.ts';
import {
  DEMO_CLIENT_SECRET,
  DEMO_PATH,
  type DemoPerson,
  demoPeople,
  findDemoPerson,
} from './people.ts';
import { demoStore } from './store.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;

// Resources are URIs (RFC 8707 2). The configuration names the token's audience.
const API = 'urn:cpe-desk:api';

/** An OpenID provider for the demo people, with oidc-provider's defaults for everything else. */
export const makeDemoProvider = (config: SignInConfig, jwks: { keys: JWK[] }): Provider =>
  new Provider(config.issuer, {
    ...accountConfiguration(config),
    adapter: demoStore(),
    clients: [portalClient(config), ...demoPeople.map(scriptClient)],
    clientDefaults: { id_token_signed_response_alg: DEMO_ALGORITHM },
    clientBasedCORS: () => false,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    expiresWithSession: async () => false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (_, { clientId }) =>
          clientId === config.clientId ? undefined : API,
        getResourceServerInfo: async () => ({
          scope: '',
          audience: config.audiences[0] ?? '',
          accessTokenTTL: HOUR_S,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: DEMO_ALGORITHM } },
        }),
      },
    },
    interactions: { url: async (_, { uid }) => `${DEMO_PATH}/interaction/${uid}` },
    jwks,
    pkce: { required: () => true },
    renderError: showError,
    responseTypes: ['code'],
    scopes: ['openid', 'profile'],
    ttl: {
      AccessToken: HOUR_S,
      AuthorizationCode: MINUTE_S,
      ClientCredentials: HOUR_S,
      Grant: HOUR_S,
      IdToken: HOUR_S,
      Interaction: 10 * MINUTE_S,
      Session: 10 * MINUTE_S,
    },
  });

const claimsOf = (person: DemoPerson, config: SignInConfig) => ({
  name: person.name,
  [config.identity.rolesClaim]: [person.role],
  [config.identity.segmentGroupsClaim]: person.segmentGroups,
});

/** The accounts of the demo people, and the claims of their tokens. */
const accountConfiguration = (
  config: SignInConfig,
): Pick<
  Configuration,
  'claims' | 'conformIdTokenClaims' | 'extraTokenClaims' | 'findAccount' | 'loadExistingGrant'
> => ({
  claims: {
    openid: ['sub'],
    profile: ['name', config.identity.rolesClaim, config.identity.segmentGroupsClaim],
  },
  // The portal reads only the ID token, so the ID token must contain the profile.
  conformIdTokenClaims: false,
  async findAccount(_, id) {
    const person = findDemoPerson(id);
    return (
      person && { accountId: id, claims: async () => ({ sub: id, ...claimsOf(person, config) }) }
    );
  },
  async extraTokenClaims(_, { clientId }) {
    const person = findDemoPerson(clientId);
    return person && claimsOf(person, config);
  },
  // Grants without consent: people use no other client than the portal.
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

const portalClient = (config: SignInConfig): ClientMetadata => ({
  client_id: config.clientId,
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [callbackOf(config).href],
  ...(config.clientSecret === null
    ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: config.clientSecret }),
});

const scriptClient = ({ id }: DemoPerson): ClientMetadata => ({
  client_id: id,
  client_secret: DEMO_CLIENT_SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
});

const showError = async (
  ctx: Context,
  { error, error_description }: { error: string; error_description?: string },
) => {
  const { html, policy } = demoErrorPage(error_description ?? error);
  ctx.set('content-security-policy', policy);
  ctx.type = 'html';
  ctx.body = html;
};

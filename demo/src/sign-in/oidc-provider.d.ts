/** The part of oidc-provider that the demo uses. The package has no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { JWK } from 'jose';

  /** A stored model, with only the members that an adapter reads. */
  export type Payload = { grantId?: string; consumed?: number; [member: string]: unknown };

  export interface Adapter {
    upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
    find(id: string | undefined): Promise<Payload | undefined>;
    findByUid(uid: string): Promise<Payload | undefined>;
    findByUserCode(userCode: string): Promise<Payload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export type ClientMetadata = {
    client_id: string;
    client_secret?: string;
    grant_types: string[];
    response_types: string[];
    redirect_uris: string[];
    post_logout_redirect_uris?: string[];
    token_endpoint_auth_method: 'none' | 'client_secret_basic';
  };

  export type Account = {
    accountId: string;
    claims(): Promise<{ sub: string; [claim: string]: unknown }>;
  };

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export type Context = {
    type: string;
    body: unknown;
    set(header: string, value: string): void;
    oidc: { client: { clientId: string }; session: { accountId: string }; provider: Provider };
  };

  export type ErrorOut = { error: string; error_description?: string };

  export type ResourceServer = {
    scope: string;
    audience: string;
    accessTokenTTL: number;
    accessTokenFormat: 'jwt';
    jwt: { sign: { alg: string } };
  };

  export type Configuration = {
    adapter: (model: string) => Adapter;
    clients: ClientMetadata[];
    clientDefaults: { id_token_signed_response_alg: string };
    clientBasedCORS: () => boolean;
    claims: Record<string, string[]>;
    conformIdTokenClaims: boolean;
    cookies: { keys: string[] };
    expiresWithSession: () => Promise<boolean>;
    extraTokenClaims: (
      ctx: Context,
      token: { clientId: string },
    ) => Promise<Record<string, unknown> | undefined>;
    features: {
      devInteractions: { enabled: false };
      rpInitiatedLogout: { enabled: boolean };
      clientCredentials: { enabled: true };
      resourceIndicators: {
        enabled: true;
        defaultResource: (
          ctx: Context,
          client: { clientId: string },
        ) => Promise<string | undefined>;
        getResourceServerInfo: () => Promise<ResourceServer>;
      };
    };
    findAccount: (ctx: Context, id: string) => Promise<Account | undefined>;
    interactions: { url: (ctx: Context, interaction: { uid: string }) => Promise<string> };
    jwks: { keys: JWK[] };
    loadExistingGrant: (ctx: Context) => Promise<Grant>;
    pkce: { required: () => boolean };
    renderError: (ctx: Context, out: ErrorOut) => Promise<void>;
    responseTypes: string[];
    scopes: string[];
    ttl: Record<string, number>;
  };

  export default class Provider {
    constructor(issuer: string, configuration: Partial<Configuration>);
    readonly Grant: new (properties: {
      clientId: string;
      accountId: string;
    }) => Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ uid: string }>;
    /** Returns the URL for the browser. */
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string; remember: boolean } },
    ): Promise<string>;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'server_error', listener: (ctx: Context, error: Error) => void): this;
  }

  export const errors: { SessionNotFound: new () => Error };
}

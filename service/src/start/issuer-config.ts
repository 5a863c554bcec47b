import { clientCredentials } from '../access/sign-in/client-auth.ts';
import type { IssuerConfig } from '../access/sign-in/sign-in-config.ts';
import { identityConfig } from '../config/claims.ts';
import type { Config } from '../config/config.ts';

/** How the desk asks its issuer and reads its tokens, by the settings. Reads the key's file. */
export const issuerConfig = async (config: Config, issuer: string): Promise<IssuerConfig> => ({
  issuer,
  clientId: config.OIDC_CLIENT_ID,
  ...(await clientCredentials(config)),
  scopes: config.OIDC_SCOPES,
  audiences: config.OIDC_AUDIENCE,
  identity: identityConfig(config),
  clockSkewS: config.OIDC_CLOCK_SKEW_S,
});

import {
  type Configuration,
  genericGrantRequest,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { clientAuthMethod } from './client-auth.ts';
import { issuerMessage } from './code-flow.ts';
import { callbackOf, type IssuerConfig } from './sign-in-config.ts';

/** What an issuer offers, as lines for whoever sets sign-in up. */
export const describeIssuer = (config: IssuerConfig, client: Configuration): string[] => {
  const about = client.serverMetadata();
  const offers = (endpoint: unknown) => (endpoint === undefined ? 'not offered' : String(endpoint));
  const scopes = about.scopes_supported ?? [];
  const missing = scopes.includes('offline_access') && !config.scopes.includes('offline_access');
  const { rolesClaim, segmentGroupsClaim, subjectClaim } = config.identity;
  return [
    `issuer              ${about.issuer}`,
    `sign-in             ${offers(about.authorization_endpoint)}`,
    `tokens              ${offers(about.token_endpoint)}`,
    `userinfo            ${offers(about.userinfo_endpoint)}`,
    `sign-out            ${offers(about.end_session_endpoint)}`,
    `back-channel logout ${about.backchannel_logout_supported ? 'offered' : 'not offered'}`,
    `scopes              ${config.scopes}${missing ? '; offline_access would bring a refresh token' : ''}`,
    `portal's client     ${config.clientId}, proves itself by ${clientAuthMethod(config, about)}`,
    `audiences           ${config.audiences.join(', ')}`,
    `claims              subject ${subjectClaim}, roles ${rolesClaim}, segment groups ${segmentGroupsClaim}`,
  ];
};

/**
 * Redeems a code that does not exist: the issuer refuses the code if it accepts the client, else
 * the client.
 */
export const probeClient = async (
  config: IssuerConfig,
  client: Configuration,
  publicUrl: string,
): Promise<{ isAccepted: boolean; says: string }> => {
  try {
    await genericGrantRequest(client, 'authorization_code', {
      code: 'check-issuer',
      redirect_uri: callbackOf({ publicUrl }).href,
      code_verifier: 'check-issuer'.repeat(4),
    });
  } catch (error) {
    const says = issuerMessage(error) ?? (error instanceof Error ? error.message : String(error));
    if (error instanceof ResponseBodyError && error.error === 'invalid_grant')
      return { isAccepted: true, says: 'client              accepted' };
    const isRefusal =
      error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError;
    const what = isRefusal ? 'refused: the issuer says' : 'not checked:';
    return { isAccepted: false, says: `client              ${what} ${says}` };
  }
  const about = `${config.clientId}: the issuer redeemed a code that does not exist`;
  return { isAccepted: false, says: `client              ${about}` };
};

import { z } from 'zod';
import { isLoopback } from '../platform/http/loopback.ts';
import {
  type Conflict,
  httpUrl,
  isOpen,
  text,
  usually,
  type ValuesOf,
  whole,
  without,
} from './setting.ts';

/** A secret is long, of many characters, and no repeated piece. */
const isSecret = (text: string): boolean =>
  text.length >= 32 && new Set(text).size >= 12 && !/^(.{1,16})\1+$/.test(text);

/** The identity provider, and how long a session lasts. */
export const signInSettings = {
  OIDC_ISSUER: without('demo provider at /idp', httpUrl.optional(), 'OpenID Connect issuer'),
  OIDC_CLIENT_ID: usually('cpe-desk-portal', text, 'client id of the portal'),
  OIDC_CLIENT_SECRET: without(
    'none (public client, PKCE)',
    text.optional(),
    "secret of the portal's client",
  ),
  OIDC_AUDIENCE: usually('cpe-desk', text, 'audience that bearer tokens must name'),
  OIDC_ROLES_CLAIM: usually('roles', text, 'claim with the roles'),
  OIDC_SEGMENT_GROUPS_CLAIM: usually('segment_groups', text, 'claim with the segment groups'),
  OIDC_CLOCK_SKEW_S: usually('30', whole(0, 300), "tolerance for the issuer's clock, s"),
  SESSION_HOURS: usually('12', whole(1, 168), 'longest session, hours'),
  SESSION_IDLE_MINUTES: usually(
    '60',
    whole(1, 10_080),
    'time without use after which a session ends, minutes',
  ),
  SESSION_SECRET: without(
    'made and kept in DATA_DIR',
    z
      .string()
      .refine(isSecret, 'is too easy to guess; make one with: openssl rand -base64 32')
      .optional(),
    'secret that seals sign-in cookies, at least 32 characters; the same for all instances',
  ),
};

export const signInConflicts = (
  { OIDC_ISSUER }: ValuesOf<typeof signInSettings>,
  { HOST, publicUrl, isProduction }: { HOST: string; publicUrl: string; isProduction: boolean },
): Conflict[] => {
  // Without an issuer everyone can sign in as any demo person, which must stay on this machine.
  const isDemo = OIDC_ISSUER === undefined;
  const instead = 'the demo identity provider asks for no passwords; set OIDC_ISSUER';
  return [
    isDemo &&
      isProduction &&
      'OIDC_ISSUER: with NODE_ENV=production the demo identity provider, which asks for no passwords, is not started; set your issuer',
    isDemo &&
      !isLoopback(HOST) &&
      `HOST: ${HOST} can be reached from other machines and ${instead}`,
    isDemo &&
      !isLoopback(new URL(publicUrl).hostname) &&
      `PUBLIC_URL: ${publicUrl} is not loopback and ${instead}`,
    isOpen(publicUrl) &&
      `PUBLIC_URL: ${publicUrl} is not https; put TLS in front of the desk and give the address that browsers use`,
    !isDemo && isOpen(OIDC_ISSUER) && `OIDC_ISSUER: ${OIDC_ISSUER} is not https`,
  ];
};

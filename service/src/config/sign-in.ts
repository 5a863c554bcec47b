import { z } from 'zod';
import { clientAuthMethods } from '../access/sign-in/client-auth.ts';
import { isLoopback } from '../platform/http/loopback.ts';
import { claimSettings } from './claims.ts';
import {
  type Conflict,
  httpUrl,
  isOpen,
  listOf,
  text,
  usually,
  type ValuesOf,
  whole,
  without,
} from './setting.ts';

/** A secret is long, of many characters, and no repeated piece. */
const isSecret = (text: string): boolean =>
  text.length >= 32 && new Set(text).size >= 12 && !/^(.{1,16})\1+$/.test(text);

/** RFC 6749 3.3. Without `openid` the issuer sends no ID token. */
const isScope = (scope: string): boolean =>
  /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope) &&
  scope.split(' ').includes('openid');

/** The identity provider, and how long a session lasts. */
export const signInSettings = {
  OIDC_ISSUER: without('demo provider at /idp', httpUrl.optional(), 'OpenID Connect issuer'),
  OIDC_CLIENT_ID: usually('cpe-desk-portal', text, 'client id of the portal'),
  OIDC_CLIENT_SECRET: without(
    'none (public client, PKCE)',
    text.optional(),
    "secret of the portal's client",
  ),
  OIDC_CLIENT_SECRET_FILE: without(
    'none',
    text.optional(),
    'file with OIDC_CLIENT_SECRET, read again when it changes',
  ),
  OIDC_CLIENT_AUTH: without(
    "by the issuer's metadata: post where offered, else basic",
    z.enum(clientAuthMethods).optional(),
    'how the portal proves itself: basic, post, private_key_jwt or none',
  ),
  OIDC_CLIENT_KEY_FILE: without(
    'none',
    text.optional(),
    'private key (PEM) for private_key_jwt: RSA, EC or Ed25519; its certificate may be in the file',
  ),
  OIDC_AUDIENCE: usually(
    'cpe-desk',
    listOf(text).refine((audiences) => audiences.length > 0, 'names no audience'),
    'audiences of which bearer tokens must name one, separated by commas',
  ),
  OIDC_SCOPES: usually(
    'openid profile',
    z.string().refine(isScope, 'must be scopes separated by single spaces, openid among them'),
    'scopes that the portal asks for; offline_access where the issuer needs it for a refresh token',
  ),
  ...claimSettings,
  OIDC_CLOCK_SKEW_S: usually('30', whole(0, 300), "tolerance for the issuer's clock, s"),
  SESSION_HOURS: usually('8', whole(1, 168), 'longest session, hours'),
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

const clientConflicts = ({
  OIDC_CLIENT_AUTH: method,
  OIDC_CLIENT_SECRET: secret,
  OIDC_CLIENT_KEY_FILE: keyFile,
}: Pick<
  ValuesOf<typeof signInSettings>,
  'OIDC_CLIENT_AUTH' | 'OIDC_CLIENT_SECRET' | 'OIDC_CLIENT_KEY_FILE'
>): Conflict[] => [
  (method === 'basic' || method === 'post') &&
    secret === undefined &&
    `OIDC_CLIENT_SECRET: OIDC_CLIENT_AUTH=${method} needs the secret of the portal's client`,
  method === 'private_key_jwt' &&
    keyFile === undefined &&
    'OIDC_CLIENT_KEY_FILE: OIDC_CLIENT_AUTH=private_key_jwt needs the file of the private key',
];

export const signInConflicts = (
  { OIDC_ISSUER, ...client }: ValuesOf<typeof signInSettings>,
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
    ...clientConflicts(client),
    !isDemo && isOpen(OIDC_ISSUER) && `OIDC_ISSUER: ${OIDC_ISSUER} is not https`,
  ];
};

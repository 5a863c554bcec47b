import type { IdentityConfig } from '../identity/identity-config.ts';
import type { ClientCredentials } from './client-auth.ts';

/** How the desk asks its issuer and reads its tokens. */
export type IssuerConfig = ClientCredentials & {
  /** OpenID Connect issuer. */
  issuer: string;
  clientId: string;
  /** What the portal asks the issuer for, separated by spaces. */
  scopes: string;
  /** Bearer tokens must name one of them in `aud`. */
  audiences: readonly string[];
  /** How claims are read. */
  identity: IdentityConfig;
  /** Tolerance for the issuer's clock, s. */
  clockSkewS: number;
};

/** The configuration of sign-in, from the environment at start. */
export type SignInConfig = IssuerConfig & {
  /** Origin that browsers use, such as `http://localhost:3000`. */
  publicUrl: string;
  /** A session ends after this time without use. */
  sessionIdleMinutes: number;
  /** A session ends after this time in any case: a shift. */
  sessionHours: number;
  /** 32 bytes that seal what a browser keeps during a sign-in. The same for all instances. */
  sessionSecret: Uint8Array;
};

export const callbackOf = ({ publicUrl }: Pick<SignInConfig, 'publicUrl'>): URL =>
  new URL('/auth/callback', publicUrl);

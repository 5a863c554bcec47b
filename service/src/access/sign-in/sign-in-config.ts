import type { IdentityConfig } from '../identity/identity-config.ts';
import type { ClientCredentials } from './client-auth.ts';

/** The configuration of sign-in, from the environment at start. */
export type SignInConfig = ClientCredentials & {
  /** Origin that browsers use, such as `http://localhost:3000`. */
  publicUrl: string;
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
  /** A session ends after this time without use. */
  sessionIdleMinutes: number;
  /** A session ends after this time in any case: a shift. */
  sessionHours: number;
  /** 32 bytes that seal what a browser keeps during a sign-in. The same for all instances. */
  sessionSecret: Uint8Array;
};

export const callbackOf = ({ publicUrl }: SignInConfig): URL =>
  new URL('/auth/callback', publicUrl);

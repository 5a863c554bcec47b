/** The configuration of sign-in, from the environment at start. */
export type SignInConfig = {
  /** Origin that browsers use, such as `http://localhost:3000`. */
  publicUrl: string;
  /** OpenID Connect issuer; null: the demo identity provider at `/idp`. */
  issuer: string | null;
  clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  clientSecret: string | null;
  /** The audience that bearer tokens must name in `aud`. */
  audience: string;
  rolesClaim: string;
  segmentGroupsClaim: string;
  /** Tolerance for the issuer's clock, s. */
  clockSkewS: number;
  /** A session ends after this time without use. */
  sessionIdleMinutes: number;
  /** A session ends after this time in any case: a shift. */
  sessionHours: number;
  /** 32 bytes that seal what a browser keeps during a sign-in. The same for all instances. */
  sessionSecret: Uint8Array;
  dataDir: string;
};

/** Where the demo identity provider is mounted. */
export const DEMO_PATH = '/idp';

export const issuerOf = ({ issuer, publicUrl }: SignInConfig): string =>
  issuer ?? new URL(DEMO_PATH, publicUrl).href;

export const callbackOf = ({ publicUrl }: SignInConfig): URL => new URL('/auth/callback', publicUrl);

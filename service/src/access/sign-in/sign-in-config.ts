/** What sign-in needs to know; made from the environment at start. */
export type SignInConfig = {
  /** Origin that browsers use, such as `http://localhost:3000`. */
  publicUrl: string;
  /** OpenID Connect issuer; null = the demo identity provider at `/idp`. */
  issuer: string | null;
  clientId: string;
  /** null = a public client, which PKCE alone protects. */
  clientSecret: string | null;
  /** What bearer tokens must name in `aud`. */
  audience: string;
  rolesClaim: string;
  segmentGroupsClaim: string;
  /** How far the issuer's clock may be from ours, s. */
  clockSkewS: number;
  /** A session that nobody used for so long is over. */
  sessionIdleMinutes: number;
  /** So long somebody stays signed in at most: a shift. */
  sessionHours: number;
  /** 32 bytes that seal what a browser keeps during a sign-in; the same for all instances. */
  sessionSecret: Uint8Array;
  dataDir: string;
};

/** Where the demo identity provider is mounted. */
export const DEMO_PATH = '/idp';

export const issuerOf = ({ issuer, publicUrl }: SignInConfig): string =>
  issuer ?? new URL(DEMO_PATH, publicUrl).href;

export const callbackOf = ({ publicUrl }: SignInConfig): URL => new URL('/auth/callback', publicUrl);

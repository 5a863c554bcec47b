/** The configuration of sign-in, from the environment at start. */
export type SignInConfig = {
  /** Origin that browsers use, such as `http://localhost:3000`. */
  publicUrl: string;
  /** OpenID Connect issuer. */
  issuer: string;
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
};

export const callbackOf = ({ publicUrl }: SignInConfig): URL =>
  new URL('/auth/callback', publicUrl);

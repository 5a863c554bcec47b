import type { SignInConfig } from '../../src/access/sign-in/sign-in-config.ts';

/** Sign-in with the demo identity provider. */
export const testSignInConfig = (publicUrl: string, dataDir: string): SignInConfig => ({
  publicUrl,
  issuer: null,
  clientId: 'cpe-desk-portal',
  clientSecret: null,
  audience: 'cpe-desk',
  rolesClaim: 'roles',
  segmentGroupsClaim: 'segment_groups',
  clockSkewS: 5,
  sessionIdleMinutes: 60,
  sessionHours: 12,
  sessionSecret: new Uint8Array(32).fill(7),
  dataDir,
});

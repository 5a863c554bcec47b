import { demoIdentityProvider, demoIssuerAt } from '../../../demo/src/sign-in/identity-provider.ts';
import type { SignInConfig } from '../../src/access/sign-in/sign-in-config.ts';

export type TestSignInConfig = SignInConfig & { dataDir: string };

/** Sign-in with the demo identity provider. */
export const testSignInConfig = (publicUrl: string, dataDir: string): TestSignInConfig => ({
  publicUrl,
  issuer: demoIssuerAt(publicUrl),
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

/** What the app needs for it. */
export const demoSignIn = (publicUrl: string, dataDir: string) => {
  const signIn = testSignInConfig(publicUrl, dataDir);
  return { signIn, issuerRoutes: demoIdentityProvider(signIn, dataDir) };
};

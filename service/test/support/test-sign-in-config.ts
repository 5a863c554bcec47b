import { demoIdentityProvider, demoIssuerAt } from '../../../demo/src/sign-in/identity-provider.ts';
import type { IdentityConfig } from '../../src/access/identity/identity-config.ts';
import type { SignInConfig } from '../../src/access/sign-in/sign-in-config.ts';

export type TestSignInConfig = SignInConfig & { dataDir: string };

/** Claims with the contract's names. */
export const contractClaims: IdentityConfig = {
  subjectClaim: 'sub',
  rolesClaim: 'roles',
  segmentGroupsClaim: 'segment_groups',
  roleMap: null,
  segmentGroupMap: null,
  defaultSegmentGroups: [],
};

/** Sign-in with the demo identity provider. */
export const testSignInConfig = (publicUrl: string, dataDir: string): TestSignInConfig => ({
  publicUrl,
  issuer: demoIssuerAt(publicUrl),
  clientId: 'cpe-desk-portal',
  clientAuth: null,
  clientSecret: null,
  clientKey: null,
  scopes: 'openid profile',
  audiences: ['cpe-desk'],
  identity: contractClaims,
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

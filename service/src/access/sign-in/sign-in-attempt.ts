import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { z } from 'zod';

/** Time for a person to sign in at the issuer. */
export const ATTEMPT_MINUTES = 10;

const attemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
});

/** What the browser keeps while it is at the issuer. */
export type SignInAttempt = z.infer<typeof attemptSchema>;

/**
 * Seals an attempt (JWE, A256GCM) with a key of 32 bytes: the browser can neither read nor change
 * it.
 */
export const sealAttempt = (attempt: SignInAttempt, key: Uint8Array): Promise<string> =>
  new EncryptJWT(attempt)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(`${ATTEMPT_MINUTES} minutes`)
    .encrypt(key);

/**
 * The sealed attempt; undefined where it was changed, is too old or was sealed with another key.
 */
export const unsealAttempt = async (
  sealed: string,
  key: Uint8Array,
): Promise<SignInAttempt | undefined> => {
  try {
    const { payload } = await jwtDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      requiredClaims: ['exp'],
    });
    return attemptSchema.parse(payload);
  } catch (error) {
    // Expected: a cookie that the desk did not write, or that has expired.
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
};

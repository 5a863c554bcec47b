import { CompactEncrypt, compactDecrypt, errors } from 'jose';

/**
 * Seals an ID token (JWE, A256GCM) for the database. It is needed only to sign out at the issuer.
 * In plain text, a copy of the database would contain tokens that other services may accept.
 */
export const sealIdToken = (idToken: string, key: Uint8Array): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(idToken))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);

/**
 * The ID token; undefined where another key sealed it, or an older release stored it in plain text.
 */
export const unsealIdToken = async (
  sealed: string,
  key: Uint8Array,
): Promise<string | undefined> => {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return new TextDecoder().decode(plaintext);
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
};

import { CompactEncrypt, compactDecrypt, errors } from 'jose';

/**
 * Seals an ID token (JWE, A256GCM) for the database. It is only needed to sign out at the issuer;
 * in clear, whoever reads a copy of the database would hold a token that others may take.
 */
export const sealIdToken = (idToken: string, key: Uint8Array): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(idToken))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);

/** The ID token; undefined where it was sealed with another key, or an older release kept it in clear. */
export const unsealIdToken = async (sealed: string, key: Uint8Array): Promise<string | undefined> => {
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

import { CompactEncrypt, compactDecrypt, errors } from 'jose';

/**
 * Seals a token of the issuer (JWE, A256GCM) for the database: an ID token to sign out there, a
 * refresh token to read the roles again. In plain text, a copy of the database would contain tokens
 * that other services may accept.
 */
export const sealToken = (token: string, key: Uint8Array): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);

/**
 * The token; undefined where another key sealed it, or an older release stored it in plain text.
 */
export const unsealToken = async (sealed: string, key: Uint8Array): Promise<string | undefined> => {
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

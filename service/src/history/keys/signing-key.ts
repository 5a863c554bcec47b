import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { StartError, systemErrorCode } from '../../platform/process/start-error.ts';

/** The settings that locate the key: `HISTORY_KEY_FILE`, else DATA_DIR. */
export type KeyConfig = { HISTORY_KEY_FILE?: string | undefined; DATA_DIR: string };

/** The file of the history's private key. */
export const keyFileOf = ({ HISTORY_KEY_FILE, DATA_DIR }: KeyConfig): string =>
  HISTORY_KEY_FILE ?? join(DATA_DIR, 'history-key.pem');

const parseKey = (pem: Buffer): KeyObject | undefined => {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
};

/** The Ed25519 key (RFC 8032) in a file; undefined where the file does not exist. */
export const readKey = async (file: string): Promise<KeyObject | undefined> => {
  let pem: Buffer;
  try {
    pem = await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new StartError(
      'history-key',
      `The history key ${file} cannot be read (${systemErrorCode(error)})`,
    );
  }
  const key = parseKey(pem);
  if (key === undefined)
    throw new StartError(
      'history-key',
      `The history key ${file} is not a private Ed25519 key in PEM`,
    );
  return key;
};

/** Makes a key that only its owner may read. Never overwrites a file. */
export const makeKey = async (file: string): Promise<KeyObject> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(file, pem, { mode: 0o600, flag: 'wx', flush: true });
  return privateKey;
};

export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

/**
 * A public key's fingerprint: SHA-256 (hex) of its SPKI form, as `openssl pkey -pubout -outform DER
 * | sha256sum`.
 */
export const keyIdOf = (pem: string): string =>
  createHash('sha256')
    .update(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
    .digest('hex');

const bytesOf = (value: object): Buffer => Buffer.from(canonicalize(value) ?? '');

/** Signature over the RFC 8785 form, base64. */
export const signJson = (key: KeyObject, value: object): string =>
  sign(null, bytesOf(value), key).toString('base64');

export const isSignedBy = (pem: string, value: object, signature: string): boolean =>
  verify(null, bytesOf(value), createPublicKey(pem), Buffer.from(signature, 'base64'));

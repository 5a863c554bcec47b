import {
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
import { systemErrorCode } from '../start/start-error.ts';

/** The desk's Ed25519 key (RFC 8032), made at the first start and kept in the DATA_DIR: what leaves the desk is signed with it. */
export const signingKey = async (dataDir: string): Promise<KeyObject> => {
  const file = join(dataDir, 'history-key.pem');
  try {
    return createPrivateKey(await readFile(file));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
};

export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

const bytesOf = (value: object): Buffer => Buffer.from(canonicalize(value) ?? '');

/** Signature over the RFC 8785 form, base64. */
export const signJson = (key: KeyObject, value: object): string =>
  sign(null, bytesOf(value), key).toString('base64');

export const isSignedBy = (pem: string, value: object, signature: string): boolean =>
  verify(null, bytesOf(value), createPublicKey(pem), Buffer.from(signature, 'base64'));

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type CryptoKey,
  modifyAssertion,
  None,
  PrivateKeyJwt,
  type ServerMetadata,
} from 'openid-client';
import { StartError } from '../../platform/process/start-error.ts';
import { secretReader } from '../../platform/process/watched-file.ts';

/** The ways in which the portal's client proves itself at the issuer. */
export const clientAuthMethods = ['basic', 'post', 'private_key_jwt', 'none'] as const;
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

/** The key of `private_key_jwt`. */
export type ClientKey = {
  key: CryptoKey;
  /** SHA-256 of the certificate's DER, base64url (RFC 7515 4.1.8): Entra ID finds the key by it. */
  certificate: string | null;
};

/** What the portal's client has to prove itself with. */
export type ClientCredentials = {
  /** Null: what fits the issuer's metadata. */
  clientAuth: ClientAuthMethod | null;
  clientSecret: string | null;
  /** The secret of now, where it is in a file that may change. */
  presentSecret?: () => string | undefined;
  clientKey: ClientKey | null;
};

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/**
 * The key for WebCrypto: RS256 (PS256 with a certificate, for Entra ID), ES256, ES384, ES512 or
 * Ed25519.
 */
const importKey = (key: KeyObject, hasCertificate: boolean): CryptoKey | undefined => {
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const type = key.asymmetricKeyType;
  if (type === 'rsa')
    return key.toCryptoKey(
      { name: hasCertificate ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      false,
      ['sign'],
    );
  if (type === 'ec' && curve)
    return key.toCryptoKey({ name: 'ECDSA', namedCurve: curve }, false, ['sign']);
  if (type === 'ed25519') return key.toCryptoKey({ name: 'Ed25519' }, false, ['sign']);
  return undefined;
};

const fault = (file: string, message: string, cause?: unknown) =>
  new StartError('client-key', `OIDC_CLIENT_KEY_FILE: ${file} ${message}`, cause);

const certificateIn = (pem: string): string | null => {
  if (!pem.includes('BEGIN CERTIFICATE')) return null;
  const { fingerprint256 } = new X509Certificate(pem);
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
};

/**
 * Reads the private key of `private_key_jwt` from a PEM file, which may also have its certificate.
 * Throws a `StartError` that names the setting.
 */
export const readClientKey = async (file: string): Promise<ClientKey> => {
  let pem: string;
  let key: CryptoKey | undefined;
  let certificate: string | null;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    throw fault(file, 'cannot be read', error);
  }
  try {
    certificate = certificateIn(pem);
    key = importKey(createPrivateKey(pem), certificate !== null);
  } catch (error) {
    throw fault(file, 'holds no private key in PEM without a password', error);
  }
  if (key) return { key, certificate };
  throw fault(file, 'holds no RSA, P-256, P-384, P-521 or Ed25519 key');
};

/** The credentials by the settings; reads the key file. */
export const clientCredentials = async (settings: {
  OIDC_CLIENT_AUTH?: ClientAuthMethod | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
  OIDC_CLIENT_SECRET_FILE?: string | undefined;
  OIDC_CLIENT_KEY_FILE?: string | undefined;
}): Promise<ClientCredentials> => ({
  clientAuth: settings.OIDC_CLIENT_AUTH ?? null,
  clientSecret: settings.OIDC_CLIENT_SECRET ?? null,
  presentSecret: secretReader(settings.OIDC_CLIENT_SECRET, settings.OIDC_CLIENT_SECRET_FILE),
  clientKey: settings.OIDC_CLIENT_KEY_FILE
    ? await readClientKey(settings.OIDC_CLIENT_KEY_FILE)
    : null,
});

/** The method that applies: the configured one, else one that the issuer offers. */
export const clientAuthMethod = (
  { clientAuth, clientSecret, clientKey }: ClientCredentials,
  { token_endpoint_auth_methods_supported: offered }: ServerMetadata,
): ClientAuthMethod => {
  if (clientAuth !== null) return clientAuth;
  if (clientSecret === null) return clientKey === null ? 'none' : 'private_key_jwt';
  // RFC 6749 2.3.1 encodes what goes into the Basic header. Some issuers do not decode it, so their
  // Basic works only for letters and digits.
  return offered?.includes('client_secret_post') ? 'post' : 'basic';
};

const privateKeyJwt = ({ key, certificate }: ClientKey): ClientAuth =>
  PrivateKeyJwt(key, {
    [modifyAssertion](header) {
      if (certificate !== null) header['x5t#S256'] = certificate;
    },
  });

/** Proves the portal's client at the issuer's token endpoint. */
export const clientAuthentication =
  (credentials: ClientCredentials): ClientAuth =>
  (server, ...rest) => {
    const { clientKey } = credentials;
    const clientSecret = credentials.presentSecret?.() ?? credentials.clientSecret;
    const methods: Readonly<Record<ClientAuthMethod, () => ClientAuth>> = {
      basic: () => ClientSecretBasic(clientSecret ?? undefined),
      post: () => ClientSecretPost(clientSecret ?? undefined),
      private_key_jwt: () => (clientKey === null ? None() : privateKeyJwt(clientKey)),
      none: None,
    };
    return methods[clientAuthMethod(credentials, server)]()(server, ...rest);
  };

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { StartError, type StartErrorCode } from './start-error.ts';
import { watchFile } from './watched-file.ts';

/** The contents of the files of TLS. The same object until one of them changes. */
export type TlsContents = { ca?: string; cert?: string; key?: string };

/** The files of TLS, read again when they change. */
export type TlsFiles = { read(): TlsContents };

/** The settings that name the files, and the code of a start that they stop. */
export type TlsSettings = { names: Required<TlsContents>; code: StartErrorCode };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unusable');

/** OpenSSL accepts a key of another type than the certificate's: RSA beside EC. */
const requirePair = ({ cert, key }: TlsContents): void => {
  if (cert === undefined || key === undefined) return;
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new Error('key values mismatch');
};

/**
 * Opens the files of TLS; undefined where none is given. Files that cannot be used stop the start.
 * Later the last usable contents stay: while files are replaced, a certificate may be new and its
 * key still old. `onFault` hears of each such fault once.
 */
export const openTlsFiles = (
  paths: TlsContents,
  { names, code }: TlsSettings,
  onFault: (fault: string) => void,
): TlsFiles | undefined => {
  const files = (['ca', 'cert', 'key'] as const).flatMap((part) => {
    const path = paths[part];
    return path === undefined ? [] : [{ part, path, file: watchFile(path) }];
  });
  if (files.length === 0) return undefined;
  const load = (): TlsContents => {
    const contents: TlsContents = {};
    for (const { part, path, file } of files) {
      try {
        contents[part] = file.read();
        if (part !== 'key') createSecureContext({ [part]: contents[part] });
      } catch (error) {
        throw new Error(`${names[part]}: ${path} cannot be used: ${reasonOf(error)}`);
      }
    }
    try {
      createSecureContext(contents);
      requirePair(contents);
    } catch (error) {
      throw new Error(`${names.key}: does not go with the certificate: ${reasonOf(error)}`);
    }
    return contents;
  };
  let lastFault = '';
  let current: TlsContents;
  try {
    current = load();
  } catch (error) {
    throw new StartError(code, reasonOf(error));
  }
  return {
    read() {
      try {
        if (files.every(({ part, file }) => file.read() === current[part])) return current;
        current = load();
        lastFault = '';
      } catch (error) {
        const fault = reasonOf(error);
        if (fault !== lastFault) onFault(fault);
        lastFault = fault;
      }
      return current;
    },
  };
};

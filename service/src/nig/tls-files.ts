import { createSecureContext, TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { StartError } from '../platform/process/start-error.ts';
import { watchFile } from './watched-file.ts';

/** The contents of the files of TLS. The same object until one of them changes. */
export type TlsContents = { ca?: string; cert?: string; key?: string };

/** The files of TLS, read again when they change. */
export type TlsFiles = { read(): TlsContents };

const NAMES = {
  ca: 'NIG_TLS_CA_FILE',
  cert: 'NIG_TLS_CERT_FILE',
  key: 'NIG_TLS_KEY_FILE',
} as const;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unusable');

/**
 * Opens the files of TLS; undefined where none is given. Files that cannot be used stop the start.
 * Later the last usable contents stay: while files are replaced, a certificate may be new and its
 * key still old. `onFault` hears of each such fault once.
 */
export const openTlsFiles = (
  paths: TlsContents,
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
        throw new Error(`${NAMES[part]}: ${path} cannot be used: ${reasonOf(error)}`);
      }
    }
    try {
      createSecureContext(contents);
    } catch (error) {
      throw new Error(`${NAMES.key}: does not go with the certificate: ${reasonOf(error)}`);
    }
    return contents;
  };
  let lastFault = '';
  let current: TlsContents;
  try {
    current = load();
  } catch (error) {
    throw new StartError('nig', reasonOf(error));
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

/** The alerts by which a server refuses a client's certificate (RFC 8446, section 6.2). */
const CLIENT_REFUSED =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

/** Whether a call failed because NIG refused the desk's certificate. */
export const clientRefused = (error: Error): boolean =>
  'code' in error && CLIENT_REFUSED.test(String(error.code));

/** Longest wait for NIG's judgement of the certificate beyond the time that connecting took, ms. */
const JUDGEMENT_MS = 50;

type Connect = buildConnector.connector;

/**
 * In TLS 1.3 the client is done before the server has seen its certificate. This waits, about a
 * round trip, for the server's session ticket or its refusal, so that nothing is sent to a NIG that
 * refuses us. A server without tickets costs that time once per connection.
 */
const judged =
  (connect: Connect): Connect =>
  (options, callback) => {
    const began = performance.now();
    connect(options, (...made) => {
      const [error, socket] = made;
      if (error || !(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3')
        return callback(...made);
      let isDone = false;
      const done = (refusal?: Error) => {
        if (isDone) return;
        isDone = true;
        clearTimeout(timer);
        socket.off('session', accepted).off('error', done).off('close', closed);
        if (refusal) callback(refusal, null);
        else callback(null, socket);
      };
      // Not within the event: OpenSSL is reading, and would lose what is written meanwhile.
      const accepted = () => void setImmediate(done);
      const closed = () => done(new Error('NIG closed the connection after the TLS handshake'));
      const timer = setTimeout(done, performance.now() - began + JUDGEMENT_MS);
      socket.on('session', accepted).on('error', done).on('close', closed);
    });
  };

/** How connections are made with these contents; undefined: without files of our own. */
export const connectorOf = (contents: TlsContents | undefined, timeoutMs: number): Connect =>
  judged(buildConnector({ timeout: timeoutMs, ...contents }));

import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { TlsContents, TlsSettings } from '../platform/process/tls-files.ts';

/** The files for connections to NIG. */
export const NIG_TLS: TlsSettings = {
  names: { ca: 'NIG_TLS_CA_FILE', cert: 'NIG_TLS_CERT_FILE', key: 'NIG_TLS_KEY_FILE' },
  code: 'nig',
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

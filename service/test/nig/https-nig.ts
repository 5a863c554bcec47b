import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { listen } from '../support/listen.ts';

/** The path of a certificate of this folder, or the key of one. */
export const pemPath = (name: string): string =>
  new URL(`certificates/${name}.pem`, import.meta.url).pathname;

export const pem = (name: string): string => readFileSync(pemPath(name), 'utf8');

/** A server with TLS that demands a certificate of our authority, and counts requests. */
export const httpsNig = async (answer: RequestListener, options: TlsOptions = {}) => {
  const seen: string[] = [];
  const server = createServer(
    {
      ...{ cert: pem('server'), key: pem('server-key'), ca: pem('ca') },
      ...{ requestCert: true, rejectUnauthorized: true },
      ...options,
    },
    (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      answer(request, response);
    },
  );
  server.on('tlsClientError', () => {});
  const listening = await listen(server);
  return {
    url: listening.url.replace('http:', 'https:'),
    seen,
    [Symbol.asyncDispose]: listening[Symbol.asyncDispose],
  };
};

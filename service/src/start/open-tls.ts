import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import { openTlsFiles, type TlsFiles } from '../platform/process/tls-files.ts';

const NAMES = { ca: '', cert: 'TLS_CERT_FILE', key: 'TLS_KEY_FILE' };

/** The certificate and key with which the desk serves HTTPS; undefined: it serves HTTP. */
export const openTls = (
  { TLS_CERT_FILE: cert, TLS_KEY_FILE: key }: Config,
  log: Pick<FastifyBaseLogger, 'warn'>,
): TlsFiles | undefined =>
  cert !== undefined && key !== undefined
    ? openTlsFiles({ cert, key }, { names: NAMES, code: 'tls' }, (fault) =>
        log.warn({ fault }, 'a new file for HTTPS cannot be used; the last one stays in use'),
      )
    : undefined;

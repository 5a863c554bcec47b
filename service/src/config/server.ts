import { isIP } from 'node:net';
import { isPrefix, logLevels } from '@cpe-desk/contract';
import { z } from 'zod';
import {
  type Conflict,
  httpUrl,
  listOf,
  port,
  text,
  usually,
  type ValuesOf,
  whole,
  without,
} from './setting.ts';

const isProxy = (text: string): boolean => isPrefix(text) || isIP(text) !== 0;

/** Whether a bearer token of `/metrics` is long enough. */
export const isMetricsToken = (text: string): boolean => text.length >= 16;

/** The desk's own process and port. */
export const serverSettings = {
  PORT: usually('3000', port, 'port of the desk'),
  HOST: usually('127.0.0.1', text, 'address to listen on'),
  PUBLIC_URL: without('http(s)://localhost:PORT', httpUrl.optional(), 'address that browsers use'),
  TLS_CERT_FILE: without(
    'none: HTTP',
    text.optional(),
    'certificate (PEM, with its chain) for HTTPS and HTTP/2 at PORT, read again when it changes',
  ),
  TLS_KEY_FILE: without('none', text.optional(), 'its private key (PEM)'),
  DATA_DIR: usually('.data', text, 'where the desk keeps its files'),
  LOG_LEVEL: usually(
    'warn',
    z.enum(logLevels),
    'fatal, error, warn, info, debug, trace or silent; SIGUSR2 and PUT /admin/log-level change it',
  ),
  METRICS_PORT: without(
    'PORT',
    port.optional(),
    'port of its own for /metrics and /healthz; /metrics is then not at PORT',
  ),
  METRICS_TOKEN: without(
    'none',
    z.string().refine(isMetricsToken, 'must have at least 16 characters').optional(),
    'bearer token that /metrics asks for, at least 16 characters',
  ),
  METRICS_TOKEN_FILE: without(
    'none',
    text.optional(),
    'file with METRICS_TOKEN, read again when it changes',
  ),
  SHUTDOWN_GRACE_S: without(
    '0; 15 with NODE_ENV=production',
    whole(0, 600).optional(),
    'time between a SIGTERM and the stop, in which a balancer sees /readyz, s',
  ),
};

/** PUBLIC_URL, or what applies without it. */
export const publicUrlOf = ({
  PUBLIC_URL,
  PORT,
  TLS_CERT_FILE,
}: Pick<ValuesOf<typeof serverSettings>, 'PUBLIC_URL' | 'PORT' | 'TLS_CERT_FILE'>): string => {
  const scheme = TLS_CERT_FILE === undefined ? 'http' : 'https';
  return (PUBLIC_URL ?? `${scheme}://localhost:${PORT}`).replace(/\/$/, '');
};

export const serverConflicts = ({
  TLS_CERT_FILE: cert,
  TLS_KEY_FILE: key,
  PUBLIC_URL: url,
  ...read
}: ValuesOf<typeof serverSettings>): Conflict[] => [
  read.METRICS_PORT === read.PORT && 'METRICS_PORT: must be another port than PORT',
  cert !== undefined && key === undefined && 'TLS_KEY_FILE: TLS_CERT_FILE goes with its key',
  key !== undefined &&
    cert === undefined &&
    'TLS_CERT_FILE: TLS_KEY_FILE goes with its certificate',
  cert !== undefined &&
    url?.startsWith('http:') === true &&
    'PUBLIC_URL: must be https, as the desk serves HTTPS (TLS_CERT_FILE)',
];

/** What one caller, or one address, may use. */
export const limitSettings = {
  TRUSTED_PROXIES: without(
    'none',
    listOf(z.string().refine(isProxy, 'not an address or a prefix such as 10.0.0.0/8')).prefault(
      '',
    ),
    'addresses or prefixes of trusted proxies, separated by commas; their X-Forwarded-For names the client',
  ),
  RATE_LIMIT_PER_MINUTE: usually(
    '1200',
    whole(1),
    'requests a minute of a signed-in caller, from all addresses',
  ),
  RATE_LIMIT_PER_ADDRESS: usually(
    '6000',
    whole(1),
    'requests a minute of one address by callers who are not signed in',
  ),
  MAX_CONNECTIONS: usually(
    '4096',
    whole(10),
    'most open connections; each browser with the portal holds one',
  ),
  MAX_CONNECTIONS_PER_ADDRESS: without(
    'half of MAX_CONNECTIONS',
    whole(5).optional(),
    'most open connections of one address; TRUSTED_PROXIES have no limit of their own',
  ),
};

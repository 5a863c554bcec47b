import { nigAdapters } from '@cpe-desk/contract';
import { z } from 'zod';
import { port, text, usually, type ValuesOf, whole, without } from './setting.ts';

const milliseconds = whole(10, 600_000);
const calls = whole(1, 1000);

/** A base URL without parts that a request would not send. */
const isPlain = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || url.username + url.password + url.search + url.hash === '';
};

const noPartsLost = 'must have no user, password, query or fragment: they would not be sent';

/** How the desk reaches NIG, and how long it waits for it. */
export const nigSettings = {
  NIG_ADAPTER: usually(
    'http',
    z.enum(nigAdapters),
    "protocol of NIG: http (the desk's contract), mapped-http (by NIG_PROFILE) or nats",
  ),
  NIG_PROFILE: without(
    'none',
    text.optional(),
    'mapping for mapped-http: netbox, tmf639, tmf640, tmf702, or the path of a file',
  ),
  NIG_URL: without(
    'bundled simulator',
    z
      .url({ protocol: /^(https?|nats|tls)$/ })
      .refine(isPlain, noPartsLost)
      .optional(),
    'address of NIG, with a path where it has one; for nats: nats://… or tls://…',
  ),
  NIG_ALLOW_HTTP: usually(
    'false',
    z.stringbool(),
    'true: NIG_URL may be http on another machine, open to anyone on the way',
  ),
  NIG_PORT: usually('3001', port, 'port of the bundled NIG simulator'),
  NIG_TIMEOUT_MS: usually('5000', milliseconds, 'timeout of a call to NIG, ms'),
  NIG_LOOK_UP: usually(
    'true',
    z.stringbool(),
    'whether NIG has a look-up for the outcome of an update',
  ),
  NIG_BARE_404: usually(
    'unknown',
    z.enum(['unknown', 'never-got-it']),
    "meaning of a 404 without the contract's body; never-got-it: a proxy's 404 would count as NIG's",
  ),
  NIG_AUTH: usually(
    'none',
    z.string().regex(/^[A-Za-z][\w-]*$/, 'none, bearer, basic, oauth2, or a word such as Token'),
    'sign-in at NIG: none, bearer, basic, oauth2, or the scheme word before the token, such as Token',
  ),
  NIG_TOKEN: without('none', text.optional(), 'token of NIG_AUTH; for basic: user:password'),
  NIG_TOKEN_FILE: without(
    'none',
    text.optional(),
    'file with the token, read again when it changes',
  ),
  NIG_OAUTH_TOKEN_URL: without(
    'none',
    z.url({ protocol: /^https?$/ }).optional(),
    'token endpoint of NIG_AUTH=oauth2 (client credentials)',
  ),
  NIG_OAUTH_CLIENT_ID: without('none', text.optional(), 'client id for oauth2'),
  NIG_OAUTH_CLIENT_SECRET: without('none', text.optional(), 'client secret for oauth2'),
  NIG_OAUTH_CLIENT_SECRET_FILE: without(
    'none',
    text.optional(),
    'file with the client secret, read again when it changes',
  ),
  NIG_OAUTH_SCOPE: without('none', text.optional(), 'scope that the desk asks for'),
  NIG_OAUTH_AUDIENCE: without('none', text.optional(), 'audience that the desk asks for'),
  NIG_TLS_CA_FILE: without(
    'CAs of the system',
    text.optional(),
    "CAs (PEM) of NIG's certificate, read again when they change",
  ),
  NIG_TLS_CERT_FILE: without(
    'none',
    text.optional(),
    "the desk's certificate (PEM) for mutual TLS, read again when it changes",
  ),
  NIG_TLS_KEY_FILE: without('none', text.optional(), 'its private key (PEM)'),
  NIG_CONCURRENCY: usually('64', calls, 'most sends to NIG at a time, per instance'),
  NIG_LOOK_UP_CONCURRENCY: usually('8', calls, 'most look-ups at a time, per instance'),
  NIG_RECONCILE_CONCURRENCY: usually('4', calls, 'most calls of a reconciliation at a time'),
  NIG_RATE_PER_S: usually(
    '0',
    whole(0, 100_000),
    'most sends per second and instance; 0: no limit',
  ),
  NIG_MAX_ANSWER_BYTES: usually(
    '65536',
    whole(1024, 64 * 1024 * 1024),
    'longest answer of NIG, bytes; a longer one leaves the outcome unknown',
  ),
  NIG_NATS_SUBJECT: usually(
    'nig',
    z.string().regex(/^[\w-]+(\.[\w-]+)*$/, 'words of letters, digits, _ and -, separated by dots'),
    'first part of the subjects for nats',
  ),
  NIG_NATS_CREDS_FILE: without('none', text.optional(), 'credentials file for nats'),
  SETTLE_DEADLINE_MS: usually(
    '900000',
    whole(1000),
    'how long the desk tries to settle an update before a person must, ms; at least 3 x NIG_TIMEOUT_MS',
  ),
  RECONCILE_EVERY_HOURS: usually(
    '24',
    z.coerce.number().min(0).max(8760),
    'how often all lines are compared with the corp-data record and NIG, hours; 0: only by npm run reconcile',
  ),
};

export type NigSettings = ValuesOf<typeof nigSettings>;

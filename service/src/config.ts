import { isIP } from 'node:net';
import { isPrefix, segmentGroups } from '@cpe-desk/contract';
import { z } from 'zod';
import { FEWEST_CONNECTIONS } from './platform/database/limits.ts';
import { isLoopback } from './platform/http/loopback.ts';

const text = z.string().min(1);
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(least).max(most);
const port = whole(1, 65_535);
const milliseconds = whole(10, 600_000);
const commaSeparated = z.string().transform((items) =>
  items
    .trim()
    .split(/\s*,\s*/)
    .filter(Boolean),
);
const listOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  commaSeparated.pipe(z.array(item));
const httpUrl = z.url({ protocol: /^https?$/ });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** A base URL without parts that a request would not send. */
const isPlain = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || url.username + url.password + url.search + url.hash === '';
};

/** A secret is long, of many characters, and no repeated piece. */
const isSecret = (text: string): boolean =>
  text.length >= 32 && new Set(text).size >= 12 && !/^(.{1,16})\1+$/.test(text);

const isProxy = (text: string): boolean => isPrefix(text) || isIP(text) !== 0;

/** The name of a time zone, in its usual spelling. */
const timeZone = z
  .string()
  .optional()
  .transform((name, context) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      context.addIssue('not a time zone such as Asia/Kuala_Lumpur');
      return z.NEVER;
    }
  });

/** A setting with a default value. */
const usually = <Schema extends z.ZodType>(
  usual: z.input<Schema> & string,
  schema: Schema,
  description: string,
) => without(usual, schema.prefault(usual), description);

/** A setting without a default value; `usual` describes what applies instead. */
const without = <Schema extends z.ZodType>(usual: string, schema: Schema, description: string) =>
  schema.meta({ usual, description });

const environmentSchema = z.object({
  PORT: usually('3000', port, 'port of the desk'),
  HOST: usually('127.0.0.1', text, 'address to listen on'),
  PUBLIC_URL: without('http://localhost:PORT', httpUrl.optional(), 'address that browsers use'),
  DATA_DIR: usually('.data', text, 'where the desk keeps its files'),
  DATABASE_URL: without(
    'embedded PostgreSQL',
    postgresUrl.optional(),
    'postgres://… of PostgreSQL 15 or newer',
  ),
  DATABASE_OWNER_URL: without(
    'DATABASE_URL, with a warning',
    postgresUrl.optional(),
    'the same database as the owner of its tables; DATABASE_URL is then a role without rights of its own',
  ),
  DATABASE_POOL: usually(
    '16',
    whole(FEWEST_CONNECTIONS, 200),
    'most connections, besides the one of DATABASE_LISTEN_URL; divided among flow, reads, searches and background',
  ),
  DATABASE_PREPARE: usually(
    'true',
    z.stringbool(),
    'whether statements are prepared by name; false for a pooler without prepared statements',
  ),
  DATABASE_LISTEN_URL: without(
    'DATABASE_URL',
    postgresUrl.optional(),
    'the same database without the pooler of DATABASE_URL: for the viewers of other instances',
  ),
  NIG_URL: without(
    'bundled simulator',
    httpUrl
      .refine(isPlain, 'must have no user, password, query or fragment: they would not be sent')
      .optional(),
    'address of NIG, with a path where it has one',
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
  TZ: without('of the system', timeZone, "time zone of the overview's days"),
  HISTORY_KEY_FILE: without(
    'DATA_DIR/history-key.pem, made at the first start',
    text.optional(),
    'private Ed25519 key (PEM) that signs the history, the same for all instances',
  ),
  HISTORY_ANCHOR_URL: without(
    'kept in the database and DATA_DIR',
    httpUrl.optional(),
    'URL to which the signed anchors of the history are posted',
  ),
  OIDC_ISSUER: without('demo provider at /idp', httpUrl.optional(), 'OpenID Connect issuer'),
  OIDC_CLIENT_ID: usually('cpe-desk-portal', text, 'client id of the portal'),
  OIDC_CLIENT_SECRET: without(
    'none (public client, PKCE)',
    text.optional(),
    "secret of the portal's client",
  ),
  OIDC_AUDIENCE: usually('cpe-desk', text, 'audience that bearer tokens must name'),
  OIDC_ROLES_CLAIM: usually('roles', text, 'claim with the roles'),
  OIDC_SEGMENT_GROUPS_CLAIM: usually('segment_groups', text, 'claim with the segment groups'),
  OIDC_CLOCK_SKEW_S: usually('30', whole(0, 300), "tolerance for the issuer's clock, s"),
  SESSION_HOURS: usually('12', whole(1, 168), 'longest session, hours'),
  SESSION_IDLE_MINUTES: usually(
    '60',
    whole(1, 10_080),
    'time without use after which a session ends, minutes',
  ),
  SESSION_SECRET: without(
    'made and kept in DATA_DIR',
    z
      .string()
      .refine(isSecret, 'is too easy to guess; make one with: openssl rand -base64 32')
      .optional(),
    'secret that seals sign-in cookies, at least 32 characters; the same for all instances',
  ),
  EDITABLE_SEGMENT_GROUPS: usually(
    segmentGroups.filter((group) => group !== 'CONSUMER').join(),
    listOf(z.enum(segmentGroups)),
    'segment groups whose CPE may be edited',
  ),
  CPE_ALLOWED_PREFIXES: without(
    'any',
    listOf(z.string().refine(isPrefix, 'not a prefix such as 10.0.0.0/8')).prefault(''),
    'prefixes of CPE addresses, separated by commas',
  ),
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
  SHUTDOWN_GRACE_S: without(
    '0; 15 with NODE_ENV=production',
    whole(0, 600).optional(),
    'time between a SIGTERM and the stop, in which a balancer sees /readyz, s',
  ),
  LOG_LEVEL: usually(
    'warn',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'fatal, error, warn, info, debug, trace or silent',
  ),
});

/** The settings with their meaning and their usual values. */
const settings = Object.entries(environmentSchema.shape).map(([name, schema]) => {
  const { usual, description } = schema.meta() ?? {};
  return { name, usual, description };
});

export type Config = z.infer<typeof environmentSchema> & {
  PUBLIC_URL: string;
  MAX_CONNECTIONS_PER_ADDRESS: number;
  SHUTDOWN_GRACE_S: number;
};

/** The fault of a variable, and its meaning. */
const complaint = ({ path: [name], message }: z.core.$ZodIssue): string => {
  const setting = settings.find((each) => each.name === name);
  return `${String(name)}: ${message} (${setting?.description}; usually ${setting?.usual})`;
};

/** Beyond this machine, cookies and tokens travel over https only. */
const isOpen = (url: string) => url.startsWith('http:') && !isLoopback(new URL(url).hostname);
const roleOf = (url: string) => new URL(url).username;

/** The conflicts between settings that are each valid. */
const conflictOf = (
  { HOST, OIDC_ISSUER, DATABASE_PREPARE, ...urls }: z.infer<typeof environmentSchema>,
  publicUrl: string,
  isProduction: boolean,
): string | undefined => {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: owner, DATABASE_LISTEN_URL: listen } = urls;
  // Without an issuer everyone can sign in as any demo person, which must stay on this machine.
  const isDemo = OIDC_ISSUER === undefined;
  const instead = 'the demo identity provider asks for no passwords; set OIDC_ISSUER';
  const beside = 'goes with DATABASE_PREPARE=false, the address of the database without the pooler';
  const conflicts = [
    isDemo &&
      isProduction &&
      'OIDC_ISSUER: with NODE_ENV=production the demo identity provider, which asks for no passwords, is not started; set your issuer',
    isDemo &&
      !isLoopback(HOST) &&
      `HOST: ${HOST} can be reached from other machines and ${instead}`,
    isDemo &&
      !isLoopback(new URL(publicUrl).hostname) &&
      `PUBLIC_URL: ${publicUrl} is not loopback and ${instead}`,
    isOpen(publicUrl) &&
      `PUBLIC_URL: ${publicUrl} is not https; put TLS in front of the desk and give the address that browsers use`,
    !isDemo && isOpen(OIDC_ISSUER) && `OIDC_ISSUER: ${OIDC_ISSUER} is not https`,
    // A separate owner needs a database of DATABASE_URL and two roles.
    owner &&
      !url &&
      "DATABASE_OWNER_URL: goes with DATABASE_URL, the same database with the desk's role",
    owner &&
      url &&
      roleOf(url) === '' &&
      'DATABASE_URL: names no role, as in postgres://ROLE@host/db',
    owner &&
      url &&
      roleOf(url) === roleOf(owner) &&
      'DATABASE_OWNER_URL: names the role of DATABASE_URL; the desk must use a role that owns nothing',
    // Connections that need their own session bypass a pooler that gives each transaction another
    // one.
    listen &&
      !url &&
      'DATABASE_LISTEN_URL: goes with DATABASE_URL, the same database without a pooler',
    !DATABASE_PREPARE &&
      !url &&
      'DATABASE_PREPARE: false goes with DATABASE_URL, the address of a pooler',
    !DATABASE_PREPARE && !listen && `DATABASE_LISTEN_URL: ${beside}`,
    !DATABASE_PREPARE && !owner && `DATABASE_OWNER_URL: ${beside}`,
  ];
  return conflicts.find(Boolean) || undefined;
};

/** Reads the configuration from the environment. Returns a message for each wrong variable. */
export const readConfig = (
  environment: Record<string, string | undefined>,
): { ok: true; config: Config } | { ok: false; messages: string[] } => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { success, data: read, error } = environmentSchema.safeParse(given);
  if (!success) return { ok: false, messages: error.issues.map(complaint) };
  const isProduction = environment.NODE_ENV === 'production';
  const PUBLIC_URL = (read.PUBLIC_URL ?? `http://localhost:${read.PORT}`).replace(/\/$/, '');
  const conflict = conflictOf(read, PUBLIC_URL, isProduction);
  if (conflict) return { ok: false, messages: [conflict] };
  const { MAX_CONNECTIONS, SHUTDOWN_GRACE_S = isProduction ? 15 : 0 } = read;
  const { MAX_CONNECTIONS_PER_ADDRESS = Math.floor(MAX_CONNECTIONS / 2) } = read;
  // Before that "NIG never got it" is not certain, and a person could only guess.
  const SETTLE_DEADLINE_MS = Math.max(read.SETTLE_DEADLINE_MS, 3 * read.NIG_TIMEOUT_MS);
  const filled = { PUBLIC_URL, MAX_CONNECTIONS_PER_ADDRESS, SHUTDOWN_GRACE_S, SETTLE_DEADLINE_MS };
  return { ok: true, config: { ...read, ...filled } };
};

/** The help text: each variable, its usual value and its meaning. */
export const configHelp = (): string =>
  settings
    .map(({ name, usual, description }) => `  ${name} (${usual})\n      ${description}`)
    .join('\n');

/** The same as a Markdown table. */
export const configTable = (): string =>
  [
    '| variable | usually | what |',
    '| --- | --- | --- |',
    ...settings.map(
      ({ name, usual, description }) => `| \`${name}\` | ${usual} | ${description} |`,
    ),
  ].join('\n');

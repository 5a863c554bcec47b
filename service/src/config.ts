import { isIP } from 'node:net';
import { isPrefix, type SegmentGroup, segmentGroups } from '@cpe-desk/contract';
import { z } from 'zod';
import { FEWEST_CONNECTIONS } from './platform/database/limits.ts';
import { isLoopback } from './platform/http/loopback.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const milliseconds = z.coerce.number().int().min(10).max(600_000);
const httpUrl = z.url({ protocol: /^https?$/ });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** An address that paths can be put behind; what is no address is refused for that. */
const isPlain = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || url.username + url.password + url.search + url.hash === '';
};

/** Few characters, few different ones, or a short piece over and over: no secret. */
const isSecret = (text: string): boolean =>
  text.length >= 32 && new Set(text).size >= 12 && !/^(.{1,16})\1+$/.test(text);

const isProxy = (text: string): boolean => isPrefix(text) || isIP(text) !== 0;

/** The name of a time zone in its usual spelling; undefined where it is none. */
const timeZoneOf = (name: string | undefined): string | undefined => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
};

type Setting = { schema: z.ZodType; usual: string; says: string };

/** Every setting: how it is read, what holds when it is not given, what it is for. */
const settings = {
  PORT: { schema: port.default(3000), usual: '3000', says: 'port of the desk' },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), usual: '127.0.0.1', says: 'address to listen on' },
  PUBLIC_URL: {
    schema: httpUrl.optional(),
    usual: 'http://localhost:PORT',
    says: 'address that browsers use',
  },
  DATA_DIR: {
    schema: z.string().min(1).default('.data'),
    usual: '.data',
    says: 'where the desk keeps its files',
  },
  DATABASE_URL: {
    schema: postgresUrl.optional(),
    usual: 'embedded PostgreSQL',
    says: 'postgres://… of PostgreSQL 15 or newer',
  },
  DATABASE_OWNER_URL: {
    schema: postgresUrl.optional(),
    usual: 'DATABASE_URL, with a warning',
    says: 'the same database as the owner of its tables; DATABASE_URL is then a role that needs no rights of its own',
  },
  DATABASE_POOL: {
    schema: z.coerce.number().int().min(FEWEST_CONNECTIONS).max(200).default(16),
    usual: '16',
    says: 'connections at most, besides the one of DATABASE_LISTEN_URL; divided among flow, reads, searches and background',
  },
  DATABASE_PREPARE: {
    schema: z.stringbool().default(true),
    usual: 'true',
    says: 'whether statements are prepared by name; false for a pooler that has no prepared statements',
  },
  DATABASE_LISTEN_URL: {
    schema: postgresUrl.optional(),
    usual: 'DATABASE_URL',
    says: 'the same database without the pooler of DATABASE_URL: who has a ticket open at another instance is heard through it',
  },
  NIG_URL: {
    schema: httpUrl
      .refine(isPlain, 'must have no user, password, query or fragment: they would not be sent')
      .optional(),
    usual: 'bundled simulator',
    says: 'address of NIG, with a path where it has one',
  },
  NIG_PORT: { schema: port.default(3001), usual: '3001', says: 'port of the bundled NIG simulator' },
  NIG_TIMEOUT_MS: { schema: milliseconds.default(5000), usual: '5000', says: 'how long NIG may take, ms' },
  NIG_LOOK_UP: {
    schema: z.stringbool().default(true),
    usual: 'true',
    says: 'whether NIG can be asked for the outcome of an update',
  },
  NIG_BARE_404: {
    schema: z.enum(['unknown', 'never-got-it']).default('unknown'),
    usual: 'unknown',
    says: 'what a 404 without the body of the wire contract means; never-got-it risks that a proxy answers for NIG',
  },
  SETTLE_DEADLINE_MS: {
    schema: z.coerce.number().int().min(1000).default(900_000),
    usual: '900000',
    says: 'how long the desk tries to settle an update before a person has to, ms; at least 3 x NIG_TIMEOUT_MS',
  },
  RECONCILE_EVERY_HOURS: {
    schema: z.coerce.number().min(0).max(8760).default(24),
    usual: '24',
    says: 'how often all lines are compared with the corp-data record and NIG, hours; 0: only by npm run reconcile',
  },
  TZ: {
    schema: z
      .string()
      .optional()
      .transform((name, context) => {
        const zone = timeZoneOf(name);
        if (zone !== undefined) return zone;
        context.addIssue('not a time zone such as Asia/Kuala_Lumpur');
        return z.NEVER;
      }),
    usual: 'of the system',
    says: 'time zone whose days the overview counts by',
  },
  HISTORY_KEY_FILE: {
    schema: z.string().min(1).optional(),
    usual: 'DATA_DIR/history-key.pem, made at the first start',
    says: 'private Ed25519 key (PEM) that signs the history, the same for all instances',
  },
  HISTORY_ANCHOR_URL: {
    schema: httpUrl.optional(),
    usual: 'kept in the database and DATA_DIR',
    says: 'where the signed anchors of the history are posted to',
  },
  OIDC_ISSUER: { schema: httpUrl.optional(), usual: 'demo provider at /idp', says: 'OpenID Connect issuer' },
  OIDC_CLIENT_ID: {
    schema: z.string().min(1).default('cpe-desk-portal'),
    usual: 'cpe-desk-portal',
    says: 'client id of the portal',
  },
  OIDC_CLIENT_SECRET: {
    schema: z.string().min(1).optional(),
    usual: 'none (public client, PKCE)',
    says: 'secret of that client',
  },
  OIDC_AUDIENCE: {
    schema: z.string().min(1).default('cpe-desk'),
    usual: 'cpe-desk',
    says: 'audience that bearer tokens must name',
  },
  OIDC_ROLES_CLAIM: {
    schema: z.string().min(1).default('roles'),
    usual: 'roles',
    says: 'claim with the roles',
  },
  OIDC_SEGMENT_GROUPS_CLAIM: {
    schema: z.string().min(1).default('segment_groups'),
    usual: 'segment_groups',
    says: 'claim with the segment groups',
  },
  OIDC_CLOCK_SKEW_S: {
    schema: z.coerce.number().int().min(0).max(300).default(30),
    usual: '30',
    says: "how far the issuer's clock may be from ours, s",
  },
  SESSION_HOURS: {
    schema: z.coerce.number().int().min(1).max(168).default(12),
    usual: '12',
    says: 'how long somebody stays signed in at most, hours',
  },
  SESSION_IDLE_MINUTES: {
    schema: z.coerce.number().int().min(1).max(10_080).default(60),
    usual: '60',
    says: 'after how long without use a session ends, minutes',
  },
  SESSION_SECRET: {
    schema: z
      .string()
      .refine(isSecret, 'is too easy to guess; make one with: openssl rand -base64 32')
      .optional(),
    usual: 'made and kept in DATA_DIR',
    says: 'secret that seals sign-in cookies, 32 characters at least; the same for all instances',
  },
  EDITABLE_SEGMENT_GROUPS: {
    schema: list
      .pipe(z.array(z.enum(segmentGroups)))
      .default(segmentGroups.filter((group) => group !== 'CONSUMER')),
    usual: 'ENTERPRISE,GOVERNMENT,SME,WHOLESALE',
    says: 'segment groups whose CPE may be edited',
  },
  CPE_ALLOWED_PREFIXES: {
    schema: list.pipe(z.array(z.string().refine(isPrefix, 'not a prefix such as 10.0.0.0/8'))).default([]),
    usual: 'any',
    says: 'prefixes in which CPE addresses lie, separated by commas',
  },
  TRUSTED_PROXIES: {
    schema: list
      .pipe(z.array(z.string().refine(isProxy, 'not an address or a prefix such as 10.0.0.0/8')))
      .default([]),
    usual: 'none',
    says: 'addresses or prefixes of the proxies in front, separated by commas: whose X-Forwarded-For says where a request comes from',
  },
  RATE_LIMIT_PER_MINUTE: {
    schema: z.coerce.number().int().min(1).default(1200),
    usual: '1200',
    says: 'requests a minute of somebody who is signed in, wherever they come from',
  },
  RATE_LIMIT_PER_ADDRESS: {
    schema: z.coerce.number().int().min(1).default(6000),
    usual: '6000',
    says: 'requests a minute of one address by whoever is not signed in',
  },
  MAX_CONNECTIONS: {
    schema: z.coerce.number().int().min(10).default(4096),
    usual: '4096',
    says: 'open connections at most, each browser with the portal open holds one',
  },
  MAX_CONNECTIONS_PER_ADDRESS: {
    schema: z.coerce.number().int().min(5).optional(),
    usual: 'half of MAX_CONNECTIONS',
    says: 'open connections of one address at most; TRUSTED_PROXIES have no limit of their own',
  },
  SHUTDOWN_GRACE_S: {
    schema: z.coerce.number().int().min(0).max(600).optional(),
    usual: '0; 15 with NODE_ENV=production',
    says: 'how long a SIGTERM leaves the balancer to notice /readyz before the desk stops, s',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
    usual: 'warn',
    says: 'fatal, error, warn, info, debug, trace or silent',
  },
} as const satisfies Record<string, Setting>;

const environmentSchema = z.object(
  Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema])) as {
    [Name in keyof typeof settings]: (typeof settings)[Name]['schema'];
  },
);

export type Config = z.infer<typeof environmentSchema> & {
  PUBLIC_URL: string;
  MAX_CONNECTIONS_PER_ADDRESS: number;
  SHUTDOWN_GRACE_S: number;
  EDITABLE_SEGMENT_GROUPS: SegmentGroup[];
};

/** What is wrong with a variable, and what it is for. */
const complaint = (name: PropertyKey | undefined, message: string): string => {
  const setting = Object.entries(settings).find(([each]) => each === name)?.[1];
  return `${String(name)}: ${message} (${setting?.says}; usually ${setting?.usual})`;
};

/** Without an issuer anybody may sign in as anybody: that must stay on this machine. */
const exposure = (host: string, publicUrl: string): string | undefined => {
  const instead = 'the demo identity provider asks for no passwords; set OIDC_ISSUER';
  if (!isLoopback(host)) return `HOST: ${host} can be reached from other machines and ${instead}`;
  if (!isLoopback(new URL(publicUrl).hostname))
    return `PUBLIC_URL: ${publicUrl} is not loopback and ${instead}`;
  return undefined;
};

const NO_DEMO =
  'OIDC_ISSUER: with NODE_ENV=production the demo identity provider, which asks for no passwords, is not started; set your issuer';

/** Beyond this machine, cookies and tokens travel over https only. */
const unencrypted = (publicUrl: string, issuer: string | undefined): string | undefined => {
  const isOpen = (url: string) => url.startsWith('http:') && !isLoopback(new URL(url).hostname);
  if (isOpen(publicUrl))
    return `PUBLIC_URL: ${publicUrl} is not https; put TLS in front of the desk and give the address that browsers use`;
  if (issuer !== undefined && isOpen(issuer)) return `OIDC_ISSUER: ${issuer} is not https`;
  return undefined;
};

/** An owner beside the role that the desk works as makes sense for one database, and with two roles. */
const ownership = ({
  DATABASE_URL,
  DATABASE_OWNER_URL,
}: Pick<Config, 'DATABASE_URL' | 'DATABASE_OWNER_URL'>): string | undefined => {
  if (DATABASE_OWNER_URL === undefined) return undefined;
  if (DATABASE_URL === undefined)
    return 'DATABASE_OWNER_URL: goes with DATABASE_URL, the same database as the role that the desk works as';
  if (new URL(DATABASE_URL).username === '')
    return 'DATABASE_URL: names no role, as in postgres://ROLE@host/db';
  if (new URL(DATABASE_URL).username !== new URL(DATABASE_OWNER_URL).username) return undefined;
  return 'DATABASE_OWNER_URL: names the role of DATABASE_URL; the desk has to work as another one, which owns nothing';
};

/** Each transaction through such a pooler may have another session of the server: what needs one of its own goes past it. */
const pooling = ({
  DATABASE_URL,
  DATABASE_OWNER_URL,
  DATABASE_LISTEN_URL,
  DATABASE_PREPARE,
}: z.infer<typeof environmentSchema>): string | undefined => {
  if (DATABASE_URL === undefined && DATABASE_LISTEN_URL !== undefined)
    return 'DATABASE_LISTEN_URL: goes with DATABASE_URL, the same database without a pooler';
  if (DATABASE_PREPARE) return undefined;
  if (DATABASE_URL === undefined)
    return 'DATABASE_PREPARE: false goes with DATABASE_URL, the address of a pooler';
  if (DATABASE_LISTEN_URL !== undefined && DATABASE_OWNER_URL !== undefined) return undefined;
  const missing = DATABASE_LISTEN_URL === undefined ? 'DATABASE_LISTEN_URL' : 'DATABASE_OWNER_URL';
  return `${missing}: goes with DATABASE_PREPARE=false, the address of the database without the pooler`;
};

/** Reads the configuration from the environment. Answers messages that name each wrong variable. */
export const readConfig = (
  environment: Record<string, string | undefined>,
): { ok: true; config: Config } | { ok: false; messages: string[] } => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success)
    return {
      ok: false,
      messages: parsed.error.issues.map(({ path, message }) => complaint(path[0], message)),
    };
  const publicUrl = (parsed.data.PUBLIC_URL ?? `http://localhost:${parsed.data.PORT}`).replace(/\/$/, '');
  const exposed = parsed.data.OIDC_ISSUER === undefined && exposure(parsed.data.HOST, publicUrl);
  const isProduction = environment.NODE_ENV === 'production';
  const demo = isProduction && parsed.data.OIDC_ISSUER === undefined ? NO_DEMO : undefined;
  const wrong =
    demo ||
    exposed ||
    unencrypted(publicUrl, parsed.data.OIDC_ISSUER) ||
    ownership(parsed.data) ||
    pooling(parsed.data);
  if (wrong) return { ok: false, messages: [wrong] };
  const { MAX_CONNECTIONS, SHUTDOWN_GRACE_S = isProduction ? 15 : 0 } = parsed.data;
  const { MAX_CONNECTIONS_PER_ADDRESS = Math.floor(MAX_CONNECTIONS / 2) } = parsed.data;
  // Before that "NIG never got it" cannot be believed, and a person could only guess.
  const SETTLE_DEADLINE_MS = Math.max(parsed.data.SETTLE_DEADLINE_MS, 3 * parsed.data.NIG_TIMEOUT_MS);
  const filled = {
    PUBLIC_URL: publicUrl,
    MAX_CONNECTIONS_PER_ADDRESS,
    SHUTDOWN_GRACE_S,
    SETTLE_DEADLINE_MS,
  };
  return { ok: true, config: { ...parsed.data, ...filled } };
};

/** The help text: each variable, its usual value and its meaning. */
export const configHelp = (): string =>
  Object.entries(settings)
    .map(([name, { usual, says }]) => `  ${name} (${usual})\n      ${says}`)
    .join('\n');

/** The same as a table in Markdown. */
export const configTable = (): string =>
  [
    '| variable | usually | what |',
    '| --- | --- | --- |',
    ...Object.entries(settings).map(([name, { usual, says }]) => `| \`${name}\` | ${usual} | ${says} |`),
  ].join('\n');

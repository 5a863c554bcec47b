import { z } from 'zod';
import { PASSWORD_FILE } from '../platform/database/client.ts';
import {
  hostsOf,
  PortsError,
  SESSION_ATTRIBUTES,
  WANTED,
  WRITES,
  wantedOf,
  withHostsInQuery,
} from '../platform/database/hosts.ts';
import { FEWEST_CONNECTIONS } from '../platform/database/limits.ts';
import { isLoopback } from '../platform/http/loopback.ts';
import { type Conflict, text, usually, type ValuesOf, whole, without } from './setting.ts';

/**
 * A URL needs one host; a socket's host and several hosts are in the query, as in
 * `postgres://desk@/db?host=/run`.
 */
const postgresUrl = z
  .string()
  .transform((url) => url.replace(/^(postgres(?:ql)?:\/\/[^/@]*@)\//, '$1localhost/'))
  .transform(withHostsInQuery)
  .pipe(z.url({ protocol: /^postgres(ql)?$/ }));

/** How the desk reaches PostgreSQL. */
export const databaseSettings = {
  DATABASE_URL: without(
    'embedded PostgreSQL',
    postgresUrl.optional(),
    'postgres://… of PostgreSQL 15 or newer; to another machine with sslmode=verify-full; several hosts as in @a:5432,b:5432/db?target_session_attrs=read-write',
  ),
  DATABASE_OWNER_URL: without(
    'DATABASE_URL, with a warning',
    postgresUrl.optional(),
    'the same database as the owner of its tables; DATABASE_URL is then a role without rights of its own',
  ),
  DATABASE_LISTEN_URL: without(
    'DATABASE_URL',
    postgresUrl.optional(),
    'the same database without the pooler of DATABASE_URL: for the viewers of other instances',
  ),
  DATABASE_READ_URL: without(
    'DATABASE_URL',
    postgresUrl.optional(),
    'streaming standby of the same database, or a balancer of several: for lists, searches, reports and exports, which may be 5 s old',
  ),
  DATABASE_PASSWORD_FILE: without(
    "the address's password",
    text.optional(),
    'file with the password of DATABASE_URL, DATABASE_LISTEN_URL and DATABASE_READ_URL, read at each connection',
  ),
  DATABASE_OWNER_PASSWORD_FILE: without(
    "the address's password",
    text.optional(),
    'the same for DATABASE_OWNER_URL',
  ),
  DATABASE_TLS: without(
    'must verify, to other machines',
    z.literal('disable').optional(),
    'disable: connections to other machines may be open to anyone on the way',
  ),
  DATABASE_CA_FILE: without(
    'authorities of Node',
    text.optional(),
    'certificates (PEM) of the authorities that sign for PostgreSQL, read at each connection',
  ),
  DATABASE_CERT_FILE: without(
    'none',
    text.optional(),
    'certificate (PEM) that the desk shows to PostgreSQL, read at each connection',
  ),
  DATABASE_KEY_FILE: without(
    'none',
    text.optional(),
    'private key (PEM) of DATABASE_CERT_FILE, read at each connection',
  ),
  DATABASE_SYNC: without(
    'warn; off where the database is on this machine',
    z.enum(['off', 'warn', 'require']).optional(),
    'whether commits must wait for a synchronous standby; require: /readyz is 503 without one',
  ),
  MIGRATE_AT_START: usually(
    'true',
    z.stringbool(),
    'false: a start on an older schema stops; prepare the database with npm run migrate',
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
};

type DatabaseValues = ValuesOf<typeof databaseSettings>;
const ADDRESSES = [
  ...(['DATABASE_URL', 'DATABASE_OWNER_URL'] as const),
  ...(['DATABASE_LISTEN_URL', 'DATABASE_READ_URL'] as const),
];

/** Whether a connection stays on this machine: by a socket, or by loopback. */
const staysHere = ({ hostname, searchParams }: URL): boolean => {
  const hosts = searchParams.get('host') ?? decodeURIComponent(hostname);
  return hosts.split(',').every((host) => host.startsWith('/') || isLoopback(host));
};

/** DATABASE_SYNC, or what applies without it. */
export const synchronousModeOf = ({ DATABASE_SYNC, DATABASE_URL }: DatabaseValues) => {
  const url = URL.parse(DATABASE_URL ?? '');
  return DATABASE_SYNC ?? (url === null || staysHere(url) ? 'off' : 'warn');
};

/** The addresses with the files that belong to them, as node-postgres reads them. */
export const completeAddresses = (read: DatabaseValues): DatabaseValues => {
  const complete = { ...read };
  for (const name of ADDRESSES) {
    const url = URL.parse(read[name] ?? '');
    if (url === null) continue;
    const isOwner = name === 'DATABASE_OWNER_URL';
    const files = {
      [PASSWORD_FILE]: isOwner ? read.DATABASE_OWNER_PASSWORD_FILE : read.DATABASE_PASSWORD_FILE,
      sslrootcert: read.DATABASE_CA_FILE,
      sslcert: read.DATABASE_CERT_FILE,
      sslkey: read.DATABASE_KEY_FILE,
    };
    for (const [parameter, file] of Object.entries(files))
      if (file !== undefined) url.searchParams.set(parameter, file);
    complete[name] = url.href;
  }
  return complete;
};

const openAddress = (name: string, address: string | undefined): Conflict => {
  const url = URL.parse(address ?? '');
  if (url === null || staysHere(url) || url.searchParams.get('sslmode') === 'verify-full') return;
  return `${name}: leaves this machine without sslmode=verify-full; add that, with DATABASE_CA_FILE where your own authority signs, or set DATABASE_TLS=disable`;
};

/**
 * What is wrong with the hosts of an address. `writes`: the desk writes there, so it needs the
 * primary.
 */
const wrongHosts = (
  name: string,
  address: string | undefined,
  { writes = true } = {},
): Conflict => {
  const url = URL.parse(address ?? '');
  const wanted = url?.searchParams.get(WANTED) ?? null;
  if (url === null) return undefined;
  if (wanted !== null && !SESSION_ATTRIBUTES.some((one) => one === wanted))
    return `${name}: ${WANTED}=${wanted} is none of ${SESSION_ATTRIBUTES.join(', ')}`;
  try {
    const hosts = hostsOf(url);
    if (!writes || WRITES.includes(wantedOf(url))) return undefined;
    if (wanted === null && hosts.length === 1) return undefined;
    return `${name}: the desk writes there; add ${WANTED}=read-write, so that it finds the primary among the hosts`;
  } catch (error) {
    if (error instanceof PortsError) return `${name}: ${error.message}; give one port, or one each`;
    throw error;
  }
};

const roleOf = (url: string) => new URL(url).username;
const BESIDE = 'goes with DATABASE_PREPARE=false, the address of the database without the pooler';

export const databaseConflicts = ({
  DATABASE_URL: url,
  DATABASE_OWNER_URL: owner,
  DATABASE_LISTEN_URL: listen,
  DATABASE_READ_URL: standby,
  DATABASE_PREPARE: prepare,
  ...read
}: DatabaseValues): Conflict[] => [
  wrongHosts('DATABASE_URL', url),
  wrongHosts('DATABASE_OWNER_URL', owner),
  wrongHosts('DATABASE_LISTEN_URL', listen),
  wrongHosts('DATABASE_READ_URL', standby, { writes: false }),
  standby !== undefined &&
    url === undefined &&
    'DATABASE_READ_URL: goes with DATABASE_URL, whose standby it is',
  standby !== undefined &&
    url !== undefined &&
    roleOf(url) !== roleOf(standby) &&
    'DATABASE_READ_URL: names another role than DATABASE_URL; a standby has the same roles',
  // A separate owner needs a database of DATABASE_URL and two roles.
  owner !== undefined &&
    url === undefined &&
    "DATABASE_OWNER_URL: goes with DATABASE_URL, the same database with the desk's role",
  owner !== undefined &&
    url !== undefined &&
    roleOf(url) === '' &&
    'DATABASE_URL: names no role, as in postgres://ROLE@host/db',
  owner !== undefined &&
    url !== undefined &&
    roleOf(url) === roleOf(owner) &&
    'DATABASE_OWNER_URL: names the role of DATABASE_URL; the desk must use a role that owns nothing',
  // A pooler that gives each transaction another connection serves no session of its own.
  listen !== undefined &&
    url === undefined &&
    'DATABASE_LISTEN_URL: goes with DATABASE_URL, the same database without a pooler',
  !prepare &&
    url === undefined &&
    'DATABASE_PREPARE: false goes with DATABASE_URL, the address of a pooler',
  !prepare && listen === undefined && `DATABASE_LISTEN_URL: ${BESIDE}`,
  !prepare && read.MIGRATE_AT_START && owner === undefined && `DATABASE_OWNER_URL: ${BESIDE}`,
  ...(read.DATABASE_TLS === 'disable'
    ? []
    : [
        openAddress('DATABASE_URL', url),
        openAddress('DATABASE_OWNER_URL', owner),
        openAddress('DATABASE_LISTEN_URL', listen),
        openAddress('DATABASE_READ_URL', standby),
      ]),
  (read.DATABASE_CERT_FILE === undefined) !== (read.DATABASE_KEY_FILE === undefined) &&
    'DATABASE_CERT_FILE: goes with DATABASE_KEY_FILE',
];

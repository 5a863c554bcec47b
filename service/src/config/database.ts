import { z } from 'zod';
import { FEWEST_CONNECTIONS } from '../platform/database/limits.ts';
import { type Conflict, usually, type ValuesOf, whole, without } from './setting.ts';

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** How the desk reaches PostgreSQL. */
export const databaseSettings = {
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
};

const roleOf = (url: string) => new URL(url).username;
const BESIDE = 'goes with DATABASE_PREPARE=false, the address of the database without the pooler';

export const databaseConflicts = ({
  DATABASE_URL: url,
  DATABASE_OWNER_URL: owner,
  DATABASE_LISTEN_URL: listen,
  DATABASE_PREPARE: prepare,
}: ValuesOf<typeof databaseSettings>): Conflict[] => [
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
  !prepare && owner === undefined && `DATABASE_OWNER_URL: ${BESIDE}`,
];

import { z } from 'zod';
import {
  completeAddresses,
  databaseConflicts,
  databaseSettings,
  synchronousModeOf,
} from './database.ts';
import { type Environment, readEnvironment, unknownSettings } from './environment.ts';
import { nigSettings } from './nig.ts';
import { nigConflicts, tlsWithoutCheck } from './nig-conflicts.ts';
import { bulkSettings, historySettings, policySettings, retentionSettings } from './policy.ts';
import { limitSettings, publicUrlOf, serverConflicts, serverSettings } from './server.ts';
import type { Conflict } from './setting.ts';
import { signInConflicts, signInSettings } from './sign-in.ts';
import { telemetrySettings } from './telemetry.ts';

/** The settings by group, in the order in which `--help` shows them. */
export const settingGroups = {
  Server: serverSettings,
  Database: databaseSettings,
  NIG: nigSettings,
  'Sign-in': signInSettings,
  Policy: policySettings,
  Retention: retentionSettings,
  Bulk: bulkSettings,
  History: historySettings,
  Limits: limitSettings,
  Telemetry: telemetrySettings,
};

const environmentSchema = z.object({
  ...serverSettings,
  ...databaseSettings,
  ...nigSettings,
  ...signInSettings,
  ...policySettings,
  ...retentionSettings,
  ...bulkSettings,
  ...historySettings,
  ...limitSettings,
  ...telemetrySettings,
});

export type Config = z.infer<typeof environmentSchema> & {
  PUBLIC_URL: string;
  MAX_CONNECTIONS_PER_ADDRESS: number;
  SHUTDOWN_GRACE_S: number;
  DATABASE_SYNC: ReturnType<typeof synchronousModeOf>;
};

/** The fault of a variable, and its meaning. */
const complaint = ({ path: [name], message }: z.core.$ZodIssue): string => {
  const setting = environmentSchema.shape[name as keyof typeof environmentSchema.shape];
  const { description, usual } = setting.meta() ?? {};
  return `${String(name)}: ${message} (${description}; usually ${usual})`;
};

/** What a production must name; its stand-ins answer as if the real ones had. */
const missingInProduction = (read: Record<string, unknown>): Conflict[] => [
  read.NIG_URL === undefined &&
    'NIG_URL: with NODE_ENV=production no simulator starts, which accepts every update; set the address of NIG',
  read.DATABASE_URL === undefined &&
    'DATABASE_URL: with NODE_ENV=production no embedded PostgreSQL starts; set the address of your database',
];

/** Reads the configuration from the environment. Returns a message for each wrong variable. */
export const readConfig = (
  environment: Environment,
): { ok: true; config: Config } | { ok: false; messages: string[] } => {
  const { given, faults } = readEnvironment(environment);
  const { success, data, error } = environmentSchema.safeParse(given);
  const isProduction = environment.NODE_ENV === 'production';
  const unknown = isProduction ? unknownSettings(given, Object.keys(environmentSchema.shape)) : [];
  if (!success)
    return { ok: false, messages: [...faults, ...unknown, ...error.issues.map(complaint)] };
  const read = { ...data, ...completeAddresses(data) };
  const PUBLIC_URL = publicUrlOf(read);
  const conflicts = [
    ...faults,
    ...unknown,
    ...signInConflicts(read, { HOST: read.HOST, publicUrl: PUBLIC_URL, isProduction }),
    ...(isProduction ? missingInProduction(read) : []),
    ...serverConflicts(read),
    ...databaseConflicts(read),
    ...nigConflicts(read),
    tlsWithoutCheck(environment.NODE_TLS_REJECT_UNAUTHORIZED),
  ].filter((conflict) => typeof conflict === 'string');
  if (conflicts.length > 0) return { ok: false, messages: conflicts };
  const { MAX_CONNECTIONS, SHUTDOWN_GRACE_S = isProduction ? 15 : 0 } = read;
  const { MAX_CONNECTIONS_PER_ADDRESS = Math.floor(MAX_CONNECTIONS / 2) } = read;
  // Before that "NIG never got it" is not certain, and a person could only guess.
  const SETTLE_DEADLINE_MS = Math.max(read.SETTLE_DEADLINE_MS, 3 * read.NIG_TIMEOUT_MS);
  const filled = {
    PUBLIC_URL,
    MAX_CONNECTIONS_PER_ADDRESS,
    SHUTDOWN_GRACE_S,
    SETTLE_DEADLINE_MS,
    DATABASE_SYNC: synchronousModeOf(read),
  };
  return { ok: true, config: { ...read, ...filled } };
};

import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { keyFileOf, readKey } from '../history/keys/signing-key.ts';
import { connectionOptions } from '../nig/adapters/open-nig.ts';
import { StartError } from '../platform/process/start-error.ts';
import { openTlsFiles } from '../platform/process/tls-files.ts';
import { issuerConfig } from './issuer-config.ts';
import { openTls } from './open-tls.ts';

const SILENT = { warn() {}, error() {} };
const DATABASE_TLS = {
  names: { ca: 'DATABASE_CA_FILE', cert: 'DATABASE_CERT_FILE', key: 'DATABASE_KEY_FILE' },
  code: 'tls',
} as const;

const checkDatabaseTls = (config: Config) => {
  const { DATABASE_CA_FILE: ca, DATABASE_CERT_FILE: cert, DATABASE_KEY_FILE: key } = config;
  const paths = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  openTlsFiles(paths, DATABASE_TLS, () => {});
};

/** Files that are only read: their contents are for others to judge. */
const READ = [
  'DATABASE_PASSWORD_FILE',
  'DATABASE_OWNER_PASSWORD_FILE',
  'NIG_NATS_CREDS_FILE',
] as const;

const checkReadable = async (config: Config, name: (typeof READ)[number]) => {
  const path = config[name];
  if (path === undefined) return;
  await readFile(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : 'unusable';
    throw new StartError('tls', `${name}: ${path} cannot be read: ${reason}`);
  });
};

const checkHistoryKey = async (config: Config) => {
  if (config.HISTORY_KEY_FILE === undefined || (await readKey(keyFileOf(config)))) return;
  const message = `HISTORY_KEY_FILE: ${config.HISTORY_KEY_FILE} does not exist`;
  throw new StartError('history-key', message);
};

const checkProfile = async ({ NIG_PROFILE }: Config) => {
  if (NIG_PROFILE === undefined) return;
  // JSONata takes time that other starts do not need.
  const { loadProfile } = await import('../nig/mapped-http/load-profile.ts');
  await loadProfile(NIG_PROFILE);
};

/**
 * The faults of the files that the settings name, for `--check-config`: what a start would stop
 * at, or wait for. Connects to nothing and writes nothing.
 */
export const fileFaults = async (config: Config): Promise<string[]> => {
  const checks: (() => unknown)[] = [
    () => openTls(config, SILENT),
    () => checkDatabaseTls(config),
    ...READ.map((name) => () => checkReadable(config, name)),
    () => checkProfile(config),
    () => connectionOptions(config, config.NIG_URL ?? '', SILENT),
    () => issuerConfig(config, ''),
    () => checkHistoryKey(config),
  ];
  const faults: string[] = [];
  for (const check of checks)
    try {
      await check();
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      faults.push(error.message);
    }
  return faults;
};

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clients, clientsOf } from '../support/client.ts';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const CLOCK = new URL('jumping-clock.ts', import.meta.url).href;
/** As `npm start` does. */
const START_FLAGS = ['--max-semi-space-size=64'];
/** Its people sign in. Releases up to 0.1.0 have them in the service. */
const DEMO_MAIN = 'demo/src/main.ts';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The service in a process of its own, which a test kills. */
export type ServiceProcess = AsyncDisposable &
  Clients & {
    origin: string;
    pid: number;
    /** Ends the process as a power cut does, and waits until it is gone. */
    kill(): Promise<void>;
    signal(signal: 'SIGINT' | 'SIGTERM'): void;
    /** The exit code when the process has ended; null after `kill`. */
    ended: Promise<number | null>;
    /** What the process has printed on standard output. */
    said(): string;
    /** Sets the clock of the process: an hour ahead, then an hour back, then right again. */
    jumpClock(): void;
  };

/** The history key of all instances on one database. */
const sharedKeyFile = (): string => {
  if (keyFile !== undefined) return keyFile;
  const folder = mkdtempSync(join(tmpdir(), 'cpe-desk-key-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  keyFile = join(folder, 'history-key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return keyFile;
};
let keyFile: string | undefined;

/**
 * Starts the desk with the demo's people on a database and a NIG; without a database, on its own in
 * `dataDir`.
 */
export async function startServiceProcess(options: {
  /** Its database as the owner, and as the role that the desk works as. */
  database?: { url: string; applicationUrl: string };
  dataDir?: string;
  /** The folder of the release; this one unless given. */
  root?: string;
  nigUrl: string;
  nigTimeoutMs: number;
  /** Further settings, by variable. */
  settings?: Readonly<Record<string, string>>;
}): Promise<ServiceProcess> {
  const folder = await tempFolder();
  const port = Number(options.settings?.PORT ?? (await freePort()));
  const origin = `http://localhost:${port}`;
  const { database, dataDir = folder.path } = options;
  const root = options.root ?? ROOT;
  const main = [DEMO_MAIN, 'service/src/main.ts'].map((path) => join(root, path)).find(existsSync);
  assert.ok(main, `${root} has no desk`);
  const child = spawn(process.execPath, [...START_FLAGS, '--import', CLOCK, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      ...(database && {
        DATABASE_URL: database.applicationUrl,
        DATABASE_OWNER_URL: database.url,
        HISTORY_KEY_FILE: sharedKeyFile(),
      }),
      NIG_URL: options.nigUrl,
      NIG_TIMEOUT_MS: String(options.nigTimeoutMs),
      RATE_LIMIT_PER_MINUTE: '1000000',
      RATE_LIMIT_PER_ADDRESS: '1000000',
      // Everybody comes from this machine.
      MAX_CONNECTIONS_PER_ADDRESS: '4096',
      LOG_LEVEL: 'silent',
      ...options.settings,
    },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  const ended = once(child, 'exit').then(() => child.exitCode);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    if (hasEnded()) return;
    child.kill('SIGKILL');
    await ended;
  };
  const end = async () => {
    await kill();
    await folder[Symbol.asyncDispose]();
  };
  try {
    await until('the service is ready', async () => {
      if (hasEnded()) throw new Error(`The service ended (${child.exitCode ?? child.signalCode})`);
      return fetch(`${origin}/readyz`).then(
        ({ ok }) => ok,
        () => false, // does not listen yet
      );
    });
  } catch (error) {
    await end();
    throw error;
  }
  return {
    origin,
    pid: child.pid ?? 0,
    kill,
    signal: (signal) => void child.kill(signal),
    ended,
    said: () => said,
    jumpClock: () => void child.kill('SIGUSR2'),
    ...clientsOf(origin),
    [Symbol.asyncDispose]: end,
  };
}

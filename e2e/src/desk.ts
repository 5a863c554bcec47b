import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../service/test/support/free-port.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 120_000;
const STOPPED_WITHIN_MS = 30_000;

/** The product as `npm start` runs it, a process of its own. */
export type RunningDesk = {
  origin: string;
  nigUrl: string;
  /** What it has printed. */
  said(): string;
  /** Sends a signal and waits until it is gone; answers its exit code, null after `kill -9`. */
  stop(signal?: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

/**
 * Where and how to run: ports and the data folder, so that a further start can take the same ones.
 */
export type DeskPlace = { port: number; nigPort: number; dataDir: string };

/** A place of its own in the temporary folder; removed at the end of the block. */
export async function newPlace(): Promise<DeskPlace & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cpe-desk-e2e-'));
  return {
    port: await freePort(),
    nigPort: await freePort(),
    dataDir,
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Runs `npm start`'s command; does not wait for anything. */
export function launch(place: DeskPlace, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', 'demo/src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: String(place.port),
      NIG_PORT: String(place.nigPort),
      DATA_DIR: place.dataDir,
      ...environment,
    },
  });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return { child, said: () => said };
}

const exitOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

/** Waits until the desk says where it is; one that does not is killed. */
const becomesReady = async ({ child, said }: ReturnType<typeof launch>): Promise<void> => {
  const isReady = new Promise<void>((resolve) => {
    child.stdout.on('data', () => {
      if (said().includes('Ctrl-C stops it')) resolve();
    });
  });
  const timeout = AbortSignal.timeout(READY_WITHIN_MS);
  try {
    await Promise.race([isReady, once(child, 'exit', { signal: timeout })]);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`The desk was not ready in time:\n${said()}`, { cause: error });
  }
  if (child.exitCode !== null) throw new Error(`The desk ended (${child.exitCode}):\n${said()}`);
};

/** Starts the desk and waits until it says where it is; it stops at the end of the block. */
export async function startDesk(
  place: DeskPlace,
  environment: Record<string, string> = {},
): Promise<RunningDesk & AsyncDisposable> {
  const launched = launch(place, environment);
  await becomesReady(launched);
  const { child, said } = launched;
  const stop: RunningDesk['stop'] = async (signal = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exitOf(child);
  };
  return {
    origin: `http://localhost:${place.port}`,
    nigUrl: `http://127.0.0.1:${place.nigPort}`,
    said,
    stop,
    async [Symbol.asyncDispose]() {
      const kill = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      await stop();
      clearTimeout(kill);
    },
  };
}

/** Starts the desk in a place of its own; both are gone at the end of the block. */
export async function deskOfItsOwn(
  environment: Record<string, string> = {},
): Promise<RunningDesk & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const place = opened.use(await newPlace());
  const desk = opened.use(await startDesk(place, environment));
  const stack = opened.move();
  return { ...desk, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

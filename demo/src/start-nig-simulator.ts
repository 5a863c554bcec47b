import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { StartError } from '../../service/src/platform/process/start-error.ts';

const MAIN = fileURLToPath(new URL('../../nig-simulator/src/main.ts', import.meta.url));
const readySchema = z.object({ port: z.int(), natsPort: z.int().nullable() });

/** `url`: where it speaks HTTP, `natsUrl`: where it speaks NATS, if it does. */
export type NigSimulator = { url: string; natsUrl?: string; stop(): Promise<void> };

/** Where the simulator listens. Under `node --watch` a process sends other messages, too. */
const readyOf = (child: ChildProcess): Promise<z.infer<typeof readySchema>> =>
  new Promise((resolve) => {
    child.on('message', (message) => {
      const ready = readySchema.safeParse(message);
      if (ready.success) resolve(ready.data);
    });
  });

/** Starts the bundled simulator as a child process, which ends with the desk, also on kill -9. */
export async function startNigSimulator(options: {
  port: number;
  dataDir: string;
  print: (line: string) => void;
  /** The port for NATS, 0: a free one; absent: none. */
  natsPort?: number;
}): Promise<NigSimulator> {
  const child = fork(MAIN, [], {
    // Its own process group: Ctrl-C reaches the desk only, which needs NIG for its running updates.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      NIG_HOST: '127.0.0.1',
      NIG_PORT: String(options.port),
      NIG_NATS_PORT: options.natsPort === undefined ? '' : String(options.natsPort),
      NIG_DATA_FILE: join(resolve(options.dataDir), 'nig-simulator.ndjson'),
    },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(child, 'exit');
  const ready = await Promise.race([readyOf(child), ended.then(() => undefined)]);
  if (ready === undefined)
    throw new StartError(
      'nig-simulator',
      said.trim() || 'The NIG simulator ended without a message',
    );

  let isStopping = false;
  child.once('exit', (code, signal) => {
    if (isStopping) return;
    const how = signal ?? `code ${code}`;
    options.print(
      `The NIG simulator ended (${how}): updates fail with nig-unavailable until a restart`,
    );
  });
  return {
    url: `http://127.0.0.1:${ready.port}`,
    ...(ready.natsPort !== null && { natsUrl: `nats://127.0.0.1:${ready.natsPort}` }),
    async stop() {
      isStopping = true;
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

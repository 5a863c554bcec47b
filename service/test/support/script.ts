import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process whose output a test reads, and which it kills. */
export type Script = AsyncDisposable & {
  /** The next line of output; throws when the process ends without one. */
  line(): Promise<string>;
  /** Ends the process as `kill -9` does, and waits. */
  kill(): Promise<void>;
};

/** Runs the text of a TypeScript module until the end of the block: `await using script = …`. */
export function runScript(
  code: string,
  options: SpawnOptions & { execPath?: string } = {},
): Script {
  const { execPath = process.execPath, ...spawnOptions } = options;
  const child = spawn(execPath, ['--input-type=module-typescript', '--eval', code], {
    ...spawnOptions,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('The script ended without another line');
      return value;
    },
    kill: () => kill(child),
    [Symbol.asyncDispose]: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

const PROGRAM = '/usr/bin/caddy';
const FILE = fileURLToPath(new URL('../../../deploy/caddy/Caddyfile', import.meta.url));

export type Caddy = AsyncDisposable & {
  origin: string;
  /** The certificate (PEM) of Caddy's own authority. */
  authority: string;
};

/** Debian's Caddy with deploy/caddy/Caddyfile, at `localhost:port`, before desks. */
export const startCaddy = async (port: number, desks: readonly string[]): Promise<Caddy> => {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const child = spawn(PROGRAM, ['run', '--config', FILE, '--adapter', 'caddyfile'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      XDG_DATA_HOME: path,
      XDG_CONFIG_HOME: path,
      // It would ask for a password to trust its authority system-wide.
      HOME: path,
      CADDY_ADMIN: `localhost:${await freePort()}`,
      HTTP_PORT: String(await freePort()),
      DESK_ADDRESS: `https://localhost:${port}`,
      DESKS: desks.join(' '),
    },
  });
  stack.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const file = join(path, 'caddy/pki/authorities/local/root.crt');
  const authority = await until('Caddy has its authority', () =>
    readFile(file, 'utf8').catch(() => undefined),
  );
  const rest = stack.move();
  return {
    origin: `https://localhost:${port}`,
    authority,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
};

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { postgresAccount } from '../../src/platform/embedded-postgres/postgres-programs.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

/** The path on Debian, which is not in the PATH of an ordinary user. */
const PROGRAM = '/usr/sbin/pgbouncer';

/** PgBouncer in transaction mode before the server of `url`, with a limit of connections. */
export const startPgbouncer = async (
  url: string,
  { connections }: { connections: number },
): Promise<AsyncDisposable & { url: string }> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const [ini, users] = [join(folder.path, 'pgbouncer.ini'), join(folder.path, 'userlist.txt')];
  const port = await freePort();
  const { hostname, port: serverPort, username, password } = new URL(url);
  await writeFile(users, `"${username}" "${password}"\n`, { mode: 0o600 });
  await writeFile(
    ini,
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${connections}
max_db_connections = ${connections}
`,
  );
  // Like PostgreSQL it does not run as root.
  const account = await postgresAccount(join(folder.path, 'none'));
  if (account) await chown(users, account.uid, account.gid);
  const child = spawn(PROGRAM, ['-q', ini], { ...account, stdio: 'ignore' });
  stack.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const pooled = new URL(url);
  pooled.host = `127.0.0.1:${port}`;
  await until('PgBouncer answers', () => answers(pooled.href));
  const rest = stack.move();
  return { url: pooled.href, [Symbol.asyncDispose]: () => rest.disposeAsync() };
};

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select');
    return true;
  } catch {
    return false; // It does not listen yet.
  } finally {
    await client.end().catch(() => {});
  }
};

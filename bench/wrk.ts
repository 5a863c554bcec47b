import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const LUA = fileURLToPath(new URL('post-bodies.lua', import.meta.url));
const execute = promisify(execFile);

const wrkSchema = z.object({
  seconds: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
  statuses: z.record(z.string(), z.number()),
});

export type Wrk = z.infer<typeof wrkSchema>;

/** Sends each body once over a number of connections; times in ms. */
export const wrk = async (
  origin: string,
  file: string,
  token: string,
  most: number,
  connections: number,
): Promise<Wrk> => {
  const running = execute(
    'wrk',
    ['-t', '1', '-c', String(connections), '-d', '600s', '--timeout', '30s', '-s', LUA, origin],
    { env: { ...process.env, BODIES: file, MOST: String(most), TOKEN: token } },
  );
  running.child.stderr?.once('data', () => running.child.kill('SIGINT'));
  const { stdout } = await running;
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (result === undefined) throw new Error(stdout);
  return wrkSchema.parse(JSON.parse(result));
};

/** Throws unless all answers were 200. */
export const assertAll200 = ({ statuses }: Wrk, most: number) => {
  if (statuses['200'] !== most)
    throw new Error(`${most} updates were sent; the answers were ${JSON.stringify(statuses)}`);
};

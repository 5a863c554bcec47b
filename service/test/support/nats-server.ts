import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** The path on Debian. */
const PROGRAM = '/usr/sbin/nats-server';

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** A real nats-server that a test kills and starts again on the same port. */
export const startNatsServer = async () => {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(PROGRAM, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    await until('nats-server listens', () => isListening(port));
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return { url: `nats://127.0.0.1:${port}`, start, kill, [Symbol.asyncDispose]: kill };
};

/** Forwards the requests below `nig` on NATS to a NIG that speaks the wire contract over HTTP. */
export const bridgeToHttp = async (natsUrl: string, httpUrl: string): Promise<AsyncDisposable> => {
  let connection: NatsConnection | undefined;
  let isClosed = false;
  const answer = async (subject: string, text: string): Promise<string | undefined> => {
    const { updateId, ...body } = JSON.parse(text);
    const path = subject.endsWith('cpes.get')
      ? `/cpes/${body.serviceLineId}`
      : `/cpe-updates/${updateId}`;
    const isPut = subject.endsWith('.put');
    const response = await fetch(httpUrl + path, {
      ...(isPut && { method: 'PUT', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(3000),
    });
    return response.text();
  };
  const serve = async (): Promise<void> => {
    while (!isClosed)
      try {
        connection = await connect({ servers: new URL(natsUrl).host, reconnect: false });
        for await (const message of connection.subscribe('nig.>'))
          void answer(message.subject, message.string())
            .then((reply) => message.respond(reply))
            // NIG dropped the connection, or NATS is away: no reply, as from a NIG that fails.
            .catch(() => {});
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50)); // The server is being restarted.
      }
  };
  const serving = serve();
  await until('the bridge is connected', async () => connection !== undefined);
  await connection?.flush();
  return {
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await connection?.close();
      await serving;
    },
  };
};

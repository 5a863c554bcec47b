import { createSimulator } from './server.ts';

/** Time that active requests have to finish after a signal, ms. Hanging requests never finish. */
const GRACE_MS = 500;

const fail = (message: string): never => {
  console.error(`nig-simulator: ${message}`);
  process.exit(1);
};

const parsePort = (text: string, name = 'NIG_PORT'): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535
    ? port
    : fail(`${name} is "${text}", but must be a whole number from 0 to 65535`);
};

const host = process.env.NIG_HOST || '127.0.0.1';
const port = parsePort(process.env.NIG_PORT || '3001');
/** Empty: the simulator does not speak NATS. */
const natsPort = process.env.NIG_NATS_PORT || undefined;
const dataFile = process.env.NIG_DATA_FILE || '.data/nig-simulator.ndjson';

const start = (): ReturnType<typeof createSimulator> => {
  try {
    return createSimulator({ dataFile });
  } catch (error) {
    // The file cannot be opened, or is not a simulator's.
    return fail(`NIG_DATA_FILE cannot be used: ${error instanceof Error ? error.message : error}`);
  }
};

const { server, nats } = start();

const stop = (): void => {
  nats.close();
  server.close(() => process.exit(0));
  setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// The parent was killed, even with kill -9: the kernel closes its end. Without this nothing would
// stop this process.
process.once('disconnect', stop);
// The parent may have been killed while this module was loading, before the listener existed.
if (process.connected === false) process.exit(0);

server.on('error', (error) => fail(`NIG_HOST ${host}, NIG_PORT ${port}: ${error.message}`));
nats.on('error', (error) => fail(`NIG_HOST ${host}, NIG_NATS_PORT ${natsPort}: ${error.message}`));

const portOf = (of: { address(): unknown }, otherwise: number): number => {
  const at = of.address();
  return typeof at === 'object' && at !== null && 'port' in at ? Number(at.port) : otherwise;
};

const listening = (): void => {
  const at = host.includes(':') ? `[${host}]` : host;
  const [httpPort, busPort] = [portOf(server, port), portOf(nats, 0)];
  console.log(`nig-simulator listening on http://${at}:${httpPort}`);
  if (natsPort !== undefined) console.log(`nig-simulator listening on nats://${at}:${busPort}`);
  // A parent that has ended is no error here: 'disconnect' follows.
  process.send?.({ port: httpPort, natsPort: natsPort === undefined ? null : busPort }, () => {});
};

server.listen(port, host, () => {
  if (natsPort === undefined) listening();
  else nats.listen(parsePort(natsPort, 'NIG_NATS_PORT'), host, listening);
});

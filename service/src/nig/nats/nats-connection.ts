import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { StartError } from '../../platform/process/start-error.ts';
import type { TlsFiles } from '../../platform/process/tls-files.ts';

export type NatsOptions = {
  /** `nats://…` or `tls://…`; the second insists on TLS. */
  url: string;
  /** Limits one attempt to connect. */
  timeoutMs: number;
  credsFile?: string;
  tls?: TlsFiles;
  log: { warn(details: object, message: string): void };
};

const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** A connection that is dialled again, so that the client never keeps a request for later. */
export type Dialled = {
  /** Undefined while there is no connection. */
  now(): NatsConnection | undefined;
  close(): Promise<void>;
};

const dial = ({ url, timeoutMs, credsFile, tls }: NatsOptions): Promise<NatsConnection> => {
  const { host, protocol } = new URL(url);
  return connect({
    ...{ servers: host, name: 'cpe-desk', timeout: timeoutMs, ignoreClusterUpdates: true },
    // A request that the client kept and sent after a reconnect would break "NIG never got it".
    reconnect: false,
    ...(protocol === 'tls:' && { tls: { ...tls?.read() } }),
    ...(credsFile !== undefined && {
      authenticator: credsAuthenticator(readFileSync(credsFile)),
    }),
  });
};

/** Connects, and again after each end, until closed. Waits for the first attempt only. */
export const keepDialling = async (options: NatsOptions): Promise<Dialled> => {
  const { credsFile, log } = options;
  try {
    if (credsFile !== undefined) readFileSync(credsFile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unusable';
    throw new StartError('nig', `NIG_NATS_CREDS_FILE: ${credsFile} cannot be read: ${reason}`);
  }
  const stopped = new AbortController();
  let connection: NatsConnection | undefined;
  let waitMs = SHORTEST_WAIT_MS;
  const tryOnce = async (): Promise<void> => {
    try {
      connection = await dial(options);
      waitMs = SHORTEST_WAIT_MS;
    } catch (err) {
      log.warn({ err }, 'cannot connect to NATS; the desk tries again');
      waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
    }
  };
  const keep = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await connection?.closed();
      connection = undefined;
      await sleep(waitMs, undefined, { ref: false, signal: stopped.signal }).catch(() => {});
      if (!stopped.signal.aborted) await tryOnce();
    }
  };
  await tryOnce();
  const keeping = keep();
  return {
    now: () => (connection?.isClosed() === false ? connection : undefined),
    async close() {
      stopped.abort();
      await connection?.close();
      await keeping;
      await connection?.close();
    },
  };
};

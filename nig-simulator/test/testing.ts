import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LogEntry } from '../src/request-log.ts';
import { createSimulator } from '../src/server.ts';

export const cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: 'HWTC1A2B3C4D',
  macAddress: null,
};

/** The body of an update of `serviceLineId` to `model`. */
export const updateOf = (serviceLineId: string, model = 'HG8245Q2') => ({
  serviceLineId,
  ticketNo: 'CTT-1',
  current: cpe,
  new: { ...cpe, model },
  actor: { id: 'demo-operator', name: 'Olga Operator' },
  requestedAt: '2026-11-23T10:00:00Z',
});

/** A path in a new folder, which is removed after the test. */
export const temporaryFile = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'nig-simulator-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'nig.ndjson');
};

export type Reply = { readonly status: number; readonly body: unknown };

/** Calls a simulator at `origin` as the service does. */
export const clientOf = (origin: string) => {
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Reply> => {
    const response = await fetch(origin + path, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  /** The requests in the log, without their times. */
  const seen = async (): Promise<Omit<LogEntry, 'at'>[]> => {
    const { entries } = JSON.parse(await (await fetch(`${origin}/log`)).text());
    return entries.map(({ at: _, ...entry }: LogEntry) => entry);
  };
  return {
    origin,
    get: (path: string) => ask('GET', path),
    put: (path: string, body: unknown, signal?: AbortSignal) => ask('PUT', path, body, signal),
    delete: (path: string) => ask('DELETE', path),
    seen,
    /** The newest request in the log. */
    lastSeen: async () => (await seen()).at(-1),
  };
};

export type Client = ReturnType<typeof clientOf>;

/**
 * Starts a simulator in this process; `stop` ends it with all requests, as the end of a process.
 */
export const startSimulator = async (t: TestContext, file?: string) => {
  const dataFile = file ?? (await temporaryFile(t));
  const { server } = createSimulator({ dataFile });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  t.after(stop);
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { ...clientOf(`http://127.0.0.1:${port}`), dataFile, stop };
};

/** Waits until `holds` is true; the timeout of the test limits the wait. */
export const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cpe } from '@cpe-desk/contract';
import { z } from 'zod';
import { startNigSimulator } from '../../../demo/src/start-nig-simulator.ts';

/** The bundled NIG simulator in another process. */
export type TestNig = {
  url: string;
  natsUrl: string;
  /** Sets the faults of `PUT /faults` (nig-simulator/README.md); none unless given. */
  setFaults(faults?: {
    mode?: string;
    rate?: number;
    latencyMs?: number;
    seed?: number;
    lookup?: unknown;
    asynchronousMs?: number | null;
    lookupRate?: number;
  }): Promise<void>;
  /** The requests that NIG received. */
  log(): Promise<LogEntry[]>;
  forgetLog(): Promise<void>;
  /** The updates that NIG accepted, in their order; the log forgets the oldest of many. */
  accepted(): Promise<{ updateId: string; serviceLineId: string }[]>;
  /** The CPE that NIG holds for a line; null: none. */
  cpeOf(lineId: string): Promise<unknown>;
  /** Makes NIG hold a CPE, without an update. */
  hold(lineId: string, cpe: Cpe): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
};

const logSchema = z.object({
  entries: z.array(
    z.object({
      method: z.string(),
      outcome: z.string(),
      fault: z.string(),
      updateId: z.string().optional(),
      serviceLineId: z.string().optional(),
      requestId: z.string().optional(),
      path: z.string().default(''),
    }),
  ),
});
type LogEntry = z.infer<typeof logSchema>['entries'][number];

const entrySchema = z.object({
  type: z.string(),
  updateId: z.string().default(''),
  update: z.object({ serviceLineId: z.string() }).optional(),
  answer: z.object({ status: z.string() }).optional(),
});

/** Reads the simulator's file; see nig-simulator/README.md. */
const readAccepted = async (dataDir: string) => {
  const text = await readFile(join(dataDir, 'nig-simulator.ndjson'), 'utf8');
  const entries = text
    .split('\n')
    .filter(Boolean)
    .map((line) => entrySchema.parse(JSON.parse(line)));
  return entries.flatMap(({ updateId, update, answer }) =>
    update && answer?.status === 'accepted'
      ? [{ updateId, serviceLineId: update.serviceLineId }]
      : [],
  );
};

/** Starts a simulator that keeps its file in `dataDir`. */
export async function startTestNig(dataDir: string): Promise<TestNig> {
  const print = () => {};
  let simulator = await startNigSimulator({ port: 0, natsPort: 0, dataDir, print });
  const { url, natsUrl = '' } = simulator;
  return {
    ...{ url, natsUrl },
    async setFaults(faults = {}) {
      const response = await fetch(`${url}/faults`, {
        method: 'PUT',
        body: JSON.stringify(faults),
      });
      if (!response.ok)
        throw new Error(`The simulator refused the faults: ${await response.text()}`);
    },
    log: async () => logSchema.parse(await (await fetch(`${url}/log`)).json()).entries,
    async forgetLog() {
      await fetch(`${url}/log`, { method: 'DELETE' });
    },
    accepted: () => readAccepted(dataDir),
    async cpeOf(lineId) {
      const response = await fetch(`${url}/cpes/${lineId}`);
      return response.status === 404
        ? null
        : z.object({ cpe: z.unknown() }).parse(await response.json()).cpe;
    },
    async hold(lineId, cpe) {
      const body = JSON.stringify({ cpe });
      const response = await fetch(`${url}/cpes/${lineId}`, { method: 'PUT', body });
      if (response.status !== 204)
        throw new Error(`The simulator refused: ${await response.text()}`);
    },
    stop: () => simulator.stop(),
    async start() {
      simulator = await startNigSimulator({
        ...{ port: Number(new URL(url).port), dataDir, print },
        natsPort: Number(new URL(natsUrl).port),
      });
    },
  };
}

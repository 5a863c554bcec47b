import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CpeUpdateRequest } from '@cpe-desk/contract';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { assertSettled } from '../support/invariants.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type Client, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTestNig, type TestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';
import { openGate } from './nig-gate.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

/*
 * kill -9 between any two steps of the flow. Where the process is stopped is decided from outside, by locks in the
 * database and a gate in front of NIG: the product has no hooks for it.
 */

const NIG_TIMEOUT_MS = 700;

let database: TestDatabase;
let folder: Awaited<ReturnType<typeof tempFolder>>;
let nig: TestNig;
let gate: Awaited<ReturnType<typeof openGate>>;

before(async () => {
  database = await createTestDatabase();
  await loadCatalogue(database.pool);
  folder = await tempFolder();
  nig = await startTestNig(folder.path);
  gate = await openGate(nig.url);
});
after(async () => {
  await gate[Symbol.asyncDispose]();
  await nig.stop();
  await folder[Symbol.asyncDispose]();
  await database.drop();
});

const start = () => startServiceProcess({ database, nigUrl: gate.url, nigTimeoutMs: NIG_TIMEOUT_MS });

const countWaiting = statement<{ waiting: number }>(
  'test-count-waiting',
  `select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
);

const countApplied = statement<{ applied: number }>(
  'test-count-applied-events',
  `select count(*) as applied from cpe_update_event where announcement ->> 'state' = 'applied'`,
);

/** Holds a table: who wants to write to it waits, until it is let go. */
const hold = async (table: string): Promise<() => Promise<void>> => {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in exclusive mode`);
  return async () => {
    await client.query('rollback');
    client.release();
  };
};

/** Kills the service as soon as it waits for a table that is held. */
const killWhenItWaits = async (service: ServiceProcess): Promise<void> => {
  await until('the service waits for a table', async () => {
    const [row] = await run(database.pool, countWaiting, []);
    return (row?.waiting ?? 0) > 0;
  });
  await service.kill();
};

const cutOff = () => 'cut off' as const;

type Crash = {
  name: string;
  /** Makes the service die at this point of an update that `send` sends. */
  crash(service: ServiceProcess, send: () => Promise<unknown>): Promise<unknown>;
  /** Whether NIG has accepted the update when all is settled and the caller has not yet tried again. */
  reachedNig: boolean;
};

const whileHolding =
  (table: string): Crash['crash'] =>
  async (service, send) => {
    const letGo = await hold(table);
    const sending = send().catch(cutOff);
    await killWhenItWaits(service);
    await letGo();
    return sending;
  };

const crashes: Crash[] = [
  {
    name: 'before the intent is committed (8)',
    crash: whileHolding('cpe_claim'),
    reachedNig: false,
  },
  {
    name: 'after the intent is committed, before NIG gets it (8, 9)',
    crash(service, send) {
      gate.set({ before: () => service.kill().then(() => false) });
      return send().catch(cutOff);
    },
    reachedNig: false,
  },
  {
    name: 'after NIG accepted, before its answer arrives (9)',
    crash(service, send) {
      gate.set({ after: () => service.kill().then(() => false) });
      return send().catch(cutOff);
    },
    reachedNig: true,
  },
  {
    name: 'after NIG’s answer, in the middle of the local write (10)',
    crash: whileHolding('cpe_history'),
    reachedNig: true,
  },
  {
    name: 'at the end of the local write (10)',
    async crash(service, send) {
      let letGo = async () => {};
      gate.set({
        async after() {
          letGo = await hold('idempotency_key');
          return true;
        },
      });
      const sending = send().catch(cutOff);
      await killWhenItWaits(service);
      await letGo();
      return sending;
    },
    reachedNig: true,
  },
  {
    name: 'after the local write is committed (11)',
    async crash(service, send) {
      const { applied } = await one(database.pool, countApplied, []);
      const sending = send().catch(cutOff);
      await until(
        'it is applied',
        async () => (await one(database.pool, countApplied, [])).applied > applied,
      );
      await service.kill();
      // It may have been a moment faster than we.
      await sending;
      return 'cut off';
    },
    reachedNig: true,
  },
];

let addresses = 0;

const update = (client: Client, id: string, body: CpeUpdateRequest, key: string) =>
  client.post(`/ticket/ctt/cpe/update/${id}`, body, { 'idempotency-key': key });

for (const { name, crash, reachedNig } of crashes)
  test(`kill -9 ${name}: the next start settles it, and a retry gets the true outcome, once`, async () => {
    const { id, lineId } = await addTestLine(database.pool);
    const key = crypto.randomUUID();
    const service = await start();
    const client = await service.as('demo-operator');
    const body = await updateBody(client, id, { ipAddress: `10.91.0.${++addresses}` });
    const answer = await crash(service, () => update(client, id, body, key));
    assert.equal(answer, 'cut off', 'the caller had no answer');
    gate.set({});

    await using next = await start();
    const again = await next.as('demo-operator');
    await until('nothing is unsettled', async () => {
      const ticket = (await again.get(`/ticket/ctt/${id}`)).body as { unsettledUpdate: unknown };
      return ticket.unsettledUpdate === null;
    });
    const desk = { db: database.pool, nig };
    assert.deepEqual(await assertSettled(desk, again, id), reachedNig ? body.new : body.current);
    const retried = await update(again, id, body, key);
    assert.equal(retried.status, 200);
    assert.equal(retried.headers.get('idempotent-replayed'), reachedNig ? 'true' : null);
    assert.deepEqual(await assertSettled(desk, again, id), body.new);
    const accepted = (await nig.log()).filter(
      (entry) => entry.serviceLineId === lineId && entry.outcome === 'accepted' && entry.method === 'PUT',
    );
    assert.equal(accepted.length, 1, 'NIG took it once');
    await service[Symbol.asyncDispose]();
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { one, statement } from '../../src/platform/database/database.ts';
import { openNig } from '../support/ground.ts';
import { holdLock, someoneWaits } from '../support/hold-lock.ts';
import { assertSettled } from '../support/invariants.ts';
import { useDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, postUpdate, updateBody, waitUntilSettled } from '../support/updates.ts';
import { openGate } from './nig-gate.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

/*
 * kill -9 between any two steps of the flow. Locks in the database and a gate before NIG decide
 * where the process stops: the product has no hooks for tests.
 */

const NIG_TIMEOUT_MS = 700;

const database = await useDatabase();
await loadCatalogue(database.pool);
const nig = await openNig(untilEnd(new AsyncDisposableStack()));
const gate = untilEnd(await openGate(nig.url));

const start = () =>
  startServiceProcess({ database, nigUrl: gate.url, nigTimeoutMs: NIG_TIMEOUT_MS });

const countApplied = statement<{ applied: number }>(
  'test-count-applied-events',
  `select count(*) as applied from cpe_update_event where announcement ->> 'state' = 'applied'`,
);

const lockTable = (table: string) =>
  holdLock(database.pool, `lock table ${table} in exclusive mode`);

/** Kills the service as soon as it waits for a locked table. */
const killWhenItWaits = async (service: ServiceProcess): Promise<void> => {
  await someoneWaits(database.pool);
  await service.kill();
};

const cutOff = () => 'cut off' as const;

type Crash = {
  name: string;
  /** Makes the service die at this point of an update that `send` sends. */
  crash(service: ServiceProcess, send: () => Promise<unknown>): Promise<unknown>;
  /** Whether NIG has accepted the update when it is settled, before the caller tries again. */
  reachedNig: boolean;
};

const whileHolding =
  (table: string): Crash['crash'] =>
  async (service, send) => {
    const lock = await lockTable(table);
    const sending = send().catch(cutOff);
    await killWhenItWaits(service);
    await lock.release();
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
      let lock = { release: async () => {} };
      gate.set({
        async after() {
          lock = await lockTable('idempotency_key');
          return true;
        },
      });
      const sending = send().catch(cutOff);
      await killWhenItWaits(service);
      await lock.release();
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
        'the update is applied',
        async () => (await one(database.pool, countApplied, [])).applied > applied,
      );
      await service.kill();
      // The answer may have come before the kill.
      await sending;
      return 'cut off';
    },
    reachedNig: true,
  },
];

for (const { name, crash, reachedNig } of crashes)
  test(`after kill -9 ${name} the next start settles the update, and a retry gets its outcome`, async () => {
    const { id, lineId } = await addTestLine(database.pool);
    const key = { 'idempotency-key': crypto.randomUUID() };
    const service = await start();
    const client = service.operator;
    const body = await updateBody(client, id, { ipAddress: newAddress() });
    const answer = await crash(service, () => postUpdate(client, id, body, key));
    assert.equal(answer, 'cut off', 'the caller had no answer');
    gate.set({});

    await using next = await start();
    const again = next.operator;
    await waitUntilSettled(again, id);
    const desk = { db: database.pool, nig };
    assert.deepEqual(await assertSettled(desk, again, id), reachedNig ? body.new : body.current);
    const retried = await postUpdate(again, id, body, key);
    assert.equal(retried.status, 200);
    assert.equal(retried.headers.get('idempotent-replayed'), reachedNig ? 'true' : null);
    assert.deepEqual(await assertSettled(desk, again, id), body.new);
    const accepted = (await nig.log()).filter(
      (entry) =>
        entry.serviceLineId === lineId && entry.outcome === 'accepted' && entry.method === 'PUT',
    );
    assert.equal(accepted.length, 1, 'NIG accepted it once');
    await service[Symbol.asyncDispose]();
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { one, statement } from '../../src/platform/database/database.ts';
import { addCheckedBulk, addLines, rowsOf, startBulk } from '../support/checked-bulk.ts';
import { openNig } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { useDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

/*
 * kill -9 again and again while two instances run a bulk: BULK_STORM_ROWS rows, killed every
 * BULK_STORM_KILL_MS. `npm run bulk-storm` is the long form.
 */

const ROWS = Number(process.env.BULK_STORM_ROWS ?? 300);
const KILL_EVERY_MS = Number(process.env.BULK_STORM_KILL_MS ?? 1500);
/** Lines whose invariants are examined one by one. */
const EXAMINED = 25;
const LIMIT_MS = 30 * 60_000;

const selectState = statement<{ state: string }, [id: string]>(
  'test-bulk-crash-state',
  'select state from cpe_bulk where id = $1',
);
const countFaults = statement<{ faults: number }, [id: string]>(
  'test-bulk-crash-faults',
  `select count(*) as faults from cpe_bulk_row r
    where r.bulk_id = $1
      and ((select count(*) from cpe_update u
             where u.bulk_id = r.bulk_id and u.bulk_row = r.row and u.state = 'applied') <> 1
        or (select count(*) from cpe_history h where h.service_line_id = r.service_line_id
               and h.bulk ->> 'row' = r.row::text) <> 1
        or (select ip_address from cpe c where c.service_line_id = r.service_line_id)
             <> r.wanted ->> 'ipAddress')`,
);

test('killed again and again, a bulk sends each row once and leaves no invariant broken', async () => {
  const database = await useDatabase();
  await loadCatalogue(database.pool);
  const nig = await openNig(untilEnd(new AsyncDisposableStack()));
  const start = () => startServiceProcess({ database, nigUrl: nig.url, nigTimeoutMs: 1000 });
  const services: ServiceProcess[] = [await start(), await start()];
  const db = database.pool;
  const supervisor = services[0]?.supervisor;
  assert.ok(supervisor);
  const lines = await addLines({ db }, ROWS);
  const bulk = await addCheckedBulk({ db, supervisor }, lines);
  await nig.setFaults({ latencyMs: 40 });
  await startBulk(supervisor, bulk, { brakes: { unknownOutcomes: 1000, refusalsInARow: 1000 } });
  let [isOver, kills] = [false, 0];
  const killing = (async () => {
    while (!isOver) {
      await sleep(KILL_EVERY_MS);
      const [oldest] = services.splice(0, 1);
      await oldest?.kill();
      kills++;
      services.push(await start());
    }
  })();
  const hasEnded = async () => (await one(db, selectState, [bulk.id])).state !== 'running';
  await until('the bulk ends', hasEnded, LIMIT_MS);
  isOver = true;
  await killing;
  assert.ok(kills > 0, 'it was killed');
  assert.equal((await one(db, selectState, [bulk.id])).state, 'finished');
  const rows = await rowsOf({ db }, bulk);
  assert.deepEqual([...new Set(rows.map(({ state }) => state))], ['applied']);
  const accepted = Map.groupBy(await nig.accepted(), ({ serviceLineId }) => serviceLineId);
  for (const { lineId } of lines)
    assert.equal(new Set(accepted.get(lineId)?.map(({ updateId }) => updateId)).size, 1, lineId);
  assert.equal((await one(db, countFaults, [bulk.id])).faults, 0);
  const operator = services[0]?.operator;
  assert.ok(operator);
  for (const { id } of lines.slice(0, EXAMINED)) await assertSettled({ db, nig }, operator, id);
  await Promise.all(services.map((service) => service.kill()));
});

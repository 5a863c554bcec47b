import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bulkSchema } from '@cpe-desk/contract';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { csvOf, prepared, rowsOf, upload } from '../bulk/bulks.ts';
import { openNig } from '../support/ground.ts';
import { holdLock, someoneWaits } from '../support/hold-lock.ts';
import { useDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress } from '../support/updates.ts';
import { startServiceProcess } from './service-process.ts';

/* kill -9 while an instance reads or checks a bulk, at a lock in the database. */

const database = await useDatabase();
await loadCatalogue(database.pool);
const nig = await openNig(untilEnd(new AsyncDisposableStack()));
const start = () => startServiceProcess({ database, nigUrl: nig.url, nigTimeoutMs: 700 });

/** As if the time of the killed instance's lease had passed. */
const endLeases = () =>
  database.pool.connection.query({ text: 'update cpe_bulk set leased_until = now()' });

test('what an instance read or checked when it was killed, another one does, with the same result', async () => {
  const tickets: string[] = [];
  for (let line = 0; line < 3; line++) tickets.push((await addTestLine(database.pool)).id);
  const rows = tickets.map((ticket) => ({ ticket, ipAddress: newAddress() }));
  // More than one batch of rows.
  const others = Array.from({ length: 1200 }, (_, n) => ({ ticket: `none-${n}` }));
  const file = csvOf([...rows, ...others]);

  const first = await start();
  const reading = await holdLock(database.pool, 'lock table cpe_bulk_row in exclusive mode');
  const uploaded = await upload(first.supervisor, file);
  const { bulkId } = bulkSchema.parse(await uploaded.json());
  await someoneWaits(database.pool);
  await first.kill();
  await reading.release();
  await endLeases();

  await using second = await start();
  const bulk = await prepared(second.supervisor, bulkId);
  assert.equal(bulk.state, 'checked');
  assert.deepEqual([bulk.counts.rows, bulk.check?.ok], [1203, 3]);
  const judged = await rowsOf(second.supervisor, bulkId);

  const third = await start();
  await second.kill();
  const checking = await holdLock(database.pool, 'lock table cpe_bulk_row in exclusive mode');
  assert.equal(
    (await third.supervisor.post(`/ticket/ctt/cpe/bulk/${bulkId}/check`, {})).status,
    202,
  );
  await someoneWaits(database.pool);
  await third.kill();
  await checking.release();
  await endLeases();

  await using fourth = await start();
  const again = await prepared(fourth.supervisor, bulkId);
  assert.equal(again.check?.checkHash, bulk.check?.checkHash);
  assert.deepEqual(await rowsOf(fourth.supervisor, bulkId), judged);
  const left = await database.pool.connection.query({ text: 'select from cpe_bulk_part' });
  assert.equal(left.rowCount, 0);
});

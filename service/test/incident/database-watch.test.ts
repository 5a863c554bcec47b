import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { z } from 'zod';
import { watchDatabase } from '../../src/incident/database-watch.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { useDesk } from '../support/desk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { newAddress, updateCpe } from '../support/updates.ts';

const desk = await useDesk();

const forgetIncidents = statement('test-forget-incidents', 'delete from incident');
const selectIncidents = statement<{ cause: string; missing: unknown }>(
  'test-select-incidents',
  'select cause, missing from incident order by opened_at',
);
const hideUpdate = statement<never, [updateId: string]>(
  'test-hide-update',
  `update cpe_update set state = 'rejected' where id = $1`,
);
beforeEach(() => run(desk.db, forgetIncidents, []));

const log = { debug() {}, info() {}, warn() {}, error() {} };
const watch = (dataDir: string) => watchDatabase(desk.deps.db, dataDir, log);
const incidents = () => run(desk.db, selectIncidents, []);

/** The id of a new applied update. */
const applied = async (): Promise<string> => {
  const { id } = await addTestLine(desk.db);
  return (await updateCpe(desk.operator, id, { ipAddress: newAddress() })).updateId;
};

const markOf = (dataDir: string) => join(dataDir, 'database-seen.json');
const markSchema = z.looseObject({ isComplete: z.boolean(), updates: z.array(z.unknown()) });

/** Changes the mark to one of another database: another cluster, or another timeline. */
const markOtherDatabase = async (dataDir: string, changes: object = {}): Promise<void> => {
  const mark = markSchema.parse(JSON.parse(await readFile(markOf(dataDir), 'utf8')));
  await writeFile(markOf(dataDir), JSON.stringify({ ...mark, database: '1/1', ...changes }));
};

/** A DATA_DIR whose desk saw these updates applied and was stopped. */
const leftBy = async (...updateIds: string[]) => {
  const folder = await tempFolder();
  const first = await watch(folder.path);
  for (const updateId of updateIds) first.recordSeen({ updateId, state: 'applied' });
  await first.stop();
  return folder;
};

test('a first start opens no incident', async () => {
  await using folder = await tempFolder();
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a start on the same database, or on another with all updates, opens no incident', async () => {
  await using folder = await leftBy(await applied());
  await (await watch(folder.path)).stop();
  await markOtherDatabase(folder.path);
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a start on a rewound database opens an incident that names the missing updates', async () => {
  const [there, gone, rewound] = [await applied(), crypto.randomUUID(), await applied()];
  await using folder = await leftBy(there, gone, rewound);
  await run(desk.db, hideUpdate, [rewound]);
  const second = await watch(folder.path);
  const [incident, ...others] = await incidents();
  assert.deepEqual([incident?.cause, others], ['updates-missing', []]);
  assert.deepEqual(incident?.missing, [
    { updateId: gone, seen: 'applied', found: null },
    { updateId: rewound, seen: 'applied', found: 'rejected' },
  ]);
  assert.equal(await second.examine(), false, 'the loss is reported once');
  await second.stop();
});

test('after a kill, a start on another database opens an incident', async () => {
  await using folder = await leftBy(await applied());
  await markOtherDatabase(folder.path, { isComplete: false });
  await (await watch(folder.path)).stop();
  assert.deepEqual(
    (await incidents()).map(({ cause }) => cause),
    ['not-proved'],
  );
});

test('after a kill, a start on the same database opens no incident', async () => {
  await using folder = await leftBy(await applied());
  const mark = JSON.parse(await readFile(markOf(folder.path), 'utf8'));
  await writeFile(markOf(folder.path), JSON.stringify({ ...mark, isComplete: false }));
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a start with a broken mark opens an incident', async () => {
  await using folder = await leftBy(await applied());
  await writeFile(markOf(folder.path), '{"database"');
  await (await watch(folder.path)).stop();
  assert.deepEqual(
    (await incidents()).map(({ cause }) => cause),
    ['not-proved'],
  );
});

test('all instances open one incident for one failover', async () => {
  await using first = await leftBy(crypto.randomUUID());
  await using late = await leftBy(crypto.randomUUID());
  for (const folder of [first, late]) {
    await markOtherDatabase(folder.path);
    await (await watch(folder.path)).stop();
  }
  assert.equal((await incidents()).length, 1);
});

test('the mark has the updates that were seen, and is complete only after a stop', async () => {
  await using folder = await tempFolder();
  const first = await watch(folder.path);
  first.recordSeen({ updateId: crypto.randomUUID(), state: 'recorded' });
  const read = async () =>
    markSchema.parse(JSON.parse(await readFile(markOf(folder.path), 'utf8')));
  const saved = await until('it is saved', async () => {
    const mark = await read();
    return mark.updates.length === 1 && mark;
  });
  assert.equal(saved.isComplete, false);
  await first.stop();
  assert.equal((await read()).isComplete, true);
});

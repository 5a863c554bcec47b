import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { watchDatabase } from '../../src/incident/database-watch.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;
before(async () => {
  desk = await startTestDesk();
});
after(() => desk[Symbol.asyncDispose]());

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

const log = { info() {}, warn() {}, error() {} };
const watch = (dataDir: string) => watchDatabase(desk.deps.db, dataDir, log);
const incidents = () => run(desk.db, selectIncidents, []);

/** An update that is applied; its id. */
const applied = async (): Promise<string> => {
  const operator = await desk.as('demo-operator');
  const { id, n } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: `10.95.0.${n}` });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  return z.looseObject({ updateId: z.string() }).parse(answer.body).updateId;
};

const markOf = (dataDir: string) => join(dataDir, 'database-seen.json');
const markSchema = z.looseObject({ isComplete: z.boolean(), updates: z.array(z.unknown()) });

/** The mark as it would be if the database had been another one: its cluster, or its timeline. */
const ofAnotherDatabase = async (dataDir: string, changes: object = {}): Promise<void> => {
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

test('a first start knows nothing that could be missing', async () => {
  await using folder = await tempFolder();
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a start on the database as it was left opens no incident, nor one on another with all updates', async () => {
  await using folder = await leftBy(await applied());
  await (await watch(folder.path)).stop();
  await ofAnotherDatabase(folder.path);
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a start on a database that was rewound meanwhile opens an incident that names what is missing', async () => {
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
  assert.equal(await second.examine(), false, 'it is told once');
  await second.stop();
});

test('after a kill, another database cannot be proved to have everything', async () => {
  await using folder = await leftBy(await applied());
  await ofAnotherDatabase(folder.path, { isComplete: false });
  await (await watch(folder.path)).stop();
  assert.deepEqual(
    (await incidents()).map(({ cause }) => cause),
    ['not-proved'],
  );
});

test('after a kill, the same database opens no incident', async () => {
  await using folder = await leftBy(await applied());
  const mark = JSON.parse(await readFile(markOf(folder.path), 'utf8'));
  await writeFile(markOf(folder.path), JSON.stringify({ ...mark, isComplete: false }));
  await (await watch(folder.path)).stop();
  assert.deepEqual(await incidents(), []);
});

test('a mark that cannot be read proves nothing', async () => {
  await using folder = await leftBy(await applied());
  await writeFile(markOf(folder.path), '{"database"');
  await (await watch(folder.path)).stop();
  assert.deepEqual(
    (await incidents()).map(({ cause }) => cause),
    ['not-proved'],
  );
});

test('of one failover all instances open one incident, also one that comes late', async () => {
  await using first = await leftBy(crypto.randomUUID());
  await using late = await leftBy(crypto.randomUUID());
  for (const folder of [first, late]) {
    await ofAnotherDatabase(folder.path);
    await (await watch(folder.path)).stop();
  }
  assert.equal((await incidents()).length, 1);
});

test('what is seen gets into the file, and is complete only after a stop', async () => {
  await using folder = await tempFolder();
  const first = await watch(folder.path);
  first.recordSeen({ updateId: crypto.randomUUID(), state: 'recorded' });
  const read = async () => markSchema.parse(JSON.parse(await readFile(markOf(folder.path), 'utf8')));
  const saved = await until('it is saved', async () => {
    const mark = await read();
    return mark.updates.length === 1 && mark;
  });
  assert.equal(saved.isComplete, false);
  await first.stop();
  assert.equal((await read()).isComplete, true);
});

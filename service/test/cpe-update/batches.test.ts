import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Caller, callerSchema } from '@cpe-desk/contract';
import { loadContext } from '../../src/cpe-update/1-load.ts';
import { checkUpdate } from '../../src/cpe-update/2-check.ts';
import { recordIntent } from '../../src/cpe-update/3-record.ts';
import { applyUpdate, intentToApply, tryToApply } from '../../src/cpe-update/5-apply.ts';
import type { Intent } from '../../src/cpe-update/intent.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { useDesk } from '../support/desk.ts';
import { holdLock, someoneWaits } from '../support/hold-lock.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import { newAddress, prepareUpdate, sendUpdate, updateBody } from '../support/updates.ts';

/* A row that fails in a batch fails alone, for the same reason as it would alone. */

const rows: number[] = [];
const desk = await useDesk({
  isSettling: false,
  between: (db) => ({
    ...db,
    connection: {
      query(query, signal) {
        const [first] = query.values ?? [];
        // Both writing statements begin with the ids of the updates.
        if (/^with wanted/.test(query.text)) rows.push(Array.isArray(first) ? first.length : 0);
        return db.connection.query(query, signal);
      },
    },
  }),
});
const { deps, operator } = desk;
const caller: Caller = callerSchema.parse((await operator.get('/auth/me')).body);
afterEach(() => void rows.splice(0));

const key = (name: string) => ({ callerId: caller.id, key: name, cttId: 't', bodyHash: 'h' });

/** An update of a new line that passed the checks, and how it is recorded. */
const propose = async (ipAddress = newAddress(), keyName: string | null = null) => {
  const { id, lineId } = await addTestLine(desk.db);
  const request = await updateBody(operator, id, { ipAddress });
  const of = { segmentGroups: caller.segmentGroups, cttId: id, device: request.new, key: null };
  const checked = checkUpdate(deps, id, request, await loadContext(deps.db, of));
  assert.ok(checked.ok);
  const proposal = checked.value;
  const record = () => {
    const keyed = keyName === null ? null : key(keyName);
    return recordIntent(deps, caller, proposal, keyed, { requestId: 'a-request' });
  };
  return { id, lineId, request, record };
};

/** The result of a record in one word. */
const wordOf = (recorded: Awaited<ReturnType<typeof recordIntent>>): string => {
  if (recorded.ok) return 'recorded';
  return typeof recorded.reason === 'string' ? recorded.reason : recorded.reason.code;
};

const recordAll = async (records: readonly (() => ReturnType<typeof recordIntent>)[]) =>
  (await Promise.all(records.map((record) => record()))).map(wordOf);

const changeCpe = statement<never, [lineId: string]>(
  'test-batch-change-cpe',
  'update cpe set version = version + 1 where service_line_id = $1',
);
const countOpen = statement<{ count: number }, [lineIds: readonly string[]]>(
  'test-batch-count-open',
  `select count(*) from cpe_update where service_line_id = any($1) and state = 'recorded'`,
);

test('in one batch, intents are refused for every reason and their neighbours are recorded', async () => {
  const [first, stale, busy, taken, used, last] = [
    await propose(),
    await propose(),
    await propose(),
    await propose('10.81.1.1'),
    await propose(newAddress(), 'used before'),
    await propose(),
  ];
  await run(desk.db, changeCpe, [stale.lineId]);
  const again = busy.record;
  assert.equal(wordOf(await busy.record()), 'recorded');
  const holder = await prepareUpdate(desk);
  assert.equal((await sendUpdate(operator, holder.id, { ipAddress: '10.81.1.1' })).status, 200);
  assert.equal(wordOf(await (await propose(newAddress(), 'used before')).record()), 'recorded');
  rows.splice(0);
  const all = [first, stale, { record: again }, taken, used, last];
  assert.deepEqual(await recordAll(all.map(({ record }) => record)), [
    'recorded',
    'changed-meanwhile',
    'update-in-progress',
    'value-in-use',
    'changed-meanwhile',
    'recorded',
  ]);
  assert.deepEqual(rows, [6]);
  const lineIds = [first.lineId, stale.lineId, taken.lineId, used.lineId, last.lineId];
  assert.deepEqual(await run(desk.db, countOpen, [lineIds]), [{ count: 2 }]);
});

test('two intents of a batch that want one address or have one key: one of them is recorded', async () => {
  const address = newAddress();
  const wanting = [await propose(address), await propose(address), await propose()];
  const words = await recordAll(wanting.map(({ record }) => record));
  assert.deepEqual(words, ['recorded', 'value-in-use', 'recorded']);
  const keyed = [await propose(newAddress(), 'twice'), await propose(newAddress(), 'twice')];
  const keyWords = await recordAll(keyed.map(({ record }) => record));
  assert.deepEqual(keyWords, ['recorded', 'changed-meanwhile']);
});

test('a prefix that overlaps one of the same batch is refused, and all others are recorded', async () => {
  const prefixes = ['2a01:5a80:1::/48', '2a01:5a80:1:8::/64', null];
  const proposed = await Promise.all(
    prefixes.map(async (ipv6Prefix) => {
      const { id } = await addTestLine(desk.db);
      return { id, body: await updateBody(operator, id, { ipAddress: newAddress(), ipv6Prefix }) };
    }),
  );
  const answers = await Promise.all(
    proposed.map(({ id, body }) => operator.post(`/ticket/ctt/cpe/update/${id}`, body)),
  );
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [200, 200, 409]);
  assert.equal(statuses[2], 200);
});

test('a line that another session locks delays no other intent of its batch', async () => {
  const [locked, ...others] = [await propose(), await propose(), await propose()];
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    locked.lineId,
  ]);
  const waiting = locked.record();
  assert.deepEqual(await recordAll(others.map(({ record }) => record)), ['recorded', 'recorded']);
  await someoneWaits(desk.db);
  await lock.release();
  assert.equal(wordOf(await waiting), 'recorded');
  assert.deepEqual(rows, [3, 1, 1, 1]);
});

/** Updates of new lines that are recorded and that NIG holds. */
const recordedUpdates = async (most: number) => {
  const updates: { id: string; lineId: string; intent: Intent }[] = [];
  while (updates.length < most) {
    const { id, lineId, request, record } = await propose();
    const recorded = await record();
    assert.ok(recorded.ok);
    await desk.nig.hold(lineId, request.new);
    updates.push({ id, lineId, intent: recorded.value });
  }
  rows.splice(0);
  return updates;
};

const applyAll = (intents: readonly Intent[]) =>
  Promise.all(
    intents.map((intent) =>
      tryToApply(deps.batches, intentToApply(intent, caller), 'NIG-1', null).then(
        (answer) => (answer ? 'applied' : 'not applied'),
        (error: { constraint?: string }) => error.constraint,
      ),
    ),
  );

for (const [what, sql] of [
  ['its CPE changed', 'update cpe set version = version + 1 where service_line_id = $1'],
  ['it was settled', `update cpe_update set state = 'unknown' where service_line_id = $1`],
  [
    'a network element has another name',
    `update network_element set name = name || '!'
      where id in (select network_element_id from line_path where service_line_id = $1) and kind = 'ONT'`,
  ],
] as const)
  test(`in a batch an update is not applied where ${what}, and its neighbours are`, async () => {
    const [first, broken, last] = await recordedUpdates(3);
    assert.ok(first && broken && last);
    await run(desk.db, statement<never, [string]>(`test-batch-${what}`, sql), [broken.lineId]);
    const intents = [first, broken, last].map(({ intent }) => intent);
    assert.deepEqual(await applyAll(intents), ['applied', 'not applied', 'applied']);
    assert.deepEqual(rows, [3]);
    for (const { id } of [first, last]) await assertSettled(desk, operator, id);
  });

test('an update whose entry or claim PostgreSQL refuses fails alone, and its neighbours are applied', async () => {
  const [first, late, moved, last] = await recordedUpdates(4);
  assert.ok(first && late && moved && last);
  const readAt = new Date(late.intent.clock.readAt.getTime() - 6 * 60_000);
  const holder = await addTestLine(desk.db);
  const port = { kind: 'port', value: 'olt-of-another|0/1/1:1' } as const;
  await desk.db.connection.query({
    text: 'insert into cpe_claim (kind, value, service_line_id) values ($1, $2, $3)',
    values: [port.kind, port.value, holder.lineId],
  });
  const intents: Intent[] = [
    first.intent,
    { ...late.intent, clock: { ...late.intent.clock, readAt } },
    { ...moved.intent, claims: [...moved.intent.claims, port] },
    last.intent,
  ];
  const words = await applyAll(intents);
  assert.deepEqual(words, ['applied', 'not applied', 'cpe_claim_pkey', 'applied']);
  assert.deepEqual(rows, [4, 1, 1, 1, 1]);
  for (const { intent } of [late, moved]) await applyUpdate(deps, intent.updateId, 'NIG-1', null);
  for (const { id } of [first, late, moved, last]) await assertSettled(desk, operator, id);
});

test('concurrent updates share their statements, and each is whole', async () => {
  const prepared = await Promise.all(Array.from({ length: 24 }, () => prepareUpdate(desk)));
  const answers = await Promise.all(prepared.map(({ send }) => send()));
  for (const { status } of answers) assert.equal(status, 200);
  assert.equal(
    rows.reduce((sum, count) => sum + count, 0),
    48,
  );
  assert.ok(rows.length < 48, `${rows.length} statements`);
  for (const { id } of prepared) await assertSettled(desk, operator, id);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListSchema, ticketSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { openDeskDatabase } from '../../src/commands/desk-database.ts';
import { verifyAll } from '../../src/history/read-chain.ts';
import { openDatabase, type Pool, run, statement } from '../../src/platform/database/database.ts';
import { abandonServer } from '../support/embedded-server.ts';
import { assertSettled } from '../support/invariants.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Client, updateBody } from '../support/test-desk.ts';
import { startTestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';
import { startServiceProcess } from './service-process.ts';
import { mountSmallVolume } from './small-volume.ts';

const NIG_TIMEOUT_MS = 500;
const VOLUME_MB = 500;
const LINES = 8;
/** All that an update may come to while the disk is full. */
const HONEST = ['applied', 'unavailable', 'nig-outcome-unknown', 'update-in-progress', 'nig-unavailable'];

const switchWal = statement('test-switch-wal', 'select pg_switch_wal()');
const codeSchema = z.looseObject({ code: z.string().default('applied') });

let addresses = 0;

/** Sends an update of each ticket; answers how often each outcome came. */
const updateEach = async (client: Client, tickets: readonly string[]): Promise<Map<string, number>> => {
  const outcomes = new Map<string, number>();
  for (const id of tickets) {
    const ticket = await client.get(`/ticket/ctt/${id}`);
    const path = `/ticket/ctt/cpe/update/${id}`;
    const ipAddress = `10.93.${addresses >> 8}.${addresses++ & 255}`;
    const answer =
      ticket.status === 200 ? await client.post(path, await updateBody(client, id, { ipAddress })) : ticket;
    const { code } = codeSchema.parse(answer.body);
    assert.ok(HONEST.includes(code), `${answer.status} ${JSON.stringify(answer.body)}`);
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  }
  return outcomes;
};

/** Editable tickets of different lines, of which an update is taken. */
const usableTickets = async (client: Client): Promise<string[]> => {
  const { items } = ticketListSchema.parse((await client.get('/ticket/ctt?editable=true&limit=100')).body);
  const byLine = new Map<string, string>();
  for (const { id } of items) {
    const { serviceLine, cpe } = ticketSchema.parse((await client.get(`/ticket/ctt/${id}`)).body);
    if (!cpe || byLine.has(serviceLine.id) || byLine.size === LINES) continue;
    const answer = await client.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(client, id, {}));
    if (answer.status === 200) byLine.set(serviceLine.id, id);
  }
  assert.equal(byLine.size, LINES);
  return [...byLine.values()];
};

const databaseOf = async (dataDir: string): Promise<Pool> => {
  const config = { DATABASE_URL: undefined, DATABASE_OWNER_URL: undefined, DATA_DIR: dataDir };
  const { url } = await openDeskDatabase(config, () => {});
  return openDatabase(url, { max: 2, log: { warn: () => {} } });
};

test('the disk of the database is full: updates are refused or found out later, and all is well when there is room again', async (t) => {
  await using stack = new AsyncDisposableStack();
  const volume = await mountSmallVolume(VOLUME_MB);
  if (!volume) {
    // CI runs where a volume can be mounted: there a skipped test is a check that did not run.
    assert.equal(process.env.CI, undefined, 'CI cannot mount a small volume');
    return t.skip('this machine does not let us mount a small volume (Linux does, as root)');
  }
  stack.use(volume);
  // PostgreSQL outlives a desk that is killed.
  stack.defer(async () => void (await abandonServer(volume.path)));
  const nig = await startTestNig(stack.use(await tempFolder()).path);
  stack.defer(() => nig.stop());
  const options = { dataDir: volume.path, nigUrl: nig.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess(options));
  const client = await service.as('demo-operator');
  const tickets = await usableTickets(client);

  await volume.fill();
  const pool = await databaseOf(volume.path);
  const full = new Map<string, number>();
  await until('the disk is felt', async () => {
    for (const [code, count] of await updateEach(client, tickets))
      full.set(code, (full.get(code) ?? 0) + count);
    // What is on the disk already goes on being written: a new piece of the log is what there is no room for.
    await run(pool, switchWal, []).catch(() => {});
    return full.has('unavailable');
  });
  assert.equal((await client.get('/healthz')).status, 200);
  await pool.end();
  t.diagnostic(`while it was full: ${JSON.stringify(Object.fromEntries(full))}`);

  // What on-call does: make room and, as PostgreSQL may have given up, start the desk again.
  await volume.free();
  await service.kill();
  const next = stack.use(await startServiceProcess(options));
  const again = await next.as('demo-operator');
  const db = await databaseOf(volume.path);
  stack.defer(() => db.end());
  for (const id of tickets) {
    await until(`${id} is settled`, async () => {
      const answer = await again.get(`/ticket/ctt/${id}`);
      return ticketSchema.parse(answer.body).unsettledUpdate === null;
    });
    await assertSettled({ db, nig }, again, id);
  }
  let verified = 0;
  for await (const verdict of verifyAll(db)) {
    assert.ok(verdict.isIntact, JSON.stringify(verdict));
    verified++;
  }
  assert.ok(verified >= LINES, `${verified} histories`);
  assert.deepEqual([...(await updateEach(again, tickets)).keys()], ['applied']);
});

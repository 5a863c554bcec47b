import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { openDeskDatabase } from '../../src/commands/desk-database.ts';
import { verifyAll } from '../../src/history/proof/read-chain.ts';
import { openDatabase, type Pool, run, statement } from '../../src/platform/database/database.ts';
import type { Client } from '../support/client.ts';
import { abandonServer } from '../support/embedded-server.ts';
import { openNig } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { until } from '../support/until.ts';
import { newAddress, readTicket, sendUpdate, waitUntilSettled } from '../support/updates.ts';
import { startServiceProcess } from './service-process.ts';
import { mountSmallVolume } from './small-volume.ts';

const NIG_TIMEOUT_MS = 500;
const VOLUME_MB = 500;
const LINES = 8;
/** The codes that an update may be answered while the disk is full. */
const HONEST = [
  'applied',
  'unavailable',
  'nig-outcome-unknown',
  'update-in-progress',
  'nig-unavailable',
];

const switchWal = statement('test-switch-wal', 'select pg_switch_wal()');
const codeSchema = z.looseObject({ code: z.string().default('applied') });

/** Updates each ticket; counts the codes of the answers. */
const updateEach = async (
  client: Client,
  tickets: readonly string[],
): Promise<Map<string, number>> => {
  const outcomes = new Map<string, number>();
  for (const id of tickets) {
    const ticket = await client.get(`/ticket/ctt/${id}`);
    const answer =
      ticket.status === 200 ? await sendUpdate(client, id, { ipAddress: newAddress() }) : ticket;
    const { code } = codeSchema.parse(answer.body);
    assert.ok(HONEST.includes(code), `${answer.status} ${JSON.stringify(answer.body)}`);
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  }
  return outcomes;
};

/** Editable tickets of different lines whose update succeeds. */
const usableTickets = async (client: Client): Promise<string[]> => {
  const { items } = ticketListSchema.parse(
    (await client.get('/ticket/ctt?editable=true&limit=100')).body,
  );
  const byLine = new Map<string, string>();
  for (const { id } of items) {
    const { serviceLine, cpe } = await readTicket(client, id);
    if (!cpe || byLine.has(serviceLine.id) || byLine.size === LINES) continue;
    const answer = await sendUpdate(client, id);
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

test('while the disk is full, updates are refused or unknown; later all settle', async (t) => {
  await using stack = new AsyncDisposableStack();
  const volume = await mountSmallVolume(VOLUME_MB);
  if (!volume) {
    // CI can mount a volume: a skipped test there is a check that did not run.
    assert.equal(process.env.CI, undefined, 'CI cannot mount a small volume');
    return t.skip('this machine cannot mount a small volume (Linux can, as root)');
  }
  stack.use(volume);
  // PostgreSQL outlives a desk that is killed.
  stack.defer(async () => void (await abandonServer(volume.path)));
  const nig = await openNig(stack);
  const options = { dataDir: volume.path, nigUrl: nig.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess(options));
  const client = service.operator;
  const tickets = await usableTickets(client);

  await volume.fill();
  const pool = await databaseOf(volume.path);
  const full = new Map<string, number>();
  await until('an update fails for the full disk', async () => {
    for (const [code, count] of await updateEach(client, tickets))
      full.set(code, (full.get(code) ?? 0) + count);
    // Existing files still take writes: only a new segment of the log finds no room.
    await run(pool, switchWal, []).catch(() => {});
    return full.has('unavailable');
  });
  assert.equal((await client.get('/healthz')).status, 200);
  await pool.end();
  t.diagnostic(`while it was full: ${JSON.stringify(Object.fromEntries(full))}`);

  // As on-call does: make room and restart the desk, since PostgreSQL may have stopped.
  await volume.free();
  await service.kill();
  const next = stack.use(await startServiceProcess(options));
  const again = next.operator;
  const db = await databaseOf(volume.path);
  stack.defer(() => db.end());
  for (const id of tickets) {
    await waitUntilSettled(again, id);
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

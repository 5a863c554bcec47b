import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withoutVersion } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import {
  openReconciliation,
  recordReconciliationProgress,
} from '../../src/reconciliation/reconciliation.sql.ts';
import { useDesk } from '../support/desk.ts';
import { newAddress, prepareUpdate, readTicket } from '../support/updates.ts';

const COMMAND = fileURLToPath(new URL('../../src/commands/reconcile.ts', import.meta.url));

const desk = await useDesk();

/** Runs the command beside the desk. `waits`: it has said that it waits for another instance. */
const start = (...args: string[]) => {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: {
      ...process.env,
      DATABASE_URL: desk.databaseUrl,
      DATABASE_OWNER_URL: desk.ownerUrl,
      NIG_URL: desk.nig.url,
    },
  });
  const waits = new Promise<void>((resolve) => {
    child.stderr.on('data', (data) => /waiting for its end/.test(String(data)) && resolve());
  });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { waits, ended: output.then(([out, err]) => ({ code: child.exitCode, out, err })) };
};
const reconcile = (...args: string[]) => start(...args).ended;

const sql = (text: string) => run(desk.db, statement(`test-${text.slice(0, 50)}`, text), []);

/** A line on which NIG holds another address than is recorded. */
const driftedLine = async () => {
  const { id, lineId, send } = await prepareUpdate(desk);
  assert.equal((await send()).status, 200);
  const { cpe } = await readTicket(desk.operator, id);
  assert.ok(cpe);
  const held = newAddress();
  await desk.nig.hold(lineId, { ...withoutVersion(cpe), ipAddress: held });
  return { lineId, recorded: cpe.ipAddress, held };
};
/** The line of the output for a line with drift. */
const found = ({ lineId, recorded, held }: Awaited<ReturnType<typeof driftedLine>>) =>
  `line ${lineId}: ipAddress is "${held}" in NIG, "${recorded}" on record`;

const HOUR_MS = 3_600_000;

test('--since lists with both values what NIG has and the desk lacks, and marks what differed before', async () => {
  const [before, after, lost] = [await driftedLine(), await driftedLine(), await driftedLine()];
  assert.equal((await reconcile()).code, 1);
  await sql(
    `update drift set found_at = now() - interval '2 hours' where service_line_id = '${before.lineId}'`,
  );
  const since = new Date(Date.now() - HOUR_MS).toISOString();
  const { code, out, err } = await reconcile('--since', since);
  assert.equal(code, 1, err);
  assert.deepEqual(
    out.split('\n').slice(0, 3).sort(),
    [`${found(before)} (since before the restore)`, found(after), found(lost)].sort(),
  );
  assert.match(out, /^NIG differs on 2 lines since .*Z, on 1 since before it$/m);
});

test('--since compares from the first line again if the open pass began before the restore', async () => {
  const line = await driftedLine();
  await sql('delete from drift');
  const other = crypto.randomUUID();
  await run(desk.db, openReconciliation, [other, 60_000]);
  // All lines are behind it, and another instance still works on it.
  const progress = () =>
    run(desk.db, recordReconciliationProgress, [
      ...([other, other, 60_000, 'zzz', 5, 0, 0, 0, 0, false] as const),
    ]);
  await progress();
  await sql(
    `update reconciliation set started_at = now() - interval '1 hour' where ended_at is null`,
  );
  const { code, out, err } = await reconcile('--since', new Date().toISOString());
  assert.equal(code, 1, err);
  assert.ok(out.includes(found(line)), out);
  assert.deepEqual(await progress(), []);
});

test('--since waits for the pass of a running desk and lists what that found', async () => {
  const line = await driftedLine();
  const since = new Date(Date.now() - HOUR_MS).toISOString();
  assert.equal((await reconcile('--since', since)).code, 1);
  const by = crypto.randomUUID();
  await run(desk.db, openReconciliation, [by, 60_000]);
  const waiting = start('--since', since);
  await waiting.waits;
  await run(desk.db, recordReconciliationProgress, [by, by, 60_000, 'zzz', 9, 0, 0, 0, 1, true]);
  const { code, out, err } = await waiting.ended;
  assert.equal(code, 1, err);
  assert.ok(out.includes(found(line)), out);
});

test('a time without a zone, in the future or an unknown option is refused with the usage', async () => {
  for (const args of [
    ['--since', '2026-12-01T02:00:00'],
    ['--since', new Date(Date.now() + HOUR_MS).toISOString()],
    ['--until', '2026-12-01T02:00:00Z'],
  ]) {
    const { code, err } = await reconcile(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /Usage: .*reconcile -- --since 2026-12-01T02:00:00Z/s);
  }
});

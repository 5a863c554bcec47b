import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chainVerdictSchema } from '@cpe-desk/contract';
import { verifyAll } from '../../src/history/proof/read-chain.ts';
import { useDesk } from '../support/desk.ts';
import { forge, rehash } from '../support/forge-history.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { updateCpe } from '../support/updates.ts';

/*
 * Both verifiers check that the times of a chain never fall. Migration 0019 made the database
 * refuse it.
 */

const desk = await useDesk();
const { operator, reviewer } = desk;

/** A line whose second entry is an hour before its first one, with valid hashes. */
const lineWithFall = async () => {
  const { id, lineId } = await addTestLine(desk.db);
  for (const reason of ['one', 'two', 'three']) await updateCpe(operator, id, {}, reason);
  const sql = `update cpe_history set at = at + interval '1 hour'
    where service_line_id = $1 and sequence = 1`;
  await forge(desk.db, sql, [lineId]);
  await rehash(desk.db, lineId);
  return { id, lineId };
};

const setOrderedSince = (since: string) =>
  desk.db.connection.query({ text: `update schema_guard set history_ordered_since = ${since}` });

const verdictOf = async (id: string) =>
  chainVerdictSchema.parse((await reviewer.get(`/ticket/ctt/cpe/history/${id}/verify`)).body);

const SCRIPT = fileURLToPath(new URL('../../../docs/verify-evidence.mjs', import.meta.url));
/** Verifies the evidence of a ticket offline. */
const verifyOffline = async (id: string) => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'evidence.json');
  const answer = await reviewer.fetch(`/ticket/ctt/cpe/history/${id}/evidence`);
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  return (await runProgram(SCRIPT, [file])).out;
};

test('both verifiers report a time that falls as a fault since the database refuses it', async () => {
  const { id, lineId } = await lineWithFall();
  await setOrderedSince(`'2020-01-01Z'`);
  const { isIntact, fault, notes } = await verdictOf(id);
  assert.deepEqual([isIntact, fault?.sequence, notes], [false, 2, []]);
  assert.match(fault?.detail ?? '', /^Its time is before the previous entry/);
  const all = [];
  for await (const each of verifyAll(desk.db))
    if (each.serviceLineId === lineId) all.push(each.fault);
  assert.deepEqual(all, [fault]);
  assert.match(
    await verifyOffline(id),
    /^entry 2: its time is before that of the entry before it/m,
  );
});

test('both verifiers report a time that fell before the database refused it as a note', async () => {
  const { id } = await lineWithFall();
  await setOrderedSince(`now() + interval '1 min'`);
  const { isIntact, fault, notes } = await verdictOf(id);
  assert.deepEqual([isIntact, fault, notes.map(({ sequence }) => sequence)], [true, null, [2]]);
  const out = await verifyOffline(id);
  assert.match(out, /^note: entry 2: its time is before that of the entry before it/m);
  assert.doesNotMatch(out, /^entry 2/m);
});

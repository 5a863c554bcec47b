import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chainVerdictSchema, type HistoryEntry } from '@cpe-desk/contract';
import { entryHash } from '../../src/history/entry-hash.ts';
import { readChain, verifyAll } from '../../src/history/read-chain.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

/* Both verifiers: the times of a chain never fall. Before migration 0019 nothing prevented it. */

let desk: TestDesk;
let operator: Client;
let reviewer: Client;
before(async () => {
  desk = await startTestDesk();
  [operator, reviewer] = [await desk.as('demo-operator'), await desk.as('demo-reviewer')];
});
after(() => desk[Symbol.asyncDispose]());

/** Runs SQL past the guard, as a desk did before there was one. */
const pastTheGuard = async (text: string, values: unknown[] = []) => {
  const client = await desk.db.connect();
  try {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query(text, values);
    await client.query('commit');
  } finally {
    client.release();
  }
};

/** A line whose second entry is an hour before its first one, with the right hashes. */
const lineWithFall = async () => {
  const { id, lineId } = await addTestLine(desk.db);
  for (const reason of ['one', 'two', 'three']) {
    const body = { ...(await updateBody(operator, id, {})), reason };
    assert.equal((await operator.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
  }
  await pastTheGuard(
    `update cpe_history set at = at + interval '1 hour' where service_line_id = $1 and sequence = 1`,
    [lineId],
  );
  const entries: HistoryEntry[] = [];
  for await (const entry of readChain(desk.db, lineId)) entries.push(entry);
  let previous: string | null = null;
  for (const { hash: _, previousHash: __, ...facts } of entries) {
    const hash = entryHash(previous, facts);
    await pastTheGuard(
      'update cpe_history set previous_hash = $2, hash = $3 where service_line_id = $1 and id = $4',
      [lineId, previous, hash, facts.id],
    );
    previous = hash;
  }
  return { id, lineId };
};

const setOrderedSince = (since: string) =>
  desk.db.connection.query({ text: `update schema_guard set history_ordered_since = ${since}` });

const verdictOf = async (id: string) =>
  chainVerdictSchema.parse((await reviewer.get(`/ticket/ctt/cpe/history/${id}/verify`)).body);

const SCRIPT = fileURLToPath(new URL('../../../docs/verify-evidence.mjs', import.meta.url));
/** Verifies the evidence of a ticket offline, as the desk wrote it. */
const verifyOffline = async (id: string) => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'evidence.json');
  const url = `${desk.origin}/ticket/ctt/cpe/history/${id}/evidence`;
  const answer = await fetch(url, { headers: { authorization: reviewer.authorization } });
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  return await new Promise<string>((resolve) => {
    execFile(process.execPath, [SCRIPT, file], (_, stdout) => resolve(stdout));
  });
};

test('a time that falls is a fault for both verifiers since the database refuses it', async () => {
  const { id, lineId } = await lineWithFall();
  await setOrderedSince(`'2020-01-01Z'`);
  const { isIntact, fault, notes } = await verdictOf(id);
  assert.deepEqual([isIntact, fault?.sequence, notes], [false, 2, []]);
  assert.match(fault?.detail ?? '', /^Its time is before the previous entry/);
  const all = [];
  for await (const each of verifyAll(desk.db)) if (each.serviceLineId === lineId) all.push(each.fault);
  assert.deepEqual(all, [fault]);
  assert.match(await verifyOffline(id), /^entry 2: its time is before that of the entry before it/m);
});

test('a time that falls before the database refused it is a note for both verifiers', async () => {
  const { id } = await lineWithFall();
  await setOrderedSince(`now() + interval '1 min'`);
  const { isIntact, fault, notes } = await verdictOf(id);
  assert.deepEqual([isIntact, fault, notes.map(({ sequence }) => sequence)], [true, null, [2]]);
  const out = await verifyOffline(id);
  assert.match(out, /^note: entry 2: its time is before that of the entry before it/m);
  assert.doesNotMatch(out, /^entry 2/m);
});

import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openJournal } from '../src/journal.ts';
import { createSimulator } from '../src/server.ts';
import { cpe, startSimulator, temporaryFile, updateOf } from './testing.ts';

test('a restart keeps answers, refusals, CPEs and the sequence', async (t) => {
  const before = await startSimulator(t);
  const accepted = await before.put('/cpe-updates/u1', updateOf('L1'));
  await before.put('/cpes/L2', { cpe });
  await before.put('/faults', { mode: 'reject' });
  const rejected = await before.put('/cpe-updates/u2', updateOf('L2'));
  await before.stop();

  const after = await startSimulator(t, before.dataFile);
  assert.deepEqual(await after.put('/cpe-updates/u1', updateOf('L1')), {
    status: 200,
    body: accepted.body,
  });
  assert.deepEqual(await after.put('/cpe-updates/u2', updateOf('L2')), rejected);
  assert.equal((await after.put('/cpe-updates/u1', updateOf('L1', 'other'))).status, 409);
  assert.deepEqual((await after.get('/cpes/L1')).body, {
    serviceLineId: 'L1',
    cpe: updateOf('L1').new,
  });
  assert.deepEqual((await after.get('/cpes/L2')).body, { serviceLineId: 'L2', cpe });
  const next = await after.put('/cpe-updates/u3', updateOf('L3'));
  assert.deepEqual(next.body, { status: 'accepted', reference: 'NIG-000002', updateId: 'u3' });
});

test('a torn last line is ignored, and later lines are whole', async (t) => {
  const before = await startSimulator(t);
  await before.put('/cpe-updates/u1', updateOf('L1'));
  await before.stop();
  const [line = ''] = (await readFile(before.dataFile, 'utf8')).split('\n');
  await appendFile(before.dataFile, line.replace('u1', 'u2').slice(0, -20));

  const after = await startSimulator(t, before.dataFile);
  assert.equal((await after.get('/cpe-updates/u1')).status, 200);
  assert.equal((await after.get('/cpe-updates/u2')).status, 404);
  assert.equal((await after.put('/cpe-updates/u3', updateOf('L3'))).status, 201);
  await after.stop();

  const again = await startSimulator(t, before.dataFile);
  assert.equal((await again.get('/cpe-updates/u1')).status, 200);
  assert.equal((await again.get('/cpe-updates/u2')).status, 404);
  assert.equal((await again.get('/cpe-updates/u3')).status, 200);
});

test('opening a file does not change a torn line, which another process may write', async (t) => {
  const file = await temporaryFile(t);
  await appendFile(file, '{"n":1}\n{"n"');
  const seen: unknown[] = [];
  await openJournal(file, (entry) => seen.push(entry)).close();
  assert.deepEqual(seen, [{ n: 1 }]);
  assert.equal(await readFile(file, 'utf8'), '{"n":1}\n{"n"');
});

test('a bad line in the file stops the start with its number', async (t) => {
  const file = await temporaryFile(t);
  await appendFile(
    file,
    `${JSON.stringify({ type: 'cpe', serviceLineId: 'L1', cpe })}\n{"type":"other"}\n{}\n`,
  );
  assert.throws(() => createSimulator({ dataFile: file }), {
    message: `${file}, line 2: type must be cpe or cpe-update`,
  });
});

test('entries that are appended at the same time keep their order', async (t) => {
  const file = await temporaryFile(t);
  const journal = openJournal(file, () => {});
  const numbers = Array.from({ length: 200 }, (_, n) => n);
  await Promise.all(numbers.map((n) => journal.append({ n })));
  await journal.close();
  const seen: unknown[] = [];
  await openJournal(file, (entry) => seen.push(entry)).close();
  assert.deepEqual(
    seen,
    numbers.map((n) => ({ n })),
  );
});

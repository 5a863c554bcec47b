import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ticketSchema } from '@cpe-desk/contract';
import { readXlsx } from '../../src/platform/tables/read-xlsx.ts';
import { allOf } from '../support/all-of.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { readTicket, updateBody } from '../support/updates.ts';
import { rows } from './lines.ts';

/*
 * Each case of the field with an import.json: for each of its files, what `npm run import` answers.
 * Then what the desk shows and exports of them.
 */

type Expected = Record<string, { code: number; out: string[]; err: string[] }>;

const CASES = fileURLToPath(
  new URL('../../../contract/test/device-text/field-cases', import.meta.url),
);
const MAIN = fileURLToPath(new URL('../../src/commands/import.ts', import.meta.url));

const desk = await useDesk();
const { operator } = desk;
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const runImport = (...args: string[]) =>
  runProgram(MAIN, args, { ...process.env, DATABASE_URL: desk.ownerUrl });

for (const name of (await readdir(CASES)).sort()) {
  const folder = join(CASES, name);
  const files = name.startsWith('README') ? [] : await readdir(folder);
  if (!files.includes('import.json')) continue;
  const expected: Expected = JSON.parse(await readFile(join(folder, 'import.json'), 'utf8'));
  for (const [file, { code, out, err }] of Object.entries(expected))
    test(`field case ${name}, ${file}`, async () => {
      const done = await runImport(join(folder, file));
      assert.deepEqual([linesOf(done.out), linesOf(done.err)], [out, err]);
      assert.equal(done.code, code);
    });
}

const cpeOf = async (id: string) => (await readTicket(operator, id)).cpe;

test('field case 51: UTF-16 is read as it is meant', async () => {
  const { serviceLine } = await readTicket(operator, 'f-51-1');
  assert.equal(serviceLine.customer, 'Bäckerei Zürich GmbH');
});

test('field case 54: numbers are ids and serial numbers as text', async () => {
  const { serviceLine, cpe } = await readTicket(operator, '883540');
  assert.deepEqual([serviceLine.id, cpe?.serialNumber], ['20540', '372010010470']);
});

test('field case 55: placeholders are no devices', async () => {
  for (const n of [1, 2, 3, 4]) {
    const { ipAddress, port, serialNumber, macAddress } = (await cpeOf(`f-55-${n}`)) ?? {};
    assert.deepEqual([ipAddress, port, serialNumber, macAddress], ['', '', null, null]);
  }
});

test('field case 56: the second address and the prefix are recorded', async () => {
  const { ipv6Address, ipv6Prefix } = (await cpeOf('f-56-1')) ?? {};
  assert.deepEqual([ipv6Address, ipv6Prefix], ['2a02:908::7', '2a02:908:4b00:7f00::/56']);
});

test('field case 57: each time with an offset is the same instant', async () => {
  const openedAt = async (n: number) => (await readTicket(operator, `f-57-${n}`)).openedAt;
  assert.equal(await openedAt(3), '2026-10-30T00:12:00.000Z');
  assert.equal(await openedAt(5), '2026-10-30T00:12:00.000Z');
  assert.equal(await openedAt(6), '2026-10-25T00:30:00.000Z');
});

test('field case 58: the device is on one line, which can be refreshed', async () => {
  const body = await updateBody(operator, 'f-58-1');
  assert.equal(body.current.serialNumber, 'ALCLF9772423');
  const answer = await operator.post('/ticket/ctt/cpe/preview/f-58-1', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
});

test('field cases 62 and 73: the CSV opens in Excel with its letters, and no formula in it runs', async () => {
  const answer = await operator.fetch('/ticket/ctt/export.csv?q=CTT-F62');
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const text = bytes.toString('utf8');
  for (const name of [
    'Café Olé Sdn. Bhd.',
    'Łódź Światłowód S.A.',
    'مقهى الياسمين',
    'Café Décomposé',
  ])
    assert.ok(text.includes(`"${name}"`), name);
  assert.ok(text.includes(`"'=1+1;'=1+2"`));
  // Wherever a spreadsheet splits, and whatever quotes it drops, no cell begins a formula.
  const cells = text
    .slice(1)
    .split(/[,;\t\r\n|]/)
    .map((cell) => cell.replace(/^[\s"]+/, ''));
  assert.deepEqual(
    cells.filter((cell) => /^[=+\-@＝＋－＠]/.test(cell)),
    [],
  );
  assert.doesNotMatch(text, /(?![\r\n])[\p{Cc}\p{Bidi_Control}]/u);
});

test('field case 62: the XLSX has the same names as text', async () => {
  const answer = await operator.fetch('/ticket/ctt/export.xlsx?q=CTT-F62');
  await using folder = await tempFolder();
  const file = join(folder.path, 'tickets.xlsx');
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  const customers = (await allOf(readXlsx(file))).map(({ cells }) => cells[4]);
  assert.ok(customers.includes('=1+1;=1+2'));
  assert.ok(customers.includes('Łódź Światłowód S.A.'));
});

test('field case 74: a character that turns text around is left out or refused', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'bidi.ndjson');
  const { serviceLine } = ticketSchema.parse((await operator.get('/ticket/ctt/f-59-1')).body);
  const line = {
    ...{ ...serviceLine, type: 'serviceLine', path: ['F-OLT-59'] },
    customer: 'Zoë\u202egpj.exe',
  };
  await writeFile(file, JSON.stringify(line));
  assert.equal((await runImport(file)).out, '1 lines read, 1 changed, 0 kept, 0 bad\n');
  assert.equal((await readTicket(operator, 'f-59-1')).serviceLine.customer, 'Zoëgpj.exe');
  const body = { ...(await updateBody(operator, 'f-59-1')), reason: 'wrong IP\u202e 402.0.02.01' };
  for (const path of ['preview', 'update'])
    assertProblem(
      await operator.post(`/ticket/ctt/cpe/${path}/f-59-1`, body, {
        'idempotency-key': `bidi-${path}`,
      }),
      'invalid-cpe',
    );
  // Text that was recorded before the rule.
  await rows(
    desk.db,
    `update service_line set customer = E'Zo\\u200B\\u202Egpj' where id = 'F-59-1'`,
  );
  const text = await (await operator.fetch('/ticket/ctt/export.csv?q=CTT-F59')).text();
  assert.ok(text.includes('"Zogpj"'), text);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { type Bulk, bulkListSchema, bulkSchema } from '@cpe-desk/contract';
import { writeXlsx } from '../../src/platform/tables/write-xlsx.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { prepared, readBulk, rowsOf, upload, uploadAndCheck } from './bulks.ts';

const MOST_ROWS = 300;
const desk = await useDesk({ bulkLimits: { maxBytes: 200_000, maxRows: MOST_ROWS } });
const { supervisor, reviewer } = desk;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ROUTE = '/ticket/ctt/cpe/bulk';

const { id: ticket } = await addTestLine(desk.db);
const { id: second } = await addTestLine(desk.db);

const reasonsOf = async ({ bulkId }: Bulk) =>
  (await rowsOf(supervisor, bulkId)).map(({ line, reason }) => [line, reason]);

const spreadsheet = (rows: string[][]) =>
  buffer(
    writeXlsx(
      (async function* () {
        yield* rows;
      })(),
    ),
  );

const utf16 = (text: string, isBig: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return new Uint8Array(isBig ? bytes.swap16() : bytes);
};

test('reads each encoding, separator and line end', async () => {
  const text = (separator: string, end: string) =>
    ['Ticket', 'Grund']
      .join(separator)
      .concat(
        end,
        ticket,
        separator,
        `"Zä${separator} ""hl""${end}er"`,
        end,
        end,
        second,
        separator,
        end,
      );
  const files: [file: string | Uint8Array<ArrayBuffer>, encoding: string, separator: string][] = [
    [text(',', '\r\n'), 'utf-8', ','],
    [`\ufeff${text(';', '\n')}`, 'utf-8', ';'],
    [text('\t', '\r'), 'utf-8', '\t'],
    [utf16(text(';', '\r\n'), false), 'utf-16le', ';'],
    [utf16(text(',', '\n'), true), 'utf-16be', ','],
    [new Uint8Array(Buffer.from(text(';', '\n'), 'latin1')), 'windows-1252', ';'],
  ];
  for (const [file, encoding, separator] of files) {
    const bulk = await uploadAndCheck(supervisor, file);
    assert.equal(bulk.state, 'checked', JSON.stringify(bulk));
    assert.deepEqual([bulk.file?.encoding, bulk.file?.separator], [encoding, separator]);
    assert.deepEqual(bulk.mapping?.columns, { Ticket: 'ticket', Grund: 'reason' });
    const isGuessed = bulk.notes.some(({ code }) => code === 'encoding-guessed');
    assert.equal(isGuessed, encoding === 'windows-1252');
    const [first, last] = await reasonsOf(bulk);
    assert.equal(
      String(first?.[1]).replaceAll(/\s+/g, ' '),
      `Zä${separator} "hl" er`.replaceAll(/\s+/g, ' '),
    );
    assert.deepEqual([first?.[0], last], [2, [5, null]]);
  }
});

test('reads spreadsheets and NDJSON, and keeps their line numbers', async () => {
  const sheet = await spreadsheet([
    ['TICKET', 'Down Kbps', 'reason'],
    [ticket, '120000', 'sheet'],
    [second, '2,5G', ''],
  ]);
  const xlsx = await uploadAndCheck(supervisor, new Uint8Array(sheet), { type: XLSX });
  assert.equal(xlsx.state, 'checked', JSON.stringify(xlsx));
  assert.deepEqual([xlsx.file?.encoding, xlsx.file?.separator], [null, null]);
  const rates = (await rowsOf(supervisor, xlsx.bulkId)).map((row) => [
    row.line,
    row.after?.bandwidth.downKbps ?? row.verdict?.problem?.code,
  ]);
  assert.deepEqual(rates, [
    [2, 120_000],
    [3, 'invalid-cpe'],
  ]);
  const lines = [
    JSON.stringify({ ticket, downKbps: 130_000 }),
    'not json',
    '',
    JSON.stringify({ reason: 'r', ticket: second }),
    JSON.stringify({ ticket: second, serialNumber: null }),
  ];
  const ndjson = await uploadAndCheck(supervisor, lines.join('\n'), {
    type: 'application/x-ndjson',
  });
  assert.equal(ndjson.state, 'checked', JSON.stringify(ndjson));
  assert.deepEqual(ndjson.file?.headings, ['ticket', 'downKbps', 'reason', 'serialNumber']);
  const read = (await rowsOf(supervisor, ndjson.bulkId)).map((row) => [
    row.line,
    row.verdict?.problem?.code ?? row.kind,
  ]);
  assert.deepEqual(read, [
    [1, 'correction'],
    [2, 'malformed-request'],
    [4, 'refresh'],
    [5, 'malformed-request'],
  ]);
});

test('a file that cannot be read names its fault and line', async () => {
  const files: [file: string, code: string, line: number | null, type?: string][] = [
    ['', 'empty-file', null],
    ['ticket,reason\r\n', 'empty-file', null],
    ['CTT-2026-000015,10.20.0.7\n', 'no-heading', 1],
    ['ticket,IP,ip\nx,,\n', 'duplicate-heading', 1],
    [`ticket${',a'.repeat(64)}\n`, 'too-many-columns', 1],
    [`ticket\n${'x\n'.repeat(MOST_ROWS + 1)}`, 'too-many-rows', MOST_ROWS + 2],
    ['ticket,reason\nx,"open\n', 'unterminated-quote', 2],
    ['no workbook', 'not-a-spreadsheet', null, XLSX],
  ];
  for (const [file, code, line, type] of files) {
    const bulk = await uploadAndCheck(supervisor, file, type ? { type } : {});
    assert.equal(bulk.state, 'unreadable', `${code} ${JSON.stringify(bulk)}`);
    assert.deepEqual([bulk.fault?.code, bulk.fault?.line], [code, line], bulk.fault?.detail);
    assert.equal(bulk.counts.rows, 0);
  }
  const bad = await uploadAndCheck(
    supervisor,
    new Uint8Array(Buffer.from('ticket\n\xe4\n', 'latin1')),
    {
      query: '?encoding=utf-8',
    },
  );
  assert.deepEqual(bad.fault && [bad.fault.code, bad.fault.line], ['bad-encoding', 2]);
});

test('a bad row is the verdict of that row, and its neighbours are judged', async () => {
  const file = `ticket,reason\n${ticket},a,b\n${second}\n${second},${'x'.repeat(4001)}\n${ticket},ok\n`;
  const bulk = await uploadAndCheck(supervisor, file);
  const codes = (await rowsOf(supervisor, bulk.bulkId)).map(
    ({ verdict }) => verdict?.problem?.code,
  );
  assert.deepEqual(codes, [
    'malformed-request',
    'malformed-request',
    'malformed-request',
    undefined,
  ]);
});

test('random bytes and broken files never stop the desk', async () => {
  const sheet = await spreadsheet([['ticket'], [ticket]]);
  for (const type of ['text/csv', 'application/x-ndjson', XLSX])
    for (let run = 0; run < 6; run++) {
      const noise = randomBytes(1 + Math.floor(Math.random() * 3000));
      const start = run % 3;
      const whole = type === XLSX ? sheet : Buffer.from('ticket,reason\n');
      const broken = Buffer.concat([whole.subarray(0, whole.length - start * 7), noise]);
      const file = new Uint8Array(start === 0 ? noise : broken);
      const bulk = await uploadAndCheck(supervisor, file, { type });
      assert.match(bulk.state, /^(?:unreadable|needs-mapping|checked)$/, noise.toString('hex'));
      // So that the limit of open bulks is not reached.
      await desk.db.connection.query({
        text: `update cpe_bulk set state = 'cancelled', finished_at = now() where id = $1`,
        values: [bulk.bulkId],
      });
    }
});

test('unknown headings and ambiguous numbers are asked about, and the answer is proposed later', async () => {
  const file = `Ticket;Bemerkung;Download\n${ticket};x;120.000\n${second};y;64\n`;
  const asked = await uploadAndCheck(supervisor, file);
  assert.equal(asked.state, 'needs-mapping');
  assert.deepEqual(
    asked.questions.map(({ code, heading, row, text }) => [code, heading, row, text]),
    [
      ['unknown-column', 'Bemerkung', undefined, undefined],
      ['decimal-mark', 'Download', 1, '120.000'],
    ],
  );
  assert.ok(
    asked.questions[0]?.choices.includes('reason') && asked.questions[0].choices.includes(null),
  );
  const put = (body: unknown) => supervisor.put(`${ROUTE}/${asked.bulkId}/mapping`, body);
  const open = await put({ columns: { Remark: null } });
  assertProblem(open, 'malformed-request');
  const pointers = (open.body as { errors: { pointer: string }[] }).errors.map(
    ({ pointer }) => pointer,
  );
  assert.deepEqual(pointers, ['/columns/Remark', '/columns/Bemerkung', '/decimalMark']);
  assert.equal((await put({ columns: { Bemerkung: 'reason' }, decimalMark: ',' })).status, 202);
  const first = await prepared(supervisor, asked.bulkId);
  const [row] = await rowsOf(supervisor, first.bulkId);
  assert.deepEqual([row?.after?.bandwidth.downKbps, row?.reason], [120_000, 'x']);
  assert.equal((await put({ columns: { Bemerkung: null } })).status, 202);
  const other = await prepared(supervisor, asked.bulkId);
  assert.notEqual(other.check?.checkHash, first.check?.checkHash);
  const proposed = await uploadAndCheck(supervisor, file);
  assert.deepEqual(proposed.mapping?.columns, {
    Ticket: 'ticket',
    Bemerkung: null,
    Download: 'downKbps',
  });
  const same = proposed.notes.find(({ code }) => code === 'same-file');
  assert.equal(same?.bulkId, asked.bulkId);
});

test('a heading with the word for old or current is no new value', async () => {
  const bulk = await uploadAndCheck(supervisor, `ticket,Old IP,Current serial,MAC\n${ticket},,,\n`);
  assert.deepEqual(bulk.mapping?.columns, {
    ticket: 'ticket',
    'Current serial': 'currentSerialNumber',
    MAC: 'macAddress',
  });
  assert.deepEqual(
    bulk.questions.map(({ heading }) => heading),
    ['Old IP'],
  );
});

test('the same key with the same bytes answers the same bulk', async () => {
  const headers = { 'idempotency-key': 'march' };
  const file = `ticket\n${ticket}\n`;
  const first = await upload(supervisor, file, { headers, query: '?name=march.csv' });
  const again = await upload(supervisor, file, { headers });
  assert.deepEqual([first.status, again.status], [202, 202]);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  const [one, two] = [bulkSchema.parse(await first.json()), bulkSchema.parse(await again.json())];
  assert.equal(one.bulkId, two.bulkId);
  assert.equal(first.headers.get('location'), `${ROUTE}/${one.bulkId}`);
  assert.equal(one.name, 'march.csv');
  const reused = await upload(supervisor, `${file}\n`, { headers });
  assert.equal(reused.status, 409);
  await prepared(supervisor, one.bulkId);
});

test('refuses what is too large, of another type or by others, and too many open bulks', async () => {
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
  assert.equal(await codeOf(await upload(supervisor, 'x'.repeat(200_001))), 'body-too-large');
  const chunked = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 5; part++) controller.enqueue(new Uint8Array(50_000));
      controller.close();
    },
  });
  const streamed = await supervisor.fetch(ROUTE, {
    method: 'POST',
    body: chunked,
    headers: { 'content-type': 'text/csv' },
    duplex: 'half',
  } as RequestInit & { headers: Record<string, string> });
  assert.deepEqual([streamed.status, await codeOf(streamed)], [413, 'body-too-large']);
  const json = await upload(supervisor, '{}', { type: 'application/json' });
  assert.equal(await codeOf(json), 'unsupported-media-type');
  assert.equal((await upload(reviewer, 'ticket\n')).status, 403);
  assertProblem(await supervisor.get(`${ROUTE}/not-an-id`), 'not-found');
  const parts = await desk.db.connection.query({ text: 'select from cpe_bulk_part' });
  assert.equal(parts.rowCount, 0);
  const { items } = bulkListSchema.parse((await supervisor.get(`${ROUTE}?limit=200`)).body);
  const isOpen = ({ state }: Bulk) => !['unreadable', 'cancelled', 'finished'].includes(state);
  for (let open = items.filter(isOpen).length; open < 50; open++)
    assert.equal((await upload(supervisor, `ticket\n${ticket}\n`)).status, 202);
  const refused = await upload(supervisor, `ticket\n${ticket}\n`);
  assert.equal(await codeOf(refused), 'too-many-requests');
  const replayed = await upload(supervisor, `ticket\n${ticket}\n`, {
    headers: { 'idempotency-key': 'march' },
  });
  assert.equal(replayed.status, 202);
  await desk.db.connection.query({
    text: `update cpe_bulk set state = 'cancelled', finished_at = now()
            where state not in ('unreadable', 'cancelled', 'finished')`,
  });
  assert.equal(
    (
      await readBulk(
        reviewer,
        bulkListSchema.parse((await reviewer.get(ROUTE)).body).items[0]?.bulkId ?? '',
      )
    ).state,
    'cancelled',
  );
});

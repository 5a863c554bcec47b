import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BulkRow, bulkListSchema } from '@cpe-desk/contract';
import { deleteOldRows } from '../../src/bulk/show/delete-old-rows.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { newAddress, readTicket, sendUpdate } from '../support/updates.ts';
import { csvOf, prepared, readBulk, rowsOf, upload, uploadAndCheck } from './bulks.ts';

const desk = await useDesk();
const other = await useDesk({ beside: desk });
const { supervisor, reviewer, admin } = desk;
const ROUTE = '/ticket/ctt/cpe/bulk';

const query = (text: string, values: unknown[] = []) => desk.db.connection.query({ text, values });

const checkAgain = async (bulkId: string, client = supervisor) => {
  const answer = await client.post(`${ROUTE}/${bulkId}/check`, {});
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return prepared(client, bulkId);
};

const addLines = async (count: number) => {
  const ids: string[] = [];
  for (let line = 0; line < count; line++) ids.push((await addTestLine(desk.db)).id);
  return ids;
};

test('the hash is equal while the facts are, and differs after an update', async () => {
  const [first = '', second = ''] = await addLines(2);
  const rows = [
    { ticket: first, ipAddress: newAddress(), reason: 'moved' },
    { ticket: second, downKbps: 64 },
    { ticket: 'none' },
  ];
  const { bulkId, check } = await uploadAndCheck(supervisor, csvOf(rows));
  assert.match(check?.checkHash ?? '', /^[\da-f]{64}$/);
  const again = await checkAgain(bulkId, other.supervisor);
  assert.equal(again.check?.checkHash, check?.checkHash);
  const copy = await uploadAndCheck(other.supervisor, csvOf(rows));
  assert.equal(copy.check?.checkHash, check?.checkHash);
  await sendUpdate(supervisor, second);
  const refreshed = await checkAgain(bulkId);
  assert.equal(refreshed.check?.checkHash, check?.checkHash, 'a refresh changes no value');
  await sendUpdate(supervisor, second, { ipAddress: newAddress() });
  const changed = await checkAgain(bulkId);
  assert.notEqual(changed.check?.checkHash, check?.checkHash);
  const lasts = Date.parse(changed.check?.expiresAt ?? '') - Date.parse(changed.check?.at ?? '');
  assert.equal(lasts, 24 * 3_600_000);
  assertProblem(
    await supervisor.post(`${ROUTE}/${bulkId}/check`, {}).then(async (answer) => {
      assert.equal(answer.status, 202);
      return supervisor.post(`${ROUTE}/${bulkId}/check`, {});
    }),
    'wrong-bulk-state',
  );
  await prepared(supervisor, bulkId);
});

test('a step whose instance was killed is begun again, and nothing of it is left', async () => {
  const tickets = await addLines(3);
  const file = csvOf(tickets.map((ticket) => ({ ticket, ipAddress: newAddress() })));
  const whole = await uploadAndCheck(supervisor, file);
  const rows = await rowsOf(supervisor, whole.bulkId);
  // As a killed instance leaves it: under a lease, with a row judged and one that is wrong.
  await query(
    `update cpe_bulk set state = 'checking', check_hash = null, checked_at = null, checked = null,
            lease = gen_random_uuid(), leased_until = now() + interval '300 ms' where id = $1`,
    [whole.bulkId],
  );
  await query(
    `update cpe_bulk_row set service_line_id = 'line-of-another', verdict = null,
            state = 'left-out', code = 'internal-error' where bulk_id = $1 and row = 2`,
    [whole.bulkId],
  );
  const again = await prepared(supervisor, whole.bulkId);
  assert.equal(again.check?.checkHash, whole.check?.checkHash);
  assert.deepEqual(await rowsOf(supervisor, whole.bulkId), rows);
});

test('an instance that lost its lease writes nothing', async () => {
  const [ticket = ''] = await addLines(1);
  const hold = await desk.db.connect();
  try {
    // The check waits for the row, and loses its lease meanwhile.
    const { bulkId } = await uploadAndCheck(supervisor, csvOf([{ ticket }]));
    await hold.query('begin');
    await hold.query('select from cpe_bulk_row where bulk_id = $1 for update', [bulkId]);
    await supervisor.post(`${ROUTE}/${bulkId}/check`, {});
    await until('the check waits', async () => {
      const { rows } = await query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%cpe_bulk_row%'`,
      );
      return rows.length > 0;
    });
    await query(
      `update cpe_bulk set state = 'cancelled', finished_at = now(), lease = null where id = $1`,
      [bulkId],
    ).catch(() => undefined);
    await hold.query('commit');
    await until('a bulk after it is checked', async () => {
      const next = await uploadAndCheck(supervisor, csvOf([{ ticket }]));
      return next.state === 'checked';
    });
    assert.match((await readBulk(supervisor, bulkId)).state, /^(?:cancelled|checked)$/);
  } finally {
    await hold.query('rollback').catch(() => undefined);
    hold.release();
  }
});

test('a bulk is there for those who see all its lines', async () => {
  const sme = await addTestLine(desk.db, { segmentGroup: 'SME' });
  const wholesale = await addTestLine(desk.db, { segmentGroup: 'WHOLESALE' });
  const { bulkId } = await uploadAndCheck(
    supervisor,
    csvOf([{ ticket: sme.id }, { ticket: wholesale.id }]),
  );
  const groups = await query('select segment_groups from cpe_bulk where id = $1', [bulkId]);
  assert.deepEqual(groups.rows[0]?.segment_groups.toSorted(), ['SME', 'WHOLESALE']);
  assert.equal((await reviewer.get(`${ROUTE}/${bulkId}`)).status, 200);
  // The supervisor of the check saw everything; one who does not gets no ticket of others.
  await query(`update cpe_bulk set creator_groups = '{SME}' where id = $1`, [bulkId]);
  await query(
    `update cpe_bulk set state = 'checking', check_hash = null, checked_at = null where id = $1`,
    [bulkId],
  );
  await prepared(supervisor, bulkId);
  const codes = (await rowsOf(supervisor, bulkId)).map(({ verdict }) => verdict?.problem?.code);
  assert.deepEqual(codes, [undefined, 'ctt-not-found']);
});

test('rows are listed by state and code, page by page', async () => {
  const tickets = await addLines(5);
  const rows = tickets.map((ticket, index) => ({ ticket, port: index % 2 ? '0/99/3:1' : '' }));
  const { bulkId } = await uploadAndCheck(supervisor, csvOf(rows));
  const numbers = (found: BulkRow[]) => found.map(({ row }) => row);
  assert.deepEqual(numbers(await rowsOf(reviewer, bulkId)), [1, 2, 3, 4, 5]);
  assert.deepEqual(numbers(await rowsOf(reviewer, bulkId, '&state=left-out')), [2, 4]);
  assert.deepEqual(numbers(await rowsOf(reviewer, bulkId, '&code=invalid-cpe')), [2, 4]);
  assert.deepEqual(numbers(await rowsOf(reviewer, bulkId, '&state=waiting')), [1, 3, 5]);
  const page = await reviewer.get(`${ROUTE}/${bulkId}/rows?limit=2`);
  const { nextCursor } = page.body as { nextCursor: string };
  const next = await reviewer.get(`${ROUTE}/${bulkId}/rows?limit=2&cursor=${nextCursor}`);
  assert.deepEqual(numbers((next.body as { items: BulkRow[] }).items), [3, 4]);
  assertProblem(await reviewer.get(`${ROUTE}/${bulkId}/rows?cursor=${'x'}`), 'malformed-request');
  assertProblem(await reviewer.get(`${ROUTE}/${bulkId}/rows/6`), 'not-found');
  const list = bulkListSchema.parse((await reviewer.get(`${ROUTE}?limit=1`)).body);
  assert.equal(list.items[0]?.bulkId, bulkId);
  const older = await reviewer.get(`${ROUTE}?limit=1&cursor=${list.nextCursor}`);
  assert.notEqual(bulkListSchema.parse(older.body).items[0]?.bulkId, bulkId);
});

test('results are the file with a result for each row, and are logged', async () => {
  const [ticket = ''] = await addLines(1);
  const file = `Ticket;Bemerkung;IP\n${ticket};=1+1;${newAddress()}\nnone;second;\n`;
  const asked = await uploadAndCheck(supervisor, file);
  await supervisor.put(`${ROUTE}/${asked.bulkId}/mapping`, { columns: { Bemerkung: null } });
  const { bulkId } = await prepared(supervisor, asked.bulkId);
  const csv = String((await reviewer.get(`${ROUTE}/${bulkId}/results.csv`)).body);
  const [head, first, second] = csv.replace('\ufeff', '').split('\r\n');
  assert.equal(
    head,
    '"Ticket","Bemerkung","IP","row","result","code","detail","updateId","nigReference","at"',
  );
  assert.match(first ?? '', new RegExp(`^"${ticket}","'=1\\+1","[\\d.]+","1","waiting","",""`));
  assert.match(second ?? '', /^"none","second","","2","left-out","ctt-not-found","Your segment/);
  const left = String((await reviewer.get(`${ROUTE}/${bulkId}/results.csv?state=left-out`)).body);
  assert.equal(left.trim().split('\r\n').length, 2);
  const xlsx = await reviewer.fetch(`${ROUTE}/${bulkId}/results.xlsx`);
  const bytes = new Uint8Array(await xlsx.arrayBuffer());
  const type = xlsx.headers.get('content-type') ?? '';
  const copy = await uploadAndCheck(supervisor, bytes, { type });
  assert.equal(copy.counts.rows, 2);
  const log = await admin.get('/auth/access-log?event=bulk-exported');
  assert.equal((log.body as { items: { detail: unknown }[] }).items.length, 3);
  const uploads = await admin.get('/auth/access-log?event=bulk-uploaded&limit=1');
  assert.match(JSON.stringify(uploads.body), new RegExp(copy.bulkId));
});

test('the template has the columns, and with a filter its tickets', async () => {
  const { id } = await addTestLine(desk.db, { customer: 'Template & Sons' });
  const { ticketNo } = await readTicket(supervisor, id);
  const empty = await supervisor.fetch(`${ROUTE}/template.csv`);
  const asFile = new Uint8Array(await empty.arrayBuffer());
  assert.equal((await uploadAndCheck(supervisor, asFile)).fault?.code, 'empty-file');
  const filled = await supervisor.fetch(`${ROUTE}/template.xlsx?q=Template`);
  const bulk = await uploadAndCheck(supervisor, new Uint8Array(await filled.arrayBuffer()), {
    type: filled.headers.get('content-type') ?? '',
  });
  assert.equal(bulk.state, 'checked', JSON.stringify(bulk));
  const rows = await rowsOf(supervisor, bulk.bulkId);
  assert.deepEqual(
    rows.map(({ ticketNo: no, kind }) => [no, kind]),
    [[ticketNo, 'refresh']],
  );
});

test('rows of bulks that ended long ago are deleted, the bulk and other rows stay', async () => {
  const [ticket = ''] = await addLines(1);
  const old = await uploadAndCheck(supervisor, csvOf([{ ticket }, { ticket: 'none' }]));
  const young = await uploadAndCheck(supervisor, csvOf([{ ticket }]));
  await query(
    `update cpe_bulk set state = 'cancelled', finished_at = now() - interval '91 days' where id = $1`,
    [old.bulkId],
  );
  await deleteOldRows(desk.db, 90)(new AbortController().signal);
  assert.deepEqual(await rowsOf(supervisor, old.bulkId), []);
  assert.ok((await readBulk(supervisor, old.bulkId)).rowsDeletedAt);
  assert.equal((await rowsOf(supervisor, young.bulkId)).length, 1);
});

test('a body that breaks off leaves no bulk and no bytes', async () => {
  const before = bulkListSchema.parse((await supervisor.get(`${ROUTE}?limit=1`)).body).items[0];
  const left = new AbortController();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(300_000).fill(65));
    },
  });
  const sent = supervisor.fetch(ROUTE, {
    ...{ method: 'POST', body, signal: left.signal, duplex: 'half' },
    headers: { 'content-type': 'text/csv' },
  } as RequestInit & { headers: Record<string, string> });
  const stored = async () => (await query('select from cpe_bulk_part')).rowCount ?? 0;
  await until('a part is stored', async () => (await stored()) > 0);
  left.abort();
  await assert.rejects(sent);
  await until('the part is deleted', async () => (await stored()) === 0);
  const after = bulkListSchema.parse((await supervisor.get(`${ROUTE}?limit=1`)).body).items[0];
  assert.equal(after?.bulkId, before?.bulkId);
  const next = await upload(supervisor, 'ticket\nnone\n');
  assert.equal(next.status, 202);
});

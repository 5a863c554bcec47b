import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import {
  type Bulk,
  bulkSchema,
  type Caller,
  type Cpe,
  callerSchema,
  withoutVersion,
} from '@cpe-desk/contract';
import { loadContexts } from '../../src/cpe-update/1-load.ts';
import { one, run, statement } from '../../src/platform/database/database.ts';
import type { Answer, Client } from './client.ts';
import type { TestDesk } from './desk.ts';
import { addTestLine, type TestLine } from './test-line.ts';
import { until } from './until.ts';
import { newAddress } from './updates.ts';

const insertBulk = statement<never, unknown[]>(
  'test-insert-bulk',
  `insert into cpe_bulk (id, kind, name, state, format, bytes, file_sha256, counts, segment_groups,
     created_by_id, created_by_name, creator_groups, check_hash, checked_at, checked)
   values ($1, 'upload', $2, 'checked', 'csv', 1, 'sha', $3, $4, $5, $6, $4, $7, now(), $8)`,
);
const insertRows = statement<never, unknown[]>(
  'test-insert-bulk-rows',
  `insert into cpe_bulk_row (bulk_id, row, line, cells, ctt_id, ticket_no, service_line_id, kind,
     changed, before, wanted, verdict)
   select $1, n, n + 1, '{}', t, t, l, 'correction', '{ipAddress}', b, w,
          '{"ok":true,"warnings":[],"problem":null}'
     from unnest($2::text[], $3::text[], $4::jsonb[], $5::jsonb[]) with ordinality
       as r(t, l, b, w, n)`,
);
const selectRows = statement<
  {
    row: number;
    state: string;
    code: string | null;
    attempt: number;
    update_id: string | null;
    service_line_id: string;
  },
  [id: string]
>(
  'test-select-bulk-rows',
  `select row, state, code, attempt, update_id, service_line_id from cpe_bulk_row
    where bulk_id = $1 order by row`,
);
const selectBulkState = statement<{ state: string; counts: unknown }, [id: string]>(
  'test-select-bulk-state',
  'select state, bulk_counts(id) as counts from cpe_bulk where id = $1',
);

export type Line = { id: string; lineId: string };

export type CheckedBulk = {
  id: string;
  checkHash: string;
  lines: Line[];
  /** The CPE that the check saw, and the one that the row makes of it, by row. */
  before: Cpe[];
  wanted: Cpe[];
};

export const addLines = async (
  { db }: Pick<TestDesk, 'db'>,
  count: number,
  line: TestLine = {},
): Promise<Line[]> => {
  const lines: Line[] = [];
  for (let n = 0; n < count; n++) lines.push(await addTestLine(db, line));
  return lines;
};

/** Who is signed in as a client. */
export const callerOf = async (client: Client): Promise<Caller> =>
  callerSchema.parse((await client.get('/auth/me')).body);

/** A checked bulk of the supervisor that gives each line a new address. */
export const addCheckedBulk = async (
  desk: Pick<TestDesk, 'db' | 'supervisor'>,
  lines: Line[],
): Promise<CheckedBulk> => {
  const caller = await callerOf(desk.supervisor);
  const { segmentGroups } = caller;
  const contexts = await loadContexts(
    desk.db,
    lines.map(({ id: cttId }) => ({
      ...{ segmentGroups, cttId, device: { manufacturer: '', model: '' }, key: null },
    })),
  );
  const before = contexts.map(({ ticket }) => {
    assert.ok(ticket?.cpe);
    return withoutVersion(ticket.cpe);
  });
  const wanted = before.map((cpe) => ({ ...cpe, ipAddress: newAddress() }));
  const id = randomUUIDv7();
  const counts = {
    ...{ rows: lines.length, waiting: lines.length, sending: 0, unknown: 0, applied: 0 },
    ...{ refused: 0, failed: 0, leftOut: 0, cancelled: 0 },
  };
  const checked = {
    ...{ ok: lines.length, problems: 0, codes: {}, warnings: {} },
    kinds: { refresh: 0, correction: lines.length, swap: 0 },
    approval: { required: false, rules: [] },
  };
  const checkHash = id.replaceAll('-', '').repeat(2);
  await run(desk.db, insertBulk, [
    ...[id, `file of ${lines.length}`, JSON.stringify(counts), segmentGroups, caller.id],
    ...[caller.name, checkHash, JSON.stringify(checked)],
  ]);
  const json = (cpes: readonly Cpe[]) => cpes.map((cpe) => JSON.stringify(cpe));
  await run(desk.db, insertRows, [
    ...[id, lines.map((line) => line.id), lines.map(({ lineId }) => lineId)],
    ...[json(before), json(wanted)],
  ]);
  return { id, checkHash, lines, before, wanted };
};

/** Acts on a bulk: `start`, `pause` and so on. */
export const postBulk = (
  client: Client,
  { id }: Pick<CheckedBulk, 'id'>,
  act: string,
  body: unknown = {},
): Promise<Answer> => client.post(`/ticket/ctt/cpe/bulk/${id}/${act}`, body);

/** Starts a bulk as it was checked, which succeeds. */
export const startBulk = async (
  client: Client,
  bulk: CheckedBulk,
  settings: unknown = {},
): Promise<Bulk> => {
  const answer = await postBulk(client, bulk, 'start', { checkHash: bulk.checkHash, settings });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return bulkSchema.parse(answer.body);
};

export const rowsOf = ({ db }: Pick<TestDesk, 'db'>, { id }: Pick<CheckedBulk, 'id'>) =>
  run(db, selectRows, [id]);

/** Waits until a bulk has a state; answers its counts. */
export const waitForBulk = async (
  { db }: Pick<TestDesk, 'db'>,
  { id }: Pick<CheckedBulk, 'id'>,
  state: Bulk['state'],
) => {
  await until(
    `the bulk is ${state}`,
    async () => (await one(db, selectBulkState, [id])).state === state,
  );
  return bulkSchema.shape.counts.parse((await one(db, selectBulkState, [id])).counts);
};

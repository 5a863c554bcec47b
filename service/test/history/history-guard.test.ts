import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/platform/database/database.ts';
import { useDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { atEnd } from '../support/until-end.ts';

/* The database refuses these writes by any writer: a desk of another release, or SQL by hand. */

const database = await useDatabase();
/** As the role that the desk works as. */
const application = openDatabase(database.applicationUrl, { max: 4, log: { warn() {} } });
atEnd(application.end);

const REFUSED = '23514';

/** `previous`: the entry whose hash it has; `at`: SQL of a time. */
type Entry = { sequence: number; previous?: number; at?: string };

const momentOf = ({ at = 'clock_timestamp()' }: Entry) => `date_trunc('milliseconds', ${at})`;
const hashOf = (sequence: number) => (sequence === 0 ? 'null' : `'h${sequence}'`);

/** A new line, and the SQL of the writers of its chain. */
const aLine = async () => {
  const { id, lineId } = await addTestLine(database.pool);
  const update = `
    insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed,
      warnings, actor_id, actor_name, rules, requested_at, settled_at, ask_at, ask_until)
    values (gen_random_uuid(), '${lineId}', '${id}', 'CTT', 'refresh', 'applied', '{}', '{}', '{}', '[]',
      'a', 'A', 'r', now(), now(), now(), now()) returning id`;
  const add = (entry: Entry) => `
    insert into cpe_history (id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind,
      actor_id, actor_name, changed, before, after, nig_reference, rules, previous_hash, hash)
    select gen_random_uuid(), '${lineId}', ${entry.sequence}, entry_at, of.id, '${id}', 'CTT', 'refresh',
      'a', 'A', '{}', '{}', '{}', 'N', 'r', ${hashOf(entry.previous ?? entry.sequence - 1)},
      ${hashOf(entry.sequence)} from of, moment`;
  const move = ({ sequence }: Entry) => `
    update cpe set history_sequence = ${sequence}, history_hash = ${hashOf(sequence)}, history_at = entry_at
      from moment where service_line_id = '${lineId}'`;
  const head = (entry: Entry) =>
    `with of as (${update}), moment as materialized (select ${momentOf(entry)} as entry_at)`;
  return {
    lineId,
    /** As a desk since migration 0014: one statement. */
    together: (entry: Entry) =>
      `${head(entry)}, moved as (${move(entry)}), added as (${add(entry)}) select from moment`,
    /** The same with the entry first: PostgreSQL may run the two in any order. */
    entryFirst: (entry: Entry) =>
      `${head(entry)}, added as (${add(entry)}), moved as (${move(entry)}) select from moment`,
    /** As a desk before migration 0014: the end of the chain is not moved. */
    alone: (entry: Entry) => `${head(entry)} ${add(entry)}`,
    entries: async () =>
      (
        await database.pool.connection.query<{ sequence: number }, []>({
          text: `select sequence from cpe_history where service_line_id = '${lineId}' order by sequence, at`,
        })
      ).rows.map(({ sequence }) => sequence),
    end: async () =>
      (
        await database.pool.connection.query<{ history_sequence: number }, []>({
          text: `select history_sequence from cpe where service_line_id = '${lineId}'`,
        })
      ).rows[0]?.history_sequence,
  };
};
const write = (text: string) => application.connection.query({ text });
const isRefused = (text: string, constraint: string) =>
  assert.rejects(write(text), { code: REFUSED, constraint });

for (const way of ['together', 'entryFirst'] as const)
  test(`a writer that moves the end of the chain adds entries (${way})`, async () => {
    const line = await aLine();
    for (const sequence of [1, 2, 3]) await write(line[way]({ sequence }));
    assert.deepEqual([await line.entries(), await line.end()], [[1, 2, 3], 3]);
  });

test('a writer that does not move the end of the chain is refused and writes nothing', async () => {
  const line = await aLine();
  await isRefused(line.alone({ sequence: 1 }), 'cpe_history_moves_end');
  await write(line.together({ sequence: 1 }));
  await isRefused(line.alone({ sequence: 2 }), 'cpe_history_moves_end');
  assert.deepEqual([await line.entries(), await line.end()], [[1], 1]);
});

for (const [what, entry] of [
  ['a number that is there', { sequence: 2, previous: 1 }],
  ['the number after the next', { sequence: 4 }],
  ['the hash of another entry', { sequence: 3, previous: 1 }],
  ['no hash', { sequence: 3, previous: 0 }],
] satisfies [string, Entry][])
  for (const way of ['together', 'entryFirst', 'alone'] as const)
    test(`an entry with ${what} is refused (${way})`, async () => {
      const line = await aLine();
      for (const sequence of [1, 2]) await write(line.together({ sequence }));
      await assert.rejects(write(line[way](entry)), { code: REFUSED });
      assert.deepEqual([await line.entries(), await line.end()], [[1, 2], 2]);
    });

test('a line without a CPE gets no entry', async () => {
  const line = await aLine();
  await database.pool.connection.query({
    text: `delete from cpe where service_line_id = '${line.lineId}'`,
  });
  await isRefused(line.alone({ sequence: 1 }), 'cpe_history_continues_chain');
});

test('the end of a chain moves only by one entry', async () => {
  const line = await aLine();
  for (const sequence of [1, 2]) await write(line.together({ sequence }));
  for (const change of [
    'history_sequence = 4',
    'history_sequence = 1',
    `history_hash = 'forged'`,
    `history_at = history_at - interval '1 hour'`,
    'history_sequence = 0, history_hash = null, history_at = null',
  ])
    await isRefused(
      `update cpe set ${change} where service_line_id = '${line.lineId}'`,
      'cpe_history_moves_by_one',
    );
  const { rowCount } = await write(
    `update cpe set history_at = history_at where service_line_id = '${line.lineId}'`,
  );
  assert.equal(rowCount, 1, 'an end that stays is no move');
  assert.equal(await line.end(), 2);
});

test('of two writers that move the end at the same time one is refused', async () => {
  const line = await aLine();
  const first = await application.connect();
  try {
    await first.query('begin');
    await first.query(line.together({ sequence: 1 }));
    const second = write(line.together({ sequence: 1 }));
    await until('the second one waits', async () => {
      const { rows } = await database.pool.connection.query({
        text: `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      });
      return rows.length > 0;
    });
    const refused = assert.rejects(second, { code: REFUSED });
    await first.query('commit');
    await refused;
  } finally {
    first.release();
  }
  assert.deepEqual([await line.entries(), await line.end()], [[1], 1]);
});

const minutes = (n: number) => `clock_timestamp() + interval '${n} min'`;
test('an entry has the time of the database, within five minutes', async () => {
  const line = await aLine();
  await isRefused(line.together({ sequence: 1, at: minutes(6) }), 'cpe_history_has_time');
  // The guard refuses it, or no partition takes it.
  for (const at of [minutes(-6), `'2020-01-01Z'::timestamptz`, `'infinity'::timestamptz`])
    await assert.rejects(write(line.together({ sequence: 1, at })), { code: REFUSED });
  await write(line.together({ sequence: 1, at: minutes(-4) }));
  await write(line.together({ sequence: 2, at: minutes(4) }));
  assert.deepEqual(await line.entries(), [1, 2]);
});

test('an entry is never before the previous entry, but may have its time', async () => {
  const line = await aLine();
  await write(line.together({ sequence: 1, at: minutes(3) }));
  await isRefused(line.together({ sequence: 2, at: minutes(2) }), 'cpe_history_has_time');
  await database.pool.connection.query({
    text: `with off as materialized (select set_config('session_replication_role', 'replica', true))
           update cpe set history_at = now() + interval '3 days' from off where service_line_id = '${line.lineId}'`,
  });
  const end = `(select history_at from cpe where service_line_id = '${line.lineId}')`;
  await isRefused(line.together({ sequence: 2 }), 'cpe_history_has_time');
  await isRefused(
    line.together({ sequence: 2, at: `${end} + interval '1 ms'` }),
    'cpe_history_has_time',
  );
  await write(line.together({ sequence: 2, at: end }));
  assert.deepEqual(await line.entries(), [1, 2]);
});

test('each partition of the history has the guard, even one that is created later', async () => {
  await database.pool.connection.query({
    text: `select make_history_month((current_date + 400)::date)`,
  });
  const { rows } = await database.pool.connection.query<{ guards: number }, []>({
    text: `select count(t.oid)::int as guards from pg_inherits i left join pg_trigger t on t.tgrelid = i.inhrelid
              and t.tgname in ('cpe_history_continues_chain', 'cpe_history_moves_end')
            where i.inhparent = 'cpe_history'::regclass group by i.inhrelid`,
  });
  // This month, the next three, and the later one.
  assert.deepEqual(rows, Array(5).fill({ guards: 2 }));
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { parseSqlFile } from '../service/src/platform/database/sql-file.ts';
import { createTestDatabase, type TestDatabase } from '../service/test/support/test-database.ts';
import { describer } from './sql-describe.ts';
import { domains } from './sql-domains.ts';
import { typesText } from './sql-type-text.ts';

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

/** The types of a .sql file and its faults, on the real schema. */
const typesOf = async (source: string) => {
  const describe = await describer(client);
  const statements = [];
  for (const parsed of parseSqlFile(source))
    statements.push({ ...parsed, description: await describe(parsed.text) });
  return typesText(statements, { file: 'it.sql', database: '.', domains });
};

const faultsOf = async (source: string) => (await typesOf(source)).faults;

test('writes the types of parameters and columns', async () => {
  const { text, faults } = await typesOf(`-- What the file is for.

-- name: find-update
-- params: id, kinds: CpeUpdateKind[],
--   since?
-- columns: settled_at!, age_ms!, request_id: 'a' | 'b'
-- Finds it.
select state, changed, settled_at, request_id, extract(epoch from now() - recorded_at)::float8 as age_ms
  from cpe_update -- ten::text
 where id = :id and kind = any(:kinds) and (:since::timestamptz is null or requested_at > :since);

-- name: forget-update
-- params: id
delete from cpe_update where id = :id;
`);
  assert.deepEqual(faults, []);
  assert.equal(
    text,
    `// Written by npm run sql-types from it.sql; do not edit.
import type { CpeField, CpeUpdateKind, CpeUpdateState } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from './sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type FindUpdateRow = {
  state: Narrow<string, CpeUpdateState>;
  changed: Narrow<string[], CpeField[]>;
  settled_at: Date;
  request_id: Narrow<string, 'a' | 'b'> | null;
  age_ms: number;
};
/**
 * Finds it.
 */
export const findUpdate = statement<FindUpdateRow, [
  id: string,
  kinds: Narrow<readonly string[], readonly CpeUpdateKind[]>,
  since: Date | string | null,
]>('find-update');

export const forgetUpdate = statement<never, [
  id: string,
]>('forget-update');
`,
  );
});

const faulty: readonly (readonly [what: string, statement: string, fault: string])[] = [
  ['a column that is not there', '-- columns: ids!\nselect id from ctt', 'there is no column ids'],
  [
    'a ? that contradicts the table',
    '-- columns: id?\nselect id from ctt',
    'column id is not null in its table: drop its ?',
  ],
  [
    'a ? on what may be null',
    '-- columns: held?\nselect held from drift',
    'column held may be null anyway: drop its ?',
  ],
  [
    'an outer join without a mark',
    'select c.version from service_line l left join cpe c on c.service_line_id = l.id',
    'column version needs ? or !: the statement has an outer join',
  ],
  [
    'a type that the column has anyway',
    '-- columns: status: TicketStatus\nselect status from ctt',
    'column status has this type anyway: drop it',
  ],
  [
    'a parameter that is not named',
    'select id from ctt where id = $1',
    'has 1 parameters, and 0 are named',
  ],
  [
    'a type that has none in TypeScript',
    'select $$x$$::xml as x',
    'type xml has none in TypeScript: cast it',
  ],
  ['two columns of one name', 'select id, title as id from ctt', 'two columns have one name'],
];

for (const [what, statement, fault] of faulty)
  test(`refuses ${what}`, async () => {
    assert.deepEqual(await faultsOf(`-- name: x\n${statement};\n`), [`x: ${fault}`]);
  });

test('refuses a placeholder that is not among the params', () => {
  assert.throws(
    () => parseSqlFile('-- name: x\n-- params: a\nselect :b;\n'),
    /x: :b is not among its params/,
  );
});

test('says what PostgreSQL says of a statement that does not fit the schema', async () => {
  await assert.rejects(
    faultsOf('-- name: x\nselect colour from ctt;\n'),
    /column "colour" does not exist/,
  );
});

/** Check constraints of the form `column in (…)`, with what they allow. */
const selectEnumerations = `
  select conrelid::regclass || '.' || attname as "column",
         array(select m[1] from regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''', 'g') m) as allowed
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
   where contype = 'c' and c.connamespace = 'public'::regnamespace and array_length(conkey, 1) = 1
     and pg_get_constraintdef(c.oid) like '%ANY (ARRAY[%'`;

test('the schema allows what contract lists', async () => {
  type Enumeration = { column: string; allowed: string[] };
  const { rows } = await client.query<Enumeration>(selectEnumerations);
  // A partition of the history repeats its table's constraint.
  const own = rows.filter(({ column }) => !/^cpe_history_\d/.test(column));
  assert.ok(own.length > 10, 'the query finds the constraints');
  for (const { column, allowed } of own)
    assert.deepEqual(allowed.toSorted(), domains[column]?.values?.toSorted(), column);
});

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIGRATIONS_FOLDER } from '../../src/platform/instances/schema-range.ts';
import { migrationFaults } from './migration-rules.ts';

/** Files of releases before the rules: they are already applied, or run on empty databases. */
const FIRST_BY_THE_RULES = '0017';

test('no migration blocks running desks or removes what the previous release needs', async () => {
  const names = (await readdir(MIGRATIONS_FOLDER))
    .filter((name) => name >= FIRST_BY_THE_RULES)
    .sort();
  assert.ok(names.length > 0);
  const faults = await Promise.all(
    names.map(async (name) =>
      migrationFaults(await readFile(join(MIGRATIONS_FOLDER, name), 'utf8')).map(
        (fault) => `${name}: ${fault}`,
      ),
    ),
  );
  assert.deepEqual(faults.flat(), []);
});

for (const sql of [
  'create index cpe_name on cpe (name);',
  'CREATE UNIQUE INDEX cpe_name ON cpe (name);',
  'create index concurrently cpe_name on cpe (name);',
  'drop index cpe_name;',
  'alter table cpe alter column version type bigint;',
  'alter table cpe add column made timestamptz default clock_timestamp();',
  'alter table cpe add column id uuid not null default gen_random_uuid();',
  'alter table cpe add column twice int generated always as (version * 2) stored;',
  'alter table cpe add column more text not null;',
  'alter table cpe add column some text, add column more text not null;',
  'alter table cpe alter column name set not null;',
  'alter table cpe add check (version > 0);',
  'alter table cpe add constraint named foreign key (name) references ctt;',
  'alter table cpe add constraint cpe_name unique (name);',
  'alter table cpe rename column name to title;',
  'alter table cpe drop column name;',
  'drop table drift;',
  'drop function refuse_history_change;',
  'update ctt set title = title;',
  'delete from ctt;',
  'lock table cpe;',
  'truncate drift;',
])
  test(`a migration may not: ${sql}`, () => assert.equal(migrationFaults(sql).length, 1, sql));

for (const sql of [
  'create table more (id int primary key, at timestamptz default clock_timestamp());\ncreate index more_at on more (at);',
  '-- no-transaction\ncreate index concurrently cpe_name on cpe (name);',
  'alter table cpe add column more text;',
  "alter table cpe add column more text not null default 'none', add column at timestamptz default now();",
  'alter table cpe add constraint positive check (version > 0) not valid;',
  'alter table cpe validate constraint positive;',
  'alter table cpe add constraint cpe_name unique using index cpe_name;',
  '-- oldest-writer: 0020\nalter table cpe drop column name;',
  'update schema_guard set oldest_writer = 1;',
  'create trigger t before update or delete on cpe for each row execute function refuse_history_change();',
  'create function f() returns void language plpgsql as $$ begin update ctt set title = title; end $$;',
  '-- drop table drift;',
])
  test(`a migration may: ${sql}`, () => assert.deepEqual(migrationFaults(sql), []));

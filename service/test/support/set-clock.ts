import { type Pool, run, statement } from '../../src/platform/database/database.ts';

/*
 * PostgreSQL has the clock of the machine. So the schema `test_clock` comes before `pg_catalog` for
 * the desk's role; its `now()` and `clock_timestamp()` add a step to the true time. Columns with
 * the default `now()` follow. Two things differ from a real step: times that PostgreSQL records
 * stay true, and `now()` may change within a transaction.
 */
const prepare = (role: string) =>
  statement<never>(
    'test-prepare-clock',
    `do $$ declare col record; begin
       create schema test_clock;
       create table test_clock.step (ahead interval not null);
       insert into test_clock.step values ('0');
       create function test_clock.now() returns timestamptz language sql stable as
         'select pg_catalog.now() + ahead from test_clock.step';
       create function test_clock.clock_timestamp() returns timestamptz language sql volatile as
         'select pg_catalog.clock_timestamp() + ahead from test_clock.step';
       grant usage on schema test_clock to public;
       grant select on test_clock.step to public;
       for col in select d.adrelid::regclass as table_name, a.attname as name
                    from pg_attrdef d join pg_attribute a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
                   where pg_get_expr(d.adbin, d.adrelid) = 'now()' loop
         execute format('alter table %s alter %I set default test_clock.now()', col.table_name, col.name);
       end loop;
       execute format('alter role %I in database %I set search_path = test_clock, pg_catalog, public',
                      '${role}', current_database());
     end $$`,
  );

const setStep = statement<never, [seconds: number]>(
  'test-set-clock',
  "update test_clock.step set ahead = $1 * interval '1 s'",
);

/** Prepares `setClock` for later connections of this role, whose name needs no quotes. */
export const prepareClock = (pool: Pool, role: string) => run(pool, prepare(role), []);

/** Sets the database's clock ahead of the true time; 0 sets it right. */
export const setClock = (pool: Pool, aheadS: number) => run(pool, setStep, [aheadS]);

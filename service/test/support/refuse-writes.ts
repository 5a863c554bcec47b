import { type Pool, run, statement } from '../../src/platform/database/database.ts';

const prepare = statement<never>(
  'test-prepare-refusals',
  `do $$ begin
     create table if not exists test_refused_line (service_line_id text primary key);
     grant select on test_refused_line to public;
     create or replace function test_refuse_write() returns trigger language plpgsql as $f$ begin
       if exists (select from test_refused_line r where r.service_line_id = new.service_line_id) then
         raise exception 'the test refuses to write line %', new.service_line_id using errcode = '53100';
       end if;
       return new;
     end $f$;
     create or replace trigger test_refuse_write before insert or update on corp_data_temp
       for each row execute function test_refuse_write();
   end $$`,
);
const refuse = statement<never, [lineId: string]>(
  'test-refuse-line',
  'insert into test_refused_line values ($1) on conflict do nothing',
);
const allow = statement<never, [lineId: string]>(
  'test-allow-line',
  'delete from test_refused_line where service_line_id = $1',
);

/** Prepares a database for `refuseWrites`, once. */
export const prepareRefusals = (db: Pool) => run(db, prepare, []);

/** Makes every local write of a line fail, as on a full disk, until the returned function runs. */
export const refuseWrites = async (db: Pool, lineId: string): Promise<() => Promise<void>> => {
  await run(db, refuse, [lineId]);
  return async () => {
    await run(db, allow, [lineId]);
  };
};

const allowAll = statement<never>('test-allow-all-lines', 'delete from test_refused_line');

/** Ends every refusal, even one whose end failed in the database. */
export const allowAllWrites = (db: Pool) => run(db, allowAll, []);

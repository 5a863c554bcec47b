import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { rowsOf } from './rows-of.ts';

/*
 * The least SQL that the update flow can be: the ceiling of `update`. Three statements and two
 * commits: read ticket and CPE; insert the intent; one statement that updates the CPE and the
 * corp-data record and appends the history. No claims, chain, idempotency keys, events or checks,
 * and no index, trigger or column that these three do not need. An intent without a history entry
 * is one that did not end.
 */

const execute = promisify(execFile);

const CPE = 'manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number, mac_address';

/** The lines of the filled database, each with one ticket, numbered from 1. */
const SCHEMA = `
  create schema minimal;
  create table minimal.ctt as
    select 't-' || substr(id, 4) as id, 'CTT-' || id as ticket_no, 'inProgress' as status, id as service_line_id
      from service_line where id like 'BL-%';
  alter table minimal.ctt add primary key (id);
  create table minimal.cpe as select service_line_id, version, ${CPE} from cpe;
  alter table minimal.cpe add primary key (service_line_id);
  create table minimal.corp_data as select service_line_id, customer, segment_group, ${CPE}, refreshed_at from corp_data_temp;
  alter table minimal.corp_data add primary key (service_line_id);
  create table minimal.cpe_update (id uuid primary key, service_line_id text, ctt_id text, before jsonb, after jsonb,
    actor text, requested_at timestamptz);
  create table minimal.cpe_history (update_id uuid, service_line_id text, at timestamptz, before jsonb, after jsonb,
    actor text, nig_reference text)`;

const json = (ipAddress: string, downKbps: number, upKbps: number): string =>
  `{"manufacturer":"Huawei","model":"HG8245Hv5","ipAddress":"${ipAddress}","bandwidth":{"downKbps":${downKbps},"upKbps":${upKbps}},"port":"0/11/3:119","serialNumber":"HWTC1A2B3C4D","macAddress":null}`;

/** Each client has the lines of its own residue class, each line once. */
const scriptFor = (connections: number): string => `
\\set i :i + 1
\\set n :client_id + 1 + :i * ${connections}
select t.status, t.service_line_id, c.version, ${CPE} from minimal.ctt t join minimal.cpe c using (service_line_id) where t.id = 't-' || :n \\gset
insert into minimal.cpe_update values (gen_random_uuid(), :service_line_id, 't-' || :n, :before, :after, 'Bench', now()) returning id \\gset
with written as (update minimal.cpe set version = version + 1, ip_address = '11.' || substr(ip_address, 4), down_kbps = 200000, up_kbps = 100000 where service_line_id = :service_line_id and version = :version returning *), refreshed as (update minimal.corp_data d set (manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number, mac_address, refreshed_at) = (w.manufacturer, w.model, w.ip_address, w.down_kbps, w.up_kbps, w.port, w.serial_number, w.mac_address, now()) from written w where d.service_line_id = w.service_line_id) insert into minimal.cpe_history select :id, service_line_id, now(), :before, :after, 'Bench', 'NIG-' || :n from written;
`;

/** Makes the schema `minimal` beside the desk's, with the same lines, and the script in a file. */
export const prepareMinimalFlow = async (
  url: string,
  file: string,
  connections: number,
): Promise<void> => {
  for (const sql of SCHEMA.split(';')) await rowsOf(url, sql);
  await writeFile(file, scriptFor(connections));
};

const countEntries = async (url: string): Promise<number> => {
  const sql = 'select count(*)::int as count from minimal.cpe_history';
  return (await rowsOf<{ count: number }>(url, sql))[0]?.count ?? 0;
};

type Part = { after: number; each: number; connections: number };

/** Runs the flow `each` times on each connection, after `after` on each. Returns flows a second. */
export const runMinimalFlow = async (
  url: string,
  file: string,
  { after, each, connections }: Part,
): Promise<number> => {
  const before = await countEntries(url);
  const { stdout } = await execute('pgbench', [
    ...['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', '-t', String(each)],
    ...['-D', `i=${after - 1}`, '-D', `before=${json('10.64.18.52', 300_000, 100_000)}`],
    ...['-D', `after=${json('11.64.18.52', 200_000, 100_000)}`, '-f', file, url],
  ]);
  const written = (await countEntries(url)) - before;
  if (!/number of failed transactions: 0 /.test(stdout) || written !== each * connections)
    throw new Error(`pgbench wrote ${written} of ${each * connections} updates:\n${stdout}`);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
};

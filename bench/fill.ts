import pg from 'pg';

/** How much to fill in. `isEligible`: lines and tickets of which each may be edited, instead of the usual mixture. */
export type Size = { tickets: number; lines: number; entries: number; isEligible?: boolean };

/** A scale of 1 is a million tickets, 0.4 lines and 5 history entries for each. */
export const sizeOf = (scale: number): Size => ({
  tickets: Math.round(1_000_000 * scale),
  lines: Math.round(400_000 * scale),
  entries: Math.round(5_000_000 * scale),
});

/** A word out of a list by a number that is in scope in the statement. */
const pick = (words: readonly string[], n: string): string =>
  `(array['${words.join("','")}'])[1 + (${n}) % ${words.length}]`;

const GROUPS = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE', 'CONSUMER'];
const TECHNOLOGIES = ['FTTH', 'FTTH', 'FTTH', 'FTTB', 'COPPER', 'FWA'];
/** Most tickets are over, as they are in a desk that has run for years. */
const STATUSES = [
  'closed',
  'closed',
  'closed',
  'closed',
  'resolved',
  'inProgress',
  'pending',
  'held',
  'acknowledged',
  'cancelled',
];
const NAMES = [
  'Gemilang',
  'Maju Jaya',
  'Sinar',
  'Cahaya',
  'Teratai',
  'Melati',
  'Kenanga',
  'Perdana',
  'Bestari',
  'Utama',
];
const PEOPLE = ['Olivia Operator', 'Sofia Supervisor', 'Aminah Yusof', 'Wei Ling Tan', 'Ravi Kumar'];

/** A number that looks drawn by lot and is the same in each run (a multiplicative hash). */
const mixed = (n: string): string => `((${n})::bigint * 2654435761 % 4294967296)`;

const cpe = (n: string) => `jsonb_build_object('manufacturer', 'Huawei', 'model', 'HG8245Hv5',
  'ipAddress', '10.' || (64 + ${n} / 65536) || '.' || (${n} / 256 % 256) || '.' || (${n} % 256),
  'bandwidth', jsonb_build_object('downKbps', 300000, 'upKbps', 100000), 'port', '0/' || (${n} / 128 % 16) || '/3:' || (${n} % 128),
  'serialNumber', 'HWTC' || upper(lpad(to_hex(${mixed(n)}), 8, '0')), 'macAddress', null)`;

/** An OLT has 16 slots, of which one port each is in use, with 128 lines. */
const olt = (n: string) => `'bench-olt-' || ${n} / 2048`;

/** Each statement fills one table from a series of numbers, in the database itself: nothing is sent. */
const statements = ({
  tickets,
  lines,
  entries,
  isEligible = false,
}: Size): [table: string, sql: string][] => [
  [
    'service_line',
    `select 'BL-' || n, ${pick(isEligible ? ['FTTH'] : TECHNOLOGIES, 'n')}, 'GPON', ${isEligible || 'n % 4 <> 0'},
       ${pick(isEligible ? GROUPS.slice(0, 4) : GROUPS, mixed('n'))},
       ${pick(NAMES, mixed('n'))} || ' ' || ${pick(NAMES, 'n / 7')} || ', branch ' || n, 300000, 100000
     from generate_series(1, ${lines}) n`,
  ],
  [
    'cpe',
    `select 'BL-' || n, 'cpe-BL-' || n, 'CPE of BL-' || n, c ->> 'manufacturer', c ->> 'model', c ->> 'ipAddress', 300000, 100000,
       c ->> 'port', c ->> 'serialNumber', null, 1, now() - interval '1 day' * (n % 900)
     from generate_series(1, ${lines}) n, lateral (select ${cpe('n')} as c) made`,
  ],
  [
    'corp_data_temp',
    `select l.id, l.customer, l.segment_group, l.technology, c.manufacturer, c.model, c.ip_address, c.down_kbps, c.up_kbps, c.port,
       c.serial_number, c.mac_address, now() from service_line l join cpe c on c.service_line_id = l.id where l.id like 'BL-%'`,
  ],
  [
    'cpe_claim (kind, value, service_line_id)',
    `select kind, value, 'BL-' || n from generate_series(1, ${lines}) n, lateral (select ${cpe('n')} as c) made, lateral (values
       ('ip-address', c ->> 'ipAddress'), ('port', ${olt('n')} || '|' || (c ->> 'port')), ('serial-number', c ->> 'serialNumber')) as v(kind, value)
     -- Some are those of the demo's lines, where there are any.
     on conflict do nothing`,
  ],
  [
    'network_element',
    `select distinct ${olt('n')}, 'OLT', ${olt('n')}, 'Huawei', 'MA5800-X17',
       '{"frames":[0,0],"slots":[0,15],"ports":[0,15],"onuIds":[0,127]}'::jsonb from generate_series(1, ${lines}) n
     union all select 'ont-BL-' || n, 'ONT', 'ONT of BL-' || n, 'Huawei', 'HG8010H', null from generate_series(1, ${lines}) n`,
  ],
  [
    'line_path',
    `select 'BL-' || n, 1, ${olt('n')} from generate_series(1, ${lines}) n
     union all select 'BL-' || n, 2, 'ont-BL-' || n from generate_series(1, ${lines}) n`,
  ],
  [
    'ctt (id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services, segment_group)',
    `select 'bt-' || n, 'CTT-2025-' || lpad(n::text, 8, '0'), ${pick(isEligible ? ['inProgress'] : STATUSES, mixed('n'))}, 'Wrong device on record',
       timestamptz '2026-11-01' - interval '1 minute' * n, l.id, l.technology, l.managed_services, l.segment_group
     from generate_series(1, ${tickets}) n join service_line l on l.id = 'BL-' || (1 + ${mixed('n')} % ${lines})`,
  ],
  [
    'ticket_count',
    `select status, technology, managed_services, segment_group, count(*) from ctt group by 1, 2, 3, 4
     on conflict (status, technology, managed_services, segment_group) do update set count = excluded.count`,
  ],
  [
    `cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed, warnings, reason, actor_id, actor_name,
       rules, requested_at, settled_at, nig_reference, ask_at, ask_until, recorded_at, attempts)`,
    `select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'BL-' || (1 + n % ${lines}), 'bt-' || (1 + n % ${tickets}),
       'CTT-2025-' || lpad((1 + n % ${tickets})::text, 8, '0'), ${pick(['correction', 'refresh', 'swap', 'correction'], 'n')}, 'applied',
       c, c, case when n % 4 = 1 then '{}'::text[] else '{ipAddress}' end, '[]', null, 'bench', ${pick(PEOPLE, 'n')}, 'eligibility-1',
       at, at, 'NIG-' || n, at, at, at,
       jsonb_build_array(jsonb_build_object('call', 'send', 'at', at, 'ms', 20 + ${mixed('n')} % 400, 'outcome', 'accepted', 'detail', null))
     from generate_series(1, ${entries}) n, lateral (select ${cpe(`(1 + n % ${lines})`)} as c,
       timestamptz '2026-11-01' - (${entries} - n) * (interval '700 days' / ${entries}) as at) made`,
  ],
  [
    `cpe_history (id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name, changed, before, after,
       reason, nig_reference, rules, previous_hash, hash)`,
    `select id, service_line_id, row_number() over (partition by service_line_id order by requested_at), settled_at, id, ctt_id, ticket_no,
       kind, actor_id, actor_name, changed, before, after, reason, nig_reference, rules, null, md5(id::text) || md5(ctt_id)
     from cpe_update where actor_id = 'bench'`,
  ],
];

/** What a desk keeps of its last hours. Planned for empty tables, statements would read them whole when they are not any more. */
const LAST_HOURS = [
  `insert into idempotency_key (caller_id, key, ctt_id, body_hash, update_id, status, answer)
   select 'bench', id::text, ctt_id, md5(id::text), id, 200, '{}' from cpe_update where actor_id = 'bench' limit 10000`,
  `insert into cpe_update_event (announcement)
   select jsonb_build_object('updateId', id, 'state', state) from cpe_update where actor_id = 'bench' limit 10000`,
];

/** History of a desk that has run for years: a partition a month. The end of each chain stands with the CPE. */
const HISTORY_MONTHS = `select make_history_month(('2026-11-01'::date - n * interval '1 month')::date) from generate_series(0, 24) n`;
const CHAIN_ENDS = `update cpe set history_sequence = h.sequence, history_hash = h.hash, history_at = h.at
  from (select distinct on (service_line_id) service_line_id, sequence, hash, at from cpe_history
         order by service_line_id, sequence desc) h where h.service_line_id = cpe.service_line_id`;

/** Fills the database of a desk, as its owner. Indexes are made anew at the end; the hashes of this history prove nothing. */
export const fill = async (url: string, size: Size, say: (line: string) => void): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Neither foreign keys nor triggers have to look at rows that are made to fit.
    await client.query('set session_replication_role = replica');
    await client.query("set maintenance_work_mem = '512MB'");
    await client.query("set work_mem = '256MB'");
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select c.relname as name, pg_get_indexdef(c.oid) as definition from pg_index i
         join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        where t.relname in ('service_line', 'cpe', 'corp_data_temp', 'cpe_claim', 'line_path', 'ctt', 'cpe_update', 'cpe_history')
          and not exists (select from pg_constraint where conindid = c.oid)`,
    );
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    await client.query(HISTORY_MONTHS);
    for (const [table, select] of statements(size)) {
      const started = performance.now();
      await client.query(`insert into ${table} ${select}`);
      say(`${table.split(' ')[0]} filled in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
    await client.query(CHAIN_ENDS);
    for (const statement of LAST_HOURS) await client.query(statement);
    for (const { definition } of indexes) await client.query(definition);
    await client.query('vacuum full cpe');
    await client.query('vacuum analyze');
    say('indexed and analysed');
  } finally {
    await client.end();
  }
};

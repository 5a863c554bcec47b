import pg from 'pg';
import { summariseUpdates } from '../service/src/overview/summarise.ts';
import { openDatabase } from '../service/src/platform/database/database.ts';
import { forgetSummary } from '../service/test/support/forget-summary.ts';

/**
 * How much to fill in.
 * - `updates`: the number of newest history entries that have their update; all entries without it.
 * - `isBrief`: older entries have no CPE, so that more entries fit on the disk. They cannot be
 *   read.
 * - `isEligible`: every line and ticket may be edited, instead of the usual mixture.
 */
export type Size = {
  tickets: number;
  lines: number;
  entries: number;
  updates?: number | undefined;
  isBrief?: boolean;
  isEligible?: boolean;
};

/** A number of tickets, with 0.4 lines, history entries and updates for each ticket. */
export const sizeOf = (tickets: number, entriesEach: number, updatesEach = entriesEach): Size => ({
  tickets,
  lines: Math.round(0.4 * tickets),
  entries: Math.round(entriesEach * tickets),
  updates: Math.round(updatesEach * tickets),
});

/** `until`: when the youngest ticket was opened and the last update was settled. */
type Filled = Size & { until: string };

/** Picks a word of a list by a number that the statement knows. */
const pick = (words: readonly string[], n: string): string =>
  `(array['${words.join("','")}'])[1 + (${n}) % ${words.length}]`;

const GROUPS = ['ENTERPRISE', 'GOVERNMENT', 'SME', 'WHOLESALE', 'CONSUMER'];
const TECHNOLOGIES = ['FTTH', 'FTTH', 'FTTH', 'FTTB', 'COPPER', 'FWA'];
/** Most tickets are closed, as in a desk that has run for years. */
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
const PEOPLE = [
  'Olivia Operator',
  'Sofia Supervisor',
  'Aminah Yusof',
  'Wei Ling Tan',
  'Ravi Kumar',
];

/** A number that looks random and is the same in each run (a multiplicative hash). */
const hashedNumber = (n: string): string => `((${n})::bigint * 2654435761 % 4294967296)`;

const cpe = (n: string) => `jsonb_build_object('manufacturer', 'Huawei', 'model', 'HG8245Hv5',
  'ipAddress', '10.' || (64 + ${n} / 65536) || '.' || (${n} / 256 % 256) || '.' || (${n} % 256),
  'bandwidth', jsonb_build_object('downKbps', 300000, 'upKbps', 100000), 'port', '0/' || (${n} / 128 % 16) || '/3:' || (${n} % 128),
  'serialNumber', 'HWTC' || upper(lpad(to_hex(${hashedNumber(n)}), 8, '0')), 'macAddress', null)`;

/** The time of the n-th update: evenly spread over the 700 days before `until`. */
const timeOf = (n: string, { entries, until }: Pick<Filled, 'entries' | 'until'>): string =>
  `timestamptz '${until}' - (${entries} - ${n}) * (interval '700 days' / ${Math.max(entries, 1)})`;

/** An OLT has 16 slots with 128 lines each, on one port of each slot. */
const olt = (n: string) => `'bench-olt-' || ${n} / 2048`;

/**
 * The line number of an update, as SQL text. Updates go round the lines; the first update is of the
 * second line.
 */
const lineOf = (n: string, lines: number): string => `(1 + ${n} % ${lines})`;
/** The position of an update on its line, as SQL text. */
const sequenceOf = (n: string, lines: number): string => `((${n} + ${lines - 1}) / ${lines})`;
const updateId = (n: string): string =>
  `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const hashOf = (n: string): string => `md5((${n})::text) || md5('of ' || ${n})`;
const KIND = pick(['correction', 'refresh', 'swap', 'correction'], 'n');
const CHANGED = "case when n % 4 = 1 then '{}'::text[] else '{ipAddress}' end";

/**
 * A statement that fills one table from a series of numbers inside the database, so that no rows
 * are sent.
 */
type TableFill = [table: string, sql: string];

const networkFills = ({ isEligible = false, ...size }: Filled): TableFill[] => {
  const { tickets, lines, entries, until } = size;
  return [
    [
      'service_line',
      `select 'BL-' || n, ${pick(isEligible ? ['FTTH'] : TECHNOLOGIES, 'n')}, 'GPON', ${isEligible || 'n % 4 <> 0'},
       ${pick(isEligible ? GROUPS.slice(0, 4) : GROUPS, hashedNumber('n'))},
       ${pick(NAMES, hashedNumber('n'))} || ' ' || ${pick(NAMES, 'n / 7')} || ', branch ' || n, 300000, 100000
     from generate_series(1, ${lines}) n`,
    ],
    [
      'cpe',
      `select 'BL-' || n, 'cpe-BL-' || n, 'CPE of BL-' || n, c ->> 'manufacturer', c ->> 'model', c ->> 'ipAddress', 300000, 100000,
       c ->> 'port', c ->> 'serialNumber', null, 1, now() - interval '1 day' * (n % 900),
       case when last > 0 then ${sequenceOf('last', lines)} else 0 end,
       case when last > 0 then ${hashOf('last')} end, case when last > 0 then ${timeOf('last', size)} end
     from generate_series(1, ${lines}) n, lateral (select ${cpe('n')} as c, ${entries} - (${entries + lines + 1} - n) % ${lines} as last) made`,
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
     where (kind, value) not in (select kind, value from cpe_claim)`,
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
      `ctt (id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services,
         segment_group, search_text)`,
      `select 'bt-' || n, 'CTT-2025-' || lpad(n::text, 8, '0'), ${pick(isEligible ? ['inProgress'] : STATUSES, hashedNumber('n'))}, 'Wrong device on record',
       timestamptz '${until}' - interval '1 minute' * n, l.id, l.technology, l.managed_services, l.segment_group,
       search_text_of('CTT-2025-' || lpad(n::text, 8, '0'), l.id)
     from generate_series(1, ${tickets}) n join service_line l on l.id = 'BL-' || (1 + ${hashedNumber('n')} % ${lines})`,
    ],
    [
      'ticket_count',
      `select status, technology, managed_services, segment_group, count(*) from ctt group by 1, 2, 3, 4
     on conflict (status, technology, managed_services, segment_group) do update set count = excluded.count`,
    ],
  ];
};

const updatesFill = ({ tickets, lines, entries, until, updates = entries }: Filled): TableFill => [
  `cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed, warnings, reason, actor_id, actor_name,
     rules, requested_at, settled_at, nig_reference, ask_at, ask_until, recorded_at, attempts)`,
  `select ${updateId('n')}, 'BL-' || ${lineOf('n', lines)}, 'bt-' || (1 + n % ${tickets}),
     'CTT-2025-' || lpad((1 + n % ${tickets})::text, 8, '0'), ${KIND}, 'applied',
     c, c, ${CHANGED}, '[]', null, 'bench', ${pick(PEOPLE, 'n')}, 'eligibility-1', at, at, 'NIG-' || n, at, at, at,
     jsonb_build_array(jsonb_build_object('call', 'send', 'at', at, 'ms', 20 + ${hashedNumber('n')} % 400, 'outcome', 'accepted', 'detail', null))
   from generate_series(${entries - updates + 1}, ${entries}) n,
     lateral (select ${cpe(lineOf('n', lines))} as c, ${timeOf('n', { entries, until })} as at) made`,
];

/** A range of entries: at most `most`, after entry number `after`. */
type EntryRange = { after: number; most: number };
/** Small enough that two connections finish together. */
const RANGE_ENTRIES = 1_000_000;

const historyRanges = ({ entries }: Filled): EntryRange[] =>
  Array.from({ length: Math.ceil(entries / RANGE_ENTRIES) }, (_, n) => ({
    after: n * RANGE_ENTRIES,
    most: Math.min(RANGE_ENTRIES, entries - n * RANGE_ENTRIES),
  }));

const historyFill = (
  { tickets, lines, entries, until, updates = entries, isBrief = false }: Filled,
  { after, most }: EntryRange,
): TableFill => {
  const whole = cpe(lineOf('n', lines));
  return [
    `cpe_history (id, service_line_id, sequence, at, update_id, ctt_id, ticket_no, kind, actor_id, actor_name, changed, before, after,
     reason, nig_reference, rules, previous_hash, hash)`,
    `select ${updateId('n')}, 'BL-' || ${lineOf('n', lines)}, ${sequenceOf('n', lines)}, at, ${updateId('n')}, 'bt-' || (1 + n % ${tickets}),
     'CTT-2025-' || lpad((1 + n % ${tickets})::text, 8, '0'), ${KIND}, 'bench', ${pick(PEOPLE, 'n')}, ${CHANGED}, c, c,
     null, 'NIG-' || n, 'eligibility-1', case when n > ${lines} then ${hashOf(`(n - ${lines})`)} end, ${hashOf('n')}
   from generate_series(${after + 1}, ${after + most}) n,
     lateral (select ${timeOf('n', { entries, until })} as at,
       ${isBrief ? `case when n > ${entries - updates} then ${whole} else '{}' end` : whole} as c) made`,
  ];
};

/**
 * Rows that a desk keeps for some hours. A plan made for empty tables would scan them whole after
 * they grow.
 */
const LAST_HOURS = [
  `insert into idempotency_key (caller_id, key, ctt_id, body_hash, update_id, status, answer)
   select 'bench', id::text, ctt_id, md5(id::text), id, 200, '{}' from cpe_update where actor_id = 'bench' limit 10000`,
  `insert into cpe_update_event (announcement)
   select jsonb_build_object('updateId', id, 'state', state) from cpe_update where actor_id = 'bench' limit 10000`,
];

/** The history of a desk that has run for years has a partition for each month. */
const HISTORY_MONTHS =
  "select make_history_month((current_date - n * interval '1 month')::date) from generate_series(0, 24) n";

/** The filled data end two hours ago, which distinguishes them from a bench's own updates. */
const QUIET_MS = 2 * 60 * 60_000;

/** What is recreated when the tables are full: indexes, and keys that no other table references. */
const selectDerived = `
  select 'drop index ' || c.relname as drop, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') as make from pg_index i
    join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
   where t.relname in ('service_line', 'cpe', 'corp_data_temp', 'cpe_claim', 'line_path', 'ctt', 'cpe_update', 'cpe_history')
     and not exists (select from pg_constraint where conindid = c.oid)
  union all
  select format('alter table %s drop constraint %I', conrelid::regclass, conname),
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where contype in ('p', 'u') and conrelid in ('cpe_history'::regclass, 'cpe_claim'::regclass)`;

const SETTINGS = [
  // The rows are consistent, so foreign keys and triggers need not check them.
  'set session_replication_role = replica',
  "set maintenance_work_mem = '512MB'",
  "set work_mem = '256MB'",
  'set synchronous_commit = off',
];

/** Runs the statements of a list, first to last, until it is empty. */
const runAll = async (client: pg.Client, todo: string[]): Promise<void> => {
  for (let sql = todo.shift(); sql !== undefined; sql = todo.shift()) await client.query(sql);
};

/**
 * Counts all updates for the overview, as a running desk does. Otherwise the desk would count
 * during the measurement.
 */
const countForOverview = async (url: string): Promise<void> => {
  await forgetSummary(url);
  const db = openDatabase(url, { max: 1, log: { warn: (details) => console.error(details) } });
  try {
    await summariseUpdates(db, 'UTC');
  } finally {
    await db.end();
  }
};

/**
 * Fills a desk's database as its owner, over two connections. The hashes of this history are not
 * valid.
 */
export const fill = async (
  url: string,
  size: Size,
  logProgress: (line: string) => void,
): Promise<void> => {
  const [one, two] = [
    new pg.Client({ connectionString: url }),
    new pg.Client({ connectionString: url }),
  ];
  const both = [one, two];
  const filled = { ...size, until: new Date(Date.now() - QUIET_MS).toISOString() };
  const started = performance.now();
  const logElapsed = (step: string) =>
    logProgress(`${step} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  try {
    for (const client of both) {
      await client.connect();
      for (const setting of SETTINGS) await client.query(setting);
    }
    const { rows: derived } = await one.query<{ drop: string; make: string }>(selectDerived);
    for (const { drop } of derived) await one.query(drop);
    await one.query(HISTORY_MONTHS);
    const put = async (client: pg.Client, [table, select]: TableFill) => {
      await client.query(`insert into ${table} ${select}`);
      logElapsed(`${table.split(' ')[0]} filled`);
    };
    const network = async () => {
      for (const each of networkFills(filled)) await put(one, each);
    };
    const history = historyRanges(filled).map((range) => historyFill(filled, range));
    const putHistory = async (client: pg.Client) => {
      for (let next = history.shift(); next; next = history.shift()) await put(client, next);
    };
    await Promise.all([
      network().then(() => putHistory(one)),
      put(two, updatesFill(filled)).then(() => putHistory(two)),
    ]);
    for (const sql of LAST_HOURS) await one.query(sql);
    const todo = derived.map(({ make }) => make);
    await Promise.all(both.map((client) => runAll(client, todo)));
    logElapsed('indexed');
    await countForOverview(url);
    logElapsed('counted for the overview');
    await one.query('vacuum analyze');
    logElapsed('analysed');
  } finally {
    for (const client of both) await client.end();
  }
};

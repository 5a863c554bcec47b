import pg from 'pg';
import { connect } from '../database/connect.ts';
import { areAllAtLeast } from '../instances/registry.ts';
import { buildSchemaRange } from '../instances/schema-range.ts';
import { withMigrationLock } from './migration-lock.ts';

/**
 * The desk's privileges on each table. Reading is allowed everywhere. The history is append-only.
 * The requested values of an update and its requester cannot be changed afterwards.
 */
export const applicationPrivileges: Readonly<Record<string, readonly string[]>> = {
  access_log: ['insert'],
  api_token: ['insert', 'update (last_used_at, revoked_at, logged_on, addresses)'],
  corp_data_temp: ['insert', 'update'],
  cpe: [
    `update (manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number, mac_address, ipv6_address,
       ipv6_prefix, version, updated_at, history_sequence, history_hash, history_at)`,
  ],
  cpe_bulk: ['insert', 'update'],
  cpe_bulk_part: ['insert', 'delete'],
  cpe_bulk_row: ['insert', 'update'],
  cpe_bulk_tally: ['insert', 'update'],
  cpe_claim: ['insert', 'update (update_id)', 'delete'],
  cpe_history: ['insert'],
  cpe_update: [
    'insert',
    `update (state, nig_reference, nig_handle, nig_code, nig_message, settled_at, settlement, attention, ask_at, ask_until,
       asked, attempts)`,
  ],
  cpe_update_event: ['insert', 'delete'],
  ctt: [],
  device_model: ['insert', 'update'],
  device_model_alias: ['insert', 'update', 'delete'],
  drift: ['insert', 'update', 'delete'],
  gpon_vendor_id: ['insert', 'update'],
  history_anchor: ['insert'],
  history_key: [],
  history_lease: ['update'],
  idempotency_key: ['insert', 'update (status, answer)', 'delete'],
  import_row: [],
  inbox_entry: ['update (read_at)', 'delete'],
  instance: ['insert', 'update (seen_at, beat)', 'delete'],
  incident: ['insert', 'update (opened_at, closed_at)'],
  incident_line: ['insert', 'update (agrees, compared_at, opened_by, reason)', 'delete'],
  line_path: [],
  line_presence: ['insert', 'update (seen_at)', 'delete'],
  network_claim: [],
  model_request: ['insert', 'update (manufacturer)', 'delete'],
  network_element: [],
  policy_hold: ['update (held, reason, actor_id, actor_name, at)'],
  portal_session: ['insert', 'update', 'delete'],
  recent_writer: ['insert', 'update (wrote_at)', 'delete'],
  reconciliation: ['insert', 'update'],
  repair: ['insert'],
  repair_line: ['insert', 'update (leased_until, verdict, detail, update_id)'],
  saved_view: ['insert', 'update (query, saved_at)', 'delete'],
  schema_guard: [],
  schema_migration: [],
  service_line: [],
  ticket_count: [],
  update_summary: ['insert', 'update'],
  update_summary_until: ['update'],
  zone_summary: ['insert', 'update'],
  zone_summary_until: ['insert', 'update'],
};

/** Single privileges, named as in `selectHeld`: `update (a, b)` is one for each column. */
const privilegesOf = ([table, names]: [table: string, names: readonly string[]]): string[] =>
  names.flatMap((name) => {
    const [, privilege = '', columns = ''] = /^(\w+)(?: \((.*)\))?$/s.exec(name) ?? [];
    return columns.split(',').map((column) => `${privilege} ${table} ${column.trim()}`);
  });

/** A role's own privileges on tables and columns. */
const selectHeld = `
  select concat_ws(' ', lower(a.privilege_type), c.relname, '') as privilege
    from pg_class c cross join lateral aclexplode(c.relacl) a
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
     and a.grantee = to_regrole($1)
  union all
  select concat_ws(' ', lower(a.privilege_type), c.relname, t.attname)
    from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
     and a.grantee = to_regrole($1)`;

/** The other privileges that it needs. */
const selectOthers = `
  select array(select concat('select ', relname, ' ') from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')) as reads,
         has_schema_privilege($1, 'public', 'usage')
           and has_function_privilege($1, 'keep_history_months()', 'execute')
           and has_function_privilege($1, 'prune_access_log(int, int)', 'execute')
           and has_function_privilege($1, 'fill_search_text(timestamptz, int)', 'execute')
           and has_function_privilege($1, 'prune_bulk_rows(int, int)', 'execute')
           and has_function_privilege($1, 'admit_bulk_updates()', 'execute')
             as has_rest`;

const grantsTo = (role: string): string[] => [
  `grant usage on schema public to ${role}`,
  `grant execute on function keep_history_months, prune_access_log, fill_search_text, prune_bulk_rows,
     admit_bulk_updates to ${role}`,
  `grant select on all tables in schema public to ${role}`,
  ...Object.entries(applicationPrivileges)
    .filter(([, names]) => names.length > 0)
    .map(([table, names]) => `grant ${names.join(', ')} on ${table} to ${role}`),
];

/**
 * Whether no other instance runs that may need a privilege which this build does not: neither an
 * older nor a newer one.
 */
const isAlone = async (client: pg.Client): Promise<boolean> => {
  const { newest } = buildSchemaRange();
  const { rows } = await client.query<{ is_newest: boolean }>(
    'select left(max(name), 4)::int <= $1 as is_newest from schema_migration',
    [newest],
  );
  const db = { kind: 'transaction', connection: client, prepares: false } as const;
  return rows[0]?.is_newest === true && (await areAllAtLeast(db, newest));
};

const change = async (client: pg.Client, role: string): Promise<void> => {
  const quoted = pg.escapeIdentifier(role);
  const { rows } = await client.query<{ privilege: string }>(selectHeld, [quoted]);
  const others = await client.query<{ reads: string[]; has_rest: boolean }>(selectOthers, [role]);
  const { reads = [], has_rest: hasRest = false } = others.rows[0] ?? {};
  const held = new Set(rows.map(({ privilege }) => privilege));
  const wanted = new Set([
    ...reads,
    ...Object.entries(applicationPrivileges).flatMap(privilegesOf),
  ]);
  const hasExcess = !held.isSubsetOf(wanted) && (await isAlone(client));
  if (hasRest && wanted.isSubsetOf(held) && !hasExcess) return;
  // In one transaction, so that the role never has less than it needs.
  await client.query('begin');
  if (hasExcess) await client.query(`revoke all on all tables in schema public from ${quoted}`);
  for (const grant of grantsTo(quoted)) await client.query(grant);
  await client.query('commit');
};

/**
 * Gives a login role the privileges of the desk, as the owner of the tables, at each start. New
 * privileges come with a version's migrations. Excess privileges are revoked when all instances
 * have this version, because an older instance may need them.
 */
export const grantApplication = async (ownerUrl: string, role: string): Promise<void> => {
  await using client = await connect(ownerUrl, 'grant');
  await withMigrationLock(ownerUrl, () => change(client, role));
};

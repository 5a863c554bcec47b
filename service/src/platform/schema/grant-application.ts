import pg from 'pg';
import { areAllAtLeast } from '../instances/registry.ts';
import { buildSchemaRange } from '../instances/schema-range.ts';
import { connectOwner, withMigrationLock } from './migration-lock.ts';

/**
 * The desk's privileges on each table. Reading is allowed everywhere. The history is append-only.
 * The requested values of an update and its requester cannot be changed afterwards.
 */
export const applicationPrivileges: Readonly<Record<string, readonly string[]>> = {
  access_log: ['insert'],
  corp_data_temp: ['insert', 'update'],
  cpe: [
    `update (manufacturer, model, ip_address, down_kbps, up_kbps, port, serial_number, mac_address, version, updated_at,
       history_sequence, history_hash, history_at)`,
  ],
  cpe_claim: ['insert', 'update (update_id)', 'delete'],
  cpe_history: ['insert'],
  cpe_update: [
    'insert',
    `update (state, nig_reference, nig_code, nig_message, settled_at, settlement, attention, ask_at, ask_until,
       asked, attempts)`,
  ],
  cpe_update_event: ['insert', 'delete'],
  ctt: [],
  device_model: ['insert', 'update'],
  drift: ['insert', 'update', 'delete'],
  gpon_vendor_id: ['insert', 'update'],
  history_anchor: ['insert'],
  history_key: [],
  history_lease: ['update'],
  idempotency_key: ['insert', 'update (status, answer)', 'delete'],
  instance: ['insert', 'update (seen_at)', 'delete'],
  incident: ['insert', 'update (opened_at, closed_at)'],
  incident_line: ['insert', 'update (agrees, compared_at, opened_by, reason)', 'delete'],
  line_path: [],
  line_presence: ['insert', 'update (seen_at)', 'delete'],
  network_element: [],
  policy_hold: ['update (held, reason, actor_id, actor_name, at)'],
  portal_session: ['insert', 'update', 'delete'],
  reconciliation: ['insert', 'update'],
  repair: ['insert'],
  repair_line: ['insert', 'update (leased_until, verdict, detail, update_id)'],
  schema_guard: [],
  schema_migration: [],
  service_line: [],
  ticket_count: [],
  update_summary: ['insert', 'update'],
  update_summary_until: ['update'],
  zone_summary: ['insert', 'update'],
  zone_summary_until: ['insert', 'update'],
};

/** A privilege on a table, or on one of its columns. */
type Privilege = { table: string; column: string | null; privilege: string };

const keyOf = ({ table, column, privilege }: Privilege): string => `${privilege} ${table} ${column ?? ''}`;

const columnsIn = (list: string | undefined): (string | null)[] =>
  list?.split(',').map((name) => name.trim()) ?? [null];

/**
 * The privileges in the list above for a table: `update (a, b)` is one privilege for each column.
 */
const privilegesOf = (table: string, names: readonly string[]): Privilege[] =>
  names.flatMap((name) => {
    const [, privilege = '', columns] = /^(\w+)(?: \((.*)\))?$/s.exec(name) ?? [];
    return columnsIn(columns).map((column) => ({ table, column, privilege }));
  });

const selectTables = `select relname as name from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;

/** A role's own privileges on tables and columns. */
const selectHeld = `
  select c.relname as "table", null as "column", lower(a.privilege_type) as privilege
    from pg_class c cross join lateral aclexplode(c.relacl) a
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and a.grantee = to_regrole($1)
  union all
  select c.relname, t.attname, lower(a.privilege_type)
    from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and a.grantee = to_regrole($1)`;

/** One statement for each table and privilege. */
const statementsFor = (
  privileges: readonly Privilege[],
  format: (privilege: string, table: string) => string,
): string[] => {
  const columns = new Map<string, { table: string; privilege: string; columns: string[] }>();
  for (const { table, column, privilege } of privileges) {
    const key = `${privilege} ${table} ${column === null}`;
    const group = columns.get(key) ?? { table, privilege, columns: [] };
    if (column !== null) group.columns.push(pg.escapeIdentifier(column));
    columns.set(key, group);
  }
  return [...columns.values()].map(({ table, privilege, columns: names }) =>
    format(`${privilege}${names.length > 0 ? ` (${names.join(', ')})` : ''}`, pg.escapeIdentifier(table)),
  );
};

/** The missing grants of a role, and the revokes of its excess privileges. */
const changesFor = async (
  client: pg.Client,
  role: string,
): Promise<{ grants: string[]; revokes: string[] }> => {
  const quoted = pg.escapeIdentifier(role);
  const { rows: tables } = await client.query<{ name: string }>(selectTables);
  const { rows: held } = await client.query<Privilege>(selectHeld, [quoted]);
  const wanted = [
    ...tables.map(({ name: table }) => ({ table, column: null, privilege: 'select' })),
    ...Object.entries(applicationPrivileges).flatMap(([table, names]) => privilegesOf(table, names)),
  ];
  const [has, wants] = [new Set(held.map(keyOf)), new Set(wanted.map(keyOf))];
  const excess = held.filter((each) => !wants.has(keyOf(each)));
  // A role that loses a privilege on a table loses it on its columns too, so these are granted
  // again.
  const lost = new Set(excess.filter(({ column }) => column === null).map(keyOf));
  const isLost = (each: Privilege) => each.column !== null && lost.has(keyOf({ ...each, column: null }));
  const { rows: others } = await client.query<{ has_schema: boolean; has_months: boolean }>(
    `select has_schema_privilege($1, 'public', 'usage') as has_schema,
            has_function_privilege($1, 'keep_history_months()', 'execute') as has_months`,
    [role],
  );
  return {
    revokes: statementsFor(excess, (privilege, table) => `revoke ${privilege} on ${table} from ${quoted}`),
    grants: [
      ...(others[0]?.has_schema ? [] : [`grant usage on schema public to ${quoted}`]),
      ...(others[0]?.has_months ? [] : [`grant execute on function keep_history_months to ${quoted}`]),
      ...statementsFor(
        wanted.filter((each) => !has.has(keyOf(each)) || isLost(each)),
        (privilege, table) => `grant ${privilege} on ${table} to ${quoted}`,
      ),
    ],
  };
};

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
  const { grants, revokes } = await changesFor(client, role);
  const statements = (await isAlone(client)) ? [...revokes, ...grants] : grants;
  if (statements.length === 0) return;
  // In one transaction, so that the role never has less than it needs.
  await client.query('begin');
  for (const statement of statements) await client.query(statement);
  await client.query('commit');
};

/**
 * Gives a login role the privileges of the desk, as the owner of the tables, at each start. New
 * privileges come with a version's migrations. Excess privileges are revoked when all instances
 * have this version, because an older instance may need them.
 */
export const grantApplication = async (ownerUrl: string, role: string): Promise<void> => {
  const client = await connectOwner(ownerUrl, 'grant');
  try {
    await withMigrationLock(ownerUrl, () => change(client, role));
  } finally {
    await client.end();
  }
};

import pg from 'pg';
import { MIGRATION_LOCK } from './migrate.ts';

/**
 * What the desk may do with each table while it runs; reading is allowed everywhere. History is only ever added to, and of
 * an update neither what was asked for nor by whom can be changed afterwards.
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
  idempotency_key: ['insert', 'update (status, answer)', 'delete'],
  instance: ['insert', 'update (seen_at)', 'delete'],
  incident: ['insert', 'update (closed_at)'],
  incident_line: ['insert', 'update (agrees, compared_at, opened_by, reason)', 'delete'],
  line_path: [],
  line_presence: ['insert', 'update (seen_at)', 'delete'],
  network_element: [],
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
};

/** The statements that leave a role with these privileges and no others. */
const grants = (role: string): string[] => [
  `revoke all on all tables in schema public from ${role}`,
  `grant usage on schema public to ${role}`,
  `grant select on all tables in schema public to ${role}`,
  ...Object.entries(applicationPrivileges)
    .filter(([, privileges]) => privileges.length > 0)
    .map(([table, privileges]) => `grant ${privileges.join(', ')} on ${table} to ${role}`),
  `grant execute on function keep_history_months to ${role}`,
];

/**
 * Gives a login role just what the running desk needs, as the owner of the tables. Each start does: what a new version
 * needs more comes with its migrations, and what it needs no more goes.
 */
export const grantApplication = async (ownerUrl: string, role: string): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'cpe-desk grant' });
  // A connection that breaks rejects the statement under way.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    // Two instances that start at once would change the same catalogue rows.
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    for (const statement of grants(client.escapeIdentifier(role))) await client.query(statement);
    await client.query('commit');
  } finally {
    await client.end();
  }
};

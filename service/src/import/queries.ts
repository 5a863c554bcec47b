import { CPE_VALUES, type CpeColumns } from '../line/cpe-columns.ts';
import { columnsOf, statement } from '../platform/database/database.ts';

/*
 * Each statement writes many rows, given as a JSON array of objects, and returns the rows that it
 * changed. Equal rows stay as they are, so that a second import of a file changes nothing.
 */

/**
 * For the rest of a transaction PostgreSQL finds rows by their keys. A connection keeps its plans.
 * Those from the beginning of an import were made for empty tables and would scan the grown tables
 * once per batch.
 */
export const forceIndexScans = statement<Record<string, string>>(
  'import-look-up-by-key',
  `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
          set_config('enable_mergejoin', 'off', true)`,
);

const NETWORK_ELEMENTS =
  'jsonb_to_recordset($1) as r(id text, kind text, name text, manufacturer text, model text, olt_ports jsonb)';

export const upsertNetworkElements = statement<{ id: string }, [elements: string]>(
  'import-network-elements',
  `insert into network_element as e (id, kind, name, manufacturer, model, olt_ports)
   select id, kind, name, manufacturer, model, olt_ports from ${NETWORK_ELEMENTS}
   on conflict (id) do update set name = excluded.name, manufacturer = excluded.manufacturer,
     model = excluded.model, olt_ports = excluded.olt_ports
   where (e.name, e.manufacturer, e.model, e.olt_ports) is distinct from
     (excluded.name, excluded.manufacturer, excluded.model, excluded.olt_ports)
   returning id`,
);

export const selectOtherKinds = statement<{ id: string; kind: string }, [elements: string]>(
  'import-other-kinds',
  `select e.id, e.kind from ${NETWORK_ELEMENTS} join network_element e on e.id = r.id where e.kind <> r.kind
    order by e.id`,
);

/**
 * Locks CPEs before their lines, in the order of a new `cpe_update`, so that the two cannot
 * deadlock.
 */
export const lockCpes = statement<never, [lineIds: string[]]>(
  'import-lock-cpes',
  'select from cpe where service_line_id = any($1) order by service_line_id for update',
);

/**
 * Stronger than the lock that a new `cpe_update` takes on its line: no update is recorded during
 * the line's import.
 */
export const lockLines = statement<never, [lineIds: string[]]>(
  'import-lock-lines',
  'select from service_line where id = any($1) order by id for update',
);

export const selectUnsettledLines = statement<{ id: string }, [lineIds: string[]]>(
  'import-unsettled-lines',
  `select service_line_id as id from cpe_update
    where service_line_id = any($1) and state in ('recorded', 'accepted', 'unknown', 'needs-attention')`,
);

export const LINE_COLUMNS =
  'technology, access_type, managed_services, segment_group, customer, plan_down_kbps, plan_up_kbps';

export const upsertLines = statement<{ id: string }, [lines: string]>(
  'import-lines',
  `insert into service_line as l (id, ${LINE_COLUMNS})
   select id, ${LINE_COLUMNS} from jsonb_populate_recordset(null::service_line, $1)
   on conflict (id) do update set (${LINE_COLUMNS}) = (${columnsOf('excluded', LINE_COLUMNS)})
   where (${columnsOf('l', LINE_COLUMNS)}) is distinct from (${columnsOf('excluded', LINE_COLUMNS)})
   returning id`,
);

const PATH = 'jsonb_populate_recordset(null::line_path, $1)';

export const upsertPath = statement<{ id: string }, [path: string]>(
  'import-path',
  `insert into line_path as p (service_line_id, position, network_element_id)
   select service_line_id, position, network_element_id from ${PATH}
   on conflict (service_line_id, position) do update set network_element_id = excluded.network_element_id
   where p.network_element_id <> excluded.network_element_id
   returning service_line_id as id`,
);

/** Removes the recorded path elements beyond the end of the new path. */
export const cutPath = statement<{ id: string }, [path: string, lineIds: string[]]>(
  'import-cut-path',
  `delete from line_path
    where service_line_id = any($2)
      and (service_line_id, position) not in (select service_line_id, position from ${PATH})
   returning service_line_id as id`,
);

export const CPE_COLUMNS = `network_element_id, name, ${CPE_VALUES}`;

/** A CPE that was corrected in the desk has a later version, and stays. */
export const upsertCpes = statement<{ id: string }, [cpes: string, at: Date]>(
  'import-cpes',
  `insert into cpe as c (service_line_id, ${CPE_COLUMNS}, updated_at)
   select service_line_id, ${CPE_COLUMNS}, $2 from jsonb_populate_recordset(null::cpe, $1)
   on conflict (service_line_id) do update set (${CPE_COLUMNS}, updated_at) = (${columnsOf('excluded', CPE_COLUMNS)}, $2)
   where c.version = 1 and (${columnsOf('c', CPE_COLUMNS)}) is distinct from (${columnsOf('excluded', CPE_COLUMNS)})
   returning service_line_id as id`,
);

export type RecordedCpeRow = CpeColumns & { service_line_id: string; version: number; olt_id: string | null };

/** The recorded CPEs of these lines, each with the OLT on its line's path. */
export const selectRecordedCpes = statement<RecordedCpeRow, [lineIds: string[]]>(
  'import-recorded-cpes',
  `select c.service_line_id, c.version, ${columnsOf('c', CPE_VALUES)},
          (select p.network_element_id from line_path p
            where p.service_line_id = c.service_line_id
              -- Not a join: a join could begin with the many network elements.
              and (select e.kind from network_element e where e.id = p.network_element_id) = 'OLT'
            order by p.position limit 1) as olt_id
     from cpe c where c.service_line_id = any($1)`,
);

const CLAIMS = 'jsonb_populate_recordset(null::cpe_claim, $1)';

export const releaseClaims = statement<{ id: string }, [claims: string, lineIds: string[]]>(
  'import-release-claims',
  `delete from cpe_claim
    where service_line_id = any($2) and update_id is null
      and (kind, value) not in (select kind, value from ${CLAIMS})
   returning service_line_id as id`,
);

export const insertClaims = statement<{ id: string }, [claims: string]>(
  'import-claims',
  `insert into cpe_claim (kind, value, service_line_id)
   select kind, value, service_line_id from ${CLAIMS}
   on conflict (kind, value) do nothing
   returning service_line_id as id`,
);

export const selectClaimsOfOthers = statement<
  { kind: string; value: string; holder: string },
  [claims: string]
>(
  'import-claims-of-others',
  `select h.kind, h.value, h.service_line_id as holder
     from ${CLAIMS} r join cpe_claim h on h.kind = r.kind and h.value = r.value
    where h.service_line_id <> r.service_line_id
    order by h.kind, h.value limit 1`,
);

export const TICKET_COLUMNS =
  'ticket_no, status, title, opened_at, service_line_id, technology, managed_services, segment_group';

export const upsertTickets = statement<{ id: string }, [tickets: string]>(
  'import-tickets',
  `insert into ctt as t (id, ${TICKET_COLUMNS})
   select r.id, r.ticket_no, r.status, r.title, r.opened_at, r.service_line_id,
          -- An unknown line: its foreign key reports it.
          coalesce(l.technology, ''), coalesce(l.managed_services, false), coalesce(l.segment_group, '')
     from jsonb_populate_recordset(null::ctt, $1) r left join service_line l on l.id = r.service_line_id
   on conflict (id) do update set (${TICKET_COLUMNS}) = (${columnsOf('excluded', TICKET_COLUMNS)})
   where (${columnsOf('t', TICKET_COLUMNS)}) is distinct from (${columnsOf('excluded', TICKET_COLUMNS)})
   returning id`,
);

/** Around a group of records, so that a bad record does not undo the others. */
export const savepoint = statement('import-savepoint', 'savepoint import_group');
export const releaseSavepoint = statement('import-release-savepoint', 'release savepoint import_group');
export const rollbackToSavepoint = statement(
  'import-back-to-savepoint',
  'rollback to savepoint import_group',
);

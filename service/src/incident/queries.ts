import type { IncidentCause } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

/** Updates that this instance has seen and the database lacks, or has in an earlier final state. */
export const findMissing = statement<
  { database: string | null; missing: unknown },
  [updateIds: readonly string[], states: readonly string[]]
>(
  'find-missing-updates',
  // An unsettled update that went back to an earlier state is settled again, so nothing is lost.
  `select database_identity() as database, coalesce((
     select jsonb_agg(jsonb_build_object('updateId', s.id, 'seen', s.state, 'found', u.state) order by s.n)
       from unnest($1::uuid[], $2::text[]) with ordinality as s(id, state, n) left join cpe_update u on u.id = s.id
      where u.id is null or (s.state in ('applied', 'rejected', 'abandoned') and u.state <> s.state)),
     '[]') as missing`,
);

/**
 * Whether an incident must still be opened. A failover that has its incident gets no second one
 * from an instance that detects it later.
 */
const IS_NEW = `($2 or not exists (select from incident where database = $1))`;

/**
 * Closes an open earlier incident: its comparisons with NIG took place before the loss found now.
 * `isRestore`: the database is the same and was rewound.
 */
export const supersedeIncident = statement<never, [database: string, isRestore: boolean]>(
  'supersede-incident',
  `update incident set closed_at = now() where closed_at is null and ${IS_NEW}`,
);

export const insertIncident = statement<
  { id: string },
  [database: string, isRestore: boolean, cause: IncidentCause, missing: string]
>(
  'insert-incident',
  `insert into incident (database, cause, missing) select $1, $3, $4 where ${IS_NEW}
   on conflict ((true)) where closed_at is null do nothing returning id`,
);

export const selectOpenIncident = statement<{
  id: string;
  opened_at: Date;
  cause: IncidentCause;
  missing: number;
}>(
  'select-open-incident',
  `select id, opened_at, cause, jsonb_array_length(missing) as missing from incident where closed_at is null`,
);

/** The number of lines with a CPE, and of those compared since the open incident began. */
export const countCompared = statement<{ lines: number; compared: number }>(
  'count-compared-lines',
  `select (select count(*) from cpe) as lines,
          (select count(*) from incident_line where incident_id = (select id from incident where closed_at is null))
            as compared`,
);

/**
 * Records lines as compared since an incident began, if it is open. A comparison counts that began
 * at least `lateMs` after it, `agoMs` before now: until then NIG may still get an update that the
 * database lost. If the clock was set back to before the incident, the wait begins now.
 */
export const recordCompared = statement<
  { service_line_id: string },
  [incidentId: string, lineIds: readonly string[], agree: readonly boolean[], lateMs: number, agoMs: number]
>(
  'note-compared-lines',
  `with postponed as (
     update incident set opened_at = now() where id = $1 and closed_at is null and opened_at > now())
   insert into incident_line as n (incident_id, service_line_id, agrees)
   select i.id, l.id, l.agrees from incident i, unnest($2::text[], $3::boolean[]) as l(id, agrees)
    where i.id = $1 and i.closed_at is null and i.opened_at + ($4::float8 + $5::float8) * interval '1 ms' <= now()
   on conflict (incident_id, service_line_id) do update set agrees = n.agrees or excluded.agrees,
      compared_at = excluded.compared_at
   returning service_line_id`,
);

/**
 * Opens lines of an open incident by a person's decision. Returns the lines that exist and were not
 * compared.
 */
export const openLines = statement<
  { service_line_id: string },
  [lineIds: readonly string[], by: string, reason: string]
>(
  'open-incident-lines',
  `insert into incident_line as n (incident_id, service_line_id, agrees, opened_by, reason)
   select i.id, c.service_line_id, true, $2, $3 from incident i, cpe c
    where i.closed_at is null and c.service_line_id = any($1)
   on conflict (incident_id, service_line_id) do update
      set agrees = true, opened_by = excluded.opened_by, reason = excluded.reason, compared_at = now()
    where not n.agrees
   returning service_line_id`,
);

/** Closes the open incident if every line with a CPE has been compared since it began. */
export const closeIncident = statement<{ id: string; opened_at: Date }>(
  'close-incident',
  `update incident i set closed_at = now()
    where closed_at is null and not exists (
      select from cpe c where not exists (
        select from incident_line l where l.incident_id = i.id and l.service_line_id = c.service_line_id))
   returning id, opened_at`,
);

/** Automatic comparisons have no use after the incident is closed. */
export const deleteCompared = statement<never, [incidentId: string]>(
  'forget-compared-lines',
  'delete from incident_line where incident_id = $1 and opened_by is null',
);

/** The lines among these that belong to the segment groups. */
export const selectOwnLines = statement<
  { id: string },
  [lineIds: readonly string[], segmentGroups: readonly string[]]
>('select-own-lines', 'select id from service_line where id = any($1) and segment_group = any($2)');

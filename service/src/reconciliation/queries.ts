import type { SegmentGroup } from '@cpe-desk/contract';
import { statement } from '../platform/database/database.ts';

/** Starts a pass where none is open. No row where one is. */
export const openPass = statement<{ id: string }, [id: string, leaseMs: number]>(
  'open-reconciliation',
  `insert into reconciliation (id, leased_by, leased_until)
   values ($1, $1, now() + $2 * interval '1 ms')
   on conflict ((true)) where ended_at is null do nothing returning id`,
);

/**
 * Leases the open pass unless another instance has the lease. A lease that ends later than any
 * lease can is void: the database's clock was set back.
 */
export const leasePass = statement<{ id: string; after_line: string }, [by: string, leaseMs: number]>(
  'take-reconciliation',
  `update reconciliation set leased_by = $1, leased_until = now() + $2 * interval '1 ms'
    where ended_at is null and not leased_until between now() and now() + 2 * $2 * interval '1 ms'
   returning id, after_line`,
);

export type Counts = {
  compared: number;
  skipped: number;
  unanswered: number;
  repaired: number;
  drifted: number;
};

/** Records the progress of the pass. No row where another instance has taken it over. */
export const recordProgress = statement<
  { id: string },
  [
    id: string,
    by: string,
    leaseMs: number,
    afterLine: string,
    compared: number,
    skipped: number,
    unanswered: number,
    repaired: number,
    drifted: number,
    isEnd: boolean,
  ]
>(
  'note-reconciliation',
  `update reconciliation set leased_until = now() + $3 * interval '1 ms', after_line = $4, compared = compared + $5,
          skipped = skipped + $6, unanswered = unanswered + $7, repaired = repaired + $8, drifted = drifted + $9,
          ended_at = case when $10 then now() end
    where id = $1 and leased_by = $2 and ended_at is null returning id`,
);

/** Renews the lease during a long batch. */
export const renewPass = statement<never, [id: string, by: string, leaseMs: number]>(
  'renew-reconciliation',
  `update reconciliation set leased_until = now() + $3 * interval '1 ms'
    where id = $1 and leased_by = $2 and ended_at is null`,
);

/** Ends the lease, so that another instance can continue the pass. */
export const releasePass = statement<never, [id: string, by: string]>(
  'release-reconciliation',
  'update reconciliation set leased_until = now() where id = $1 and leased_by = $2 and ended_at is null',
);

/**
 * Whether a pass is due: a pass or an incident is open, or the last pass (else the first migration)
 * is this long ago. Null: passes are due only for incidents.
 */
export const selectPassDue = statement<{ due: boolean }, [everyMs: number | null]>(
  'select-reconciliation-due',
  `select exists (select from reconciliation where ended_at is null)
       or exists (select from incident where closed_at is null)
       or coalesce(
            coalesce((select max(started_at) from reconciliation), (select min(applied_at) from schema_migration))
            + $1 * interval '1 ms' <= now(), false) as due`,
);

export const selectPass = statement<Counts & { started_at: Date; ended_at: Date | null }, [id: string]>(
  'select-reconciliation',
  `select started_at, ended_at, compared, skipped, unanswered, repaired, drifted from reconciliation where id = $1`,
);

export type LineRow = {
  id: string;
  version: number;
  cpe: unknown;
  corp_data: unknown;
  is_line_same: boolean;
  is_unsettled: boolean;
  was_updated: boolean;
  incident_id: string | null;
  olt_id: string | null;
};

const LINES = `select l.id, c.version, to_jsonb(c) as cpe, to_jsonb(d) as corp_data,
          (d.customer, d.segment_group, d.technology) is not distinct from (l.customer, l.segment_group, l.technology)
            as is_line_same,
          exists (select from cpe_update u where u.service_line_id = l.id
                     and u.state in ('recorded', 'accepted', 'unknown', 'needs-attention')) as is_unsettled,
          c.history_sequence > 0 as was_updated,
          (select id from incident where closed_at is null) as incident_id,
          (select e.id from line_path p join network_element e on e.id = p.network_element_id
            where p.service_line_id = l.id and e.kind = 'OLT' order by p.position limit 1) as olt_id
     from service_line l
     join cpe c on c.service_line_id = l.id
     left join corp_data_temp d on d.service_line_id = l.id`;

/**
 * The next lines with a CPE, by id. During an incident, those that were not compared since it
 * began.
 */
export const selectLines = statement<LineRow, [afterLine: string, limit: number]>(
  'select-lines-to-reconcile',
  `${LINES} where l.id > $1 and not exists (
      select from incident_line n where n.service_line_id = l.id
         and n.incident_id = (select id from incident where closed_at is null))
    order by l.id limit $2`,
);

export const selectLine = statement<LineRow, [lineId: string]>(
  'select-line-to-reconcile',
  `${LINES} where l.id = $1`,
);

/** Locks a line's CPE until the transaction ends: an update is applied before or after it. */
export const lockCpe = statement<{ service_line_id: string }, [lineId: string]>(
  'hold-cpe',
  'select service_line_id from cpe where service_line_id = $1 for share',
);

/** Whether a line's CPE still has this version, and no update of the line is unsettled. */
export const selectIsStill = statement<{ still: boolean }, [lineId: string, version: number]>(
  'select-is-still',
  `select exists (select from cpe where service_line_id = $1 and version = $2)
      and not exists (select from cpe_update where service_line_id = $1
                         and state in ('recorded', 'accepted', 'unknown', 'needs-attention')) as still`,
);

type Found = [
  lineId: string,
  holder: 'corp-data' | 'nig',
  fields: readonly string[],
  recorded: string,
  held: string | null,
  isRepaired: boolean,
  heldValues: readonly string[],
];

/** A drift that is found again keeps the time when it was first found. */
export const writeDrift = statement<never, Found>(
  'write-drift',
  `insert into drift as d (service_line_id, holder, found_at, seen_at, repaired_at, fields, recorded, held, held_values)
   values ($1, $2, now(), now(), case when $6 then now() end, $3, $4, $5, $7)
   on conflict (service_line_id, holder) do update
      set found_at = case when d.repaired_at is null then d.found_at else excluded.found_at end,
          seen_at = excluded.seen_at, repaired_at = excluded.repaired_at, fields = excluded.fields,
          recorded = excluded.recorded, held = excluded.held, held_values = excluded.held_values`,
);

/** Deletes the drifts of lines on which NIG and the desk agree. */
export const deleteDrifts = statement<never, [lineIds: readonly string[]]>(
  'forget-drifts',
  `delete from drift where holder = 'nig' and service_line_id = any($1)`,
);

export const deleteOldRepairs = statement<never, [days: number]>(
  'forget-old-repairs',
  `delete from drift where repaired_at < now() - $1 * interval '1 day'`,
);

export type DriftRow = {
  service_line_id: string;
  customer: string;
  holder: 'corp-data' | 'nig';
  found_at: Date;
  seen_at: Date;
  repaired_at: Date | null;
  fields: string[];
  recorded: unknown;
  held: unknown;
  ticket_id: string | null;
  ticket_no: string | null;
};

/**
 * Open drifts first, oldest at the top, then repaired ones, newest at the top. With the line's
 * newest ticket.
 */
export const selectDrifts = statement<DriftRow, [segmentGroups: readonly SegmentGroup[], limit: number]>(
  'select-drifts',
  `select d.service_line_id, l.customer, d.holder, d.found_at, d.seen_at, d.repaired_at, d.fields, d.recorded, d.held,
          t.id as ticket_id, t.ticket_no
     from drift d
     join service_line l on l.id = d.service_line_id
     left join lateral (select id, ticket_no from ctt where service_line_id = l.id
                         order by opened_at desc, id desc limit 1) t on true
    where l.segment_group = any($1::text[])
    order by d.repaired_at desc nulls first, d.found_at, d.service_line_id limit $2`,
);

export const selectLastPass = statement<Counts & { started_at: Date; ended_at: Date | null }>(
  'select-last-reconciliation',
  `select started_at, ended_at, compared, skipped, unanswered, repaired, drifted
     from reconciliation order by started_at desc limit 1`,
);

export const countDrift = statement<{ lines: number; seconds_since: number | null }>(
  'count-drift',
  `select (select count(*) from drift where repaired_at is null) as lines,
          (select extract(epoch from now() - max(ended_at))::float8 from reconciliation) as seconds_since`,
);

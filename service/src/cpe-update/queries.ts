import type { ClaimKind, CpeField, CpeUpdateKind, CpeUpdateState, SegmentGroup } from '@cpe-desk/contract';
import type { ChainHeadRow } from '../history/chain-entry.ts';
import { MODEL_COLUMNS } from '../line/catalogue/queries.ts';
import { CPE_VALUES } from '../line/cpe-columns.ts';
import { columnsOf, statement } from '../platform/database/database.ts';
import { mayWrite } from '../platform/instances/queries.ts';
import { networkElementsOf, TICKET } from '../tickets/queries.ts';

export type CpeUpdateRow = {
  id: string;
  service_line_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: CpeUpdateKind;
  state: CpeUpdateState;
  before: unknown;
  after: unknown;
  changed: CpeField[];
  warnings: unknown;
  reason: string | null;
  actor_id: string;
  actor_name: string;
  rules: string;
  requested_at: Date;
  settled_at: Date | null;
  nig_reference: string | null;
  nig_code: string | null;
  nig_message: string | null;
  settlement: unknown;
  attention: unknown;
  repair: unknown;
  asked: number;
  attempts: unknown;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: SegmentGroup;
  request_id: string | null;
};

const INTENT = `id, service_line_id, ctt_id, ticket_no, kind, before, after, changed, warnings, reason, actor_id, actor_name,
  rules, requested_at, request_id, repair, instance, revert_of`;

const COLUMNS = `u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after, u.changed,
  u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at, u.settled_at,
  u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.attention, u.repair, u.asked, u.attempts, u.request_id,
  -- A row of the future was recorded before the clock was set back: its deadline would never come.
  (u.ask_until <= now() or u.recorded_at > now() + interval '1 min') as deadline_passed,
  (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
  (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group`;

/** A ticket or none, a model of the catalogue or none. */
type ContextRow = {
  ticket: unknown;
  model: unknown;
  is_key_used: boolean;
  database: string | null;
  incident_id: string | null;
  is_compared: boolean;
  /** The row of `policy_hold` while updates are held. */
  hold: unknown;
};

/** The facts that decide an update. Always one row. */
export const selectUpdateContext = statement<
  ContextRow,
  [
    cttId: string | null,
    segmentGroups: readonly SegmentGroup[],
    manufacturer: string | null,
    model: string | null,
    callerId: string | null,
    key: string | null,
  ]
>(
  'select-update-context',
  `select to_json(found) as ticket, to_json(m) as model,
          exists (select from idempotency_key where caller_id = $5 and key = $6) as is_key_used,
          database_identity() as database, i.id as incident_id,
          exists (select from incident_line as n where n.incident_id = i.id
                     and n.service_line_id = found.service_line_id and n.agrees) as is_compared,
          (select to_json(h) from policy_hold as h where h.held) as hold
     from (select) as always
     left join incident as i on i.closed_at is null
     left join lateral (${TICKET}) as found on true
     left join lateral (select ${MODEL_COLUMNS} from device_model
                         where lower(manufacturer) = lower($3) and lower(model) = lower($4)) as m on true`,
);

type Intent = [
  update: string,
  retryAfterMs: number,
  deadlineMs: number,
  snapshot: string,
  claimKinds: readonly string[],
  claimValues: readonly string[],
  callerId: string | null,
  key: string | null,
  bodyHash: string | null,
  announcement: string,
  newestSchema: number,
  oldestSchema: number,
  database: string,
];

/**
 * Records an intent with its claims and its key, and announces it: all or nothing. `update` and
 * `snapshot` are JSON rows.
 *
 * Returns no row, with nothing written, in these cases: the CPE differs from the snapshot, the line
 * has an unsettled update, this instance does not know the schema, or the database is a different
 * one. The lock on the CPE reads its present row, not that of the statement's start.
 *
 * A claim that another line holds, or a key that was used meanwhile, breaks its primary key and so
 * the statement. Claims that the line holds are locked, because an update that settles now may
 * release them. Claims are locked in the order of their key, so that two updates cannot deadlock.
 */
export const insertIntent = statement<ChainHeadRow & { at: Date }, Intent>(
  'insert-intent',
  `with wanted as materialized (select * from jsonb_populate_record(null::cpe_update, $1)),
   line as materialized (
     select c.service_line_id, c.history_sequence, c.history_hash, c.history_at
       from cpe c, jsonb_populate_record(null::cpe, $4) as s
      where c.service_line_id = (select service_line_id from wanted) and (select database_identity()) = $13
        and (c.version, ${columnsOf('c', CPE_VALUES)}) is not distinct from (s.version, ${columnsOf('s', CPE_VALUES)})
        and ${mayWrite('$11', '$12')}
        for no key update of c),
   intent as (
     insert into cpe_update (${INTENT}, state, ask_at, ask_until)
     select ${columnsOf('w', INTENT)}, 'recorded', now() + $2 * interval '1 ms', now() + $3 * interval '1 ms' from wanted w, line
     on conflict (service_line_id) where state in ('recorded', 'accepted', 'unknown', 'needs-attention') do nothing
     returning id, service_line_id, ctt_id),
   own as materialized (
     select kind, value from cpe_claim where service_line_id = (select service_line_id from wanted) for update),
   claimed as (
     insert into cpe_claim (kind, value, service_line_id, update_id)
     select c.kind, c.value, i.service_line_id, i.id from intent i, unnest($5::text[], $6::text[]) as c(kind, value)
      where (c.kind, c.value) not in (select kind, value from own) order by 1, 2),
   bound as (
     insert into idempotency_key (caller_id, key, ctt_id, body_hash, update_id)
     select $7, $8, ctt_id, $9, id from intent where $8::text is not null),
   told as (
     insert into cpe_update_event (announcement) select $10::jsonb from intent)
   select clock_timestamp() as at, line.history_sequence, line.history_hash, line.history_at from line, intent`,
);

export const selectUnsettledOfLine = statement<
  { id: string; state: CpeUpdateState; actor_name: string },
  [serviceLineId: string]
>(
  'select-unsettled-of-line',
  `select id, state, actor_name from cpe_update where service_line_id = $1
      and state in ('recorded', 'accepted', 'unknown', 'needs-attention')`,
);

/** The values among these that another line claims. */
export const selectForeignClaims = statement<
  { kind: ClaimKind; value: string },
  [kinds: readonly string[], values: readonly string[], serviceLineId: string]
>(
  'select-foreign-claims',
  `select c.kind, c.value from cpe_claim c join unnest($1::text[], $2::text[]) as w(kind, value) using (kind, value)
    where c.service_line_id <> $3`,
);

/**
 * The values among these that NIG held for another line at the last comparison. A difference found
 * before that line's last update no longer counts.
 */
export const selectHeldElsewhere = statement<
  { kind: ClaimKind; value: string },
  [kinds: readonly string[], values: readonly string[], serviceLineId: string]
>(
  'select-values-held-elsewhere',
  `select w.kind, w.value from unnest($1::text[], $2::text[]) as w(kind, value)
    where exists (select from drift d join cpe c using (service_line_id)
                   where d.held_values @> array[w.kind || ' ' || w.value] and d.holder = 'nig'
                     and d.repaired_at is null and d.service_line_id <> $3 and d.seen_at >= c.updated_at)`,
);

/** By line, which has an index. A line has a few claims, all updates together millions. */
export const releaseClaims = statement<never, [serviceLineId: string, updateId: string]>(
  'release-claims',
  'delete from cpe_claim where service_line_id = $1 and update_id = $2',
);

/** Locks an update for settling. */
export const lockUpdate = statement<CpeUpdateRow, [id: string]>(
  'lock-update',
  `select ${COLUMNS} from cpe_update u where u.id = $1 for update of u`,
);

export const selectUpdate = statement<
  CpeUpdateRow,
  [id: string, segmentGroups: readonly SegmentGroup[] | null]
>(
  'select-update',
  `select ${COLUMNS} from cpe_update u join service_line s on s.id = u.service_line_id
    where u.id = $1 and ($2::text[] is null or s.segment_group = any($2))`,
);

export const setState = statement<
  never,
  [
    id: string,
    state: CpeUpdateState,
    reference: string | null,
    code: string | null,
    message: string | null,
    isSettled: boolean,
    attempts: string,
  ]
>(
  'set-state',
  `update cpe_update set state = $2, nig_reference = coalesce($3, nig_reference), nig_code = coalesce($4, nig_code),
          nig_message = coalesce($5, nig_message), attempts = attempts || $7::jsonb,
          -- Not now(): the transaction may have waited for a lock since it began.
          settled_at = case when $6 then clock_timestamp() end
    where id = $1`,
);

/** The database's time in JSON, read when the row is written and not when the transaction began. */
const WRITTEN_AT = `to_jsonb(to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/**
 * Stores a person's decision; `settlement` comes without its time. The write that follows has a
 * deadline of its own.
 */
export const setSettlement = statement<never, [id: string, settlement: string, deadlineMs: number]>(
  'set-settlement',
  `update cpe_update set settlement = jsonb_set($2, '{at}', ${WRITTEN_AT}),
          ask_until = clock_timestamp() + $3 * interval '1 ms'
    where id = $1`,
);

/** Hands an update to a person; `attention` comes without its time. */
export const setAttention = statement<
  never,
  [id: string, state: CpeUpdateState, attention: string, attempts: string]
>(
  'set-attention',
  `update cpe_update set state = $2, attention = jsonb_set($3, '{at}', ${WRITTEN_AT}),
          attempts = attempts || $4::jsonb
    where id = $1`,
);

/** Updates that a person must settle, oldest first. */
export const selectAttention = statement<
  CpeUpdateRow,
  [segmentGroups: readonly SegmentGroup[], atMost: number]
>(
  'select-attention',
  `select ${COLUMNS} from cpe_update u join service_line s on s.id = u.service_line_id
    where u.state = 'needs-attention' and s.segment_group = any($1::text[])
    order by u.requested_at, u.id limit $2`,
);

export const setUnknown = statement<never, [id: string, why: string, retryAfterMs: number, attempts: string]>(
  'set-unknown',
  `update cpe_update set state = 'unknown', nig_message = $2, ask_at = now() + $3 * interval '1 ms',
          attempts = attempts || $4::jsonb
    where id = $1`,
);

/**
 * Leases the updates that are due, so that no other instance asks NIG at the same time. An instance
 * that does not know the schema leases none. An update that is due later than possible is due now:
 * the database's clock was set back.
 */
export const leaseDueUpdates = statement<
  CpeUpdateRow,
  [leaseMs: number, atMost: number, newestSchema: number, oldestSchema: number, latestMs: number]
>(
  'take-due-updates',
  `update cpe_update u set ask_at = now() + $1 * interval '1 ms', asked = asked + 1
    where id in (select id from cpe_update where state in ('recorded', 'accepted', 'unknown')
                    and (ask_at <= now() or ask_at > now() + $5 * interval '1 ms')
                    and ${mayWrite('$3', '$4')}
                  order by ask_at limit $2 for update skip locked)
   returning ${COLUMNS}`,
);

export const postponeUpdate = statement<never, [id: string, afterMs: number]>(
  'ask-later',
  `update cpe_update set ask_at = now() + $2 * interval '1 ms'
    where id = $1 and state in ('recorded', 'accepted', 'unknown')`,
);

/** An update with the line's CPE version, the end of its chain, and the time of that. */
export type ApplicableRow = CpeUpdateRow &
  ChainHeadRow & { version: number; read_at: Date; may_write: boolean };

export const selectApplicable = statement<
  ApplicableRow,
  [id: string, newestSchema: number, oldestSchema: number]
>(
  'select-applicable',
  `select ${COLUMNS}, c.version, c.history_sequence, c.history_hash, c.history_at,
          clock_timestamp() as read_at, ${mayWrite('$2', '$3')} as may_write
     from cpe_update u join cpe c using (service_line_id) where u.id = $1`,
);

/**
 * Applies an update: CPE, corp-data record, claims, history entry, state, the answer for retries,
 * and its announcement: all or nothing. `entry` and `cpe` are JSON rows. Returns a row where it
 * applied the update.
 *
 * Returns none, with nothing written, in these cases: the update has left this state; the CPE, the
 * end of the line's chain or its network elements changed; this instance does not know the schema.
 * The CPE is locked first, as by an intent.
 *
 * The intent has claimed every value except one: the port on another OLT, where the line moved to
 * that OLT before the intent. If another line holds that port, the statement breaks the primary key
 * of the claims.
 */
export const writeApplied = statement<
  { id: string },
  [
    entry: string,
    state: CpeUpdateState,
    cpe: string,
    claimKinds: readonly string[],
    claimValues: readonly string[],
    attempts: string,
    answer: string,
    announcement: string,
    networkElements: string,
    newestSchema: number,
    oldestSchema: number,
  ]
>(
  'write-applied',
  `with entry as materialized (select * from jsonb_populate_record(null::cpe_history, $1)),
   wanted as materialized (select * from jsonb_populate_record(null::cpe, $3)),
   line as materialized (
     select c.service_line_id from cpe c, entry e, wanted w
      where c.service_line_id = e.service_line_id and c.version = w.version - 1
        and ${networkElementsOf('c', 'w')} = $9::jsonb
        and (c.history_sequence, c.history_hash) is not distinct from (e.sequence - 1, e.previous_hash)
        and ${mayWrite('$10', '$11')}
        for no key update of c),
   settled as (
     update cpe_update u set state = 'applied', nig_reference = e.nig_reference, settled_at = e.at, attempts = u.attempts || $6
       from entry e, line where u.id = e.update_id and u.state = $2
     returning u.id, u.service_line_id),
   written as (
     update cpe c set (version, ${CPE_VALUES}, updated_at, history_sequence, history_hash, history_at)
                    = (w.version, ${columnsOf('w', CPE_VALUES)}, e.at, e.sequence, e.hash, e.at)
       from settled s, entry e, wanted w where c.service_line_id = s.service_line_id),
   refreshed as (
     insert into corp_data_temp (service_line_id, customer, segment_group, technology, ${CPE_VALUES}, refreshed_at)
     select l.id, l.customer, l.segment_group, l.technology, ${columnsOf('w', CPE_VALUES)}, e.at
       from settled s join service_line l on l.id = s.service_line_id, entry e, wanted w
     on conflict (service_line_id) do update set (customer, segment_group, technology, ${CPE_VALUES}, refreshed_at)
       = (excluded.customer, excluded.segment_group, excluded.technology, ${columnsOf('excluded', CPE_VALUES)}, excluded.refreshed_at)),
   dropped as (
     delete from cpe_claim c using settled s where c.service_line_id = s.service_line_id
        and (c.kind, c.value) not in (select k.kind, k.value from unnest($4::text[], $5::text[]) as k(kind, value))),
   kept as (
     update cpe_claim c set update_id = null from settled s
      where c.service_line_id = s.service_line_id and c.update_id = s.id
        and (c.kind, c.value) in (select k.kind, k.value from unnest($4::text[], $5::text[]) as k(kind, value))),
   claimed as (
     insert into cpe_claim (kind, value, service_line_id)
     select k.kind, k.value, s.service_line_id from settled s, unnest($4::text[], $5::text[]) as k(kind, value)
      where (k.kind, k.value) not in (select c.kind, c.value from cpe_claim c where c.service_line_id = s.service_line_id)
      order by 1, 2),
   appended as (
     insert into cpe_history select e.* from entry e, settled),
   answered as (
     update idempotency_key k set status = 200, answer = $7 from settled s where k.update_id = s.id),
   told as (
     insert into cpe_update_event (announcement) select $8::jsonb from settled)
   select id from settled`,
);

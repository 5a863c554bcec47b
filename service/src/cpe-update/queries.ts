import type { Cpe, CpeField, CpeUpdateKind, CpeUpdateState, SegmentGroup } from '@cpe-desk/contract';
import { statement } from '../database.ts';
import type { ClaimKind } from './claims.ts';

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
  asked: number;
  attempts: unknown;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: SegmentGroup;
};

const COLUMNS = `u.id, u.service_line_id, u.ctt_id, u.ticket_no, u.kind, u.state, u.before, u.after, u.changed,
  u.warnings, u.reason, u.actor_id, u.actor_name, u.rules, u.requested_at, u.settled_at,
  u.nig_reference, u.nig_code, u.nig_message, u.settlement, u.asked, u.attempts,
  u.ask_until <= now() as deadline_passed,
  (extract(epoch from now() - u.recorded_at) * 1000)::float8 as age_ms,
  (select l.segment_group from service_line l where l.id = u.service_line_id) as segment_group`;

type Intent = [
  id: string,
  serviceLineId: string,
  cttId: string,
  ticketNo: string,
  kind: CpeUpdateKind,
  before: string,
  after: string,
  changed: readonly CpeField[],
  warnings: string,
  reason: string | null,
  actorId: string,
  actorName: string,
  rules: string,
  requestedAt: Date,
  askAfterMs: number,
  askForMs: number,
];

/** Records an intent; no row where the line has an unsettled update already. */
export const insertIntent = statement<{ id: string }, Intent>(
  'insert-intent',
  `insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed, warnings,
     reason, actor_id, actor_name, rules, requested_at, ask_at, ask_until)
   values ($1, $2, $3, $4, $5, 'recorded', $6, $7, $8, $9, $10, $11, $12, $13, $14,
     now() + $15 * interval '1 ms', now() + $16 * interval '1 ms')
   on conflict (service_line_id) where state in ('recorded', 'accepted', 'unknown', 'needs-attention')
   do nothing returning id`,
);

export const selectUnsettledOfLine = statement<
  { id: string; state: CpeUpdateState; actor_name: string },
  [serviceLineId: string]
>(
  'select-unsettled-of-line',
  `select id, state, actor_name from cpe_update where service_line_id = $1
      and state in ('recorded', 'accepted', 'unknown', 'needs-attention')`,
);

/** Takes what is free. In the order of the primary key, so that two updates never wait for each other. */
export const insertClaims = statement<
  never,
  [kinds: readonly string[], values: readonly string[], serviceLineId: string, updateId: string]
>(
  'insert-claims',
  `insert into cpe_claim (kind, value, service_line_id, update_id)
   select c.kind, c.value, $3, $4 from unnest($1::text[], $2::text[]) as c(kind, value) order by 1, 2
   on conflict (kind, value) do nothing`,
);

/** Of these values, the ones that another line holds. */
export const selectForeignClaims = statement<
  { kind: ClaimKind; value: string },
  [kinds: readonly string[], values: readonly string[], serviceLineId: string]
>(
  'select-foreign-claims',
  `select c.kind, c.value from cpe_claim c join unnest($1::text[], $2::text[]) as w(kind, value) using (kind, value)
    where c.service_line_id <> $3`,
);

/** After an update was applied the line holds just the claims of its new values. */
export const keepClaims = statement<
  never,
  [serviceLineId: string, kinds: readonly string[], values: readonly string[]]
>(
  'keep-claims',
  `delete from cpe_claim where service_line_id = $1
      and (kind, value) not in (select kind, value from unnest($2::text[], $3::text[]) as k(kind, value))`,
);

/** By the line, which has an index: a line holds a handful of claims, all updates together millions. */
export const settleClaims = statement<never, [serviceLineId: string, updateId: string]>(
  'settle-claims',
  'update cpe_claim set update_id = null where service_line_id = $1 and update_id = $2',
);

export const releaseClaims = statement<never, [serviceLineId: string, updateId: string]>(
  'release-claims',
  'delete from cpe_claim where service_line_id = $1 and update_id = $2',
);

/** Locks an update for whoever settles it. */
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
          nig_message = coalesce($5, nig_message), settled_at = case when $6 then now() end, attempts = attempts || $7::jsonb
    where id = $1`,
);

export const setSettlement = statement<never, [id: string, settlement: string]>(
  'set-settlement',
  'update cpe_update set settlement = $2 where id = $1',
);

/** Updates that a person has to settle, the oldest first. */
export const selectAttention = statement<
  CpeUpdateRow,
  [segmentGroups: readonly SegmentGroup[], atMost: number]
>(
  'select-attention',
  `select ${COLUMNS} from cpe_update u join service_line s on s.id = u.service_line_id
    where u.state = 'needs-attention' and s.segment_group = any($1::text[]) order by u.requested_at limit $2`,
);

export const setUnknown = statement<never, [id: string, why: string, askAfterMs: number, attempts: string]>(
  'set-unknown',
  `update cpe_update set state = 'unknown', nig_message = $2, ask_at = now() + $3 * interval '1 ms',
          attempts = attempts || $4::jsonb
    where id = $1`,
);

/** Takes the updates that are due to be settled and leases them, so that no other instance asks at the same time. */
export const takeDueUpdates = statement<{ id: string }, [leaseMs: number, atMost: number]>(
  'take-due-updates',
  `update cpe_update set ask_at = now() + $1 * interval '1 ms', asked = asked + 1
    where id in (select id from cpe_update where state in ('recorded', 'accepted', 'unknown') and ask_at <= now()
                  order by ask_at limit $2 for update skip locked)
   returning id`,
);

export const askLater = statement<never, [id: string, afterMs: number]>(
  'ask-later',
  `update cpe_update set ask_at = now() + $2 * interval '1 ms'
    where id = $1 and state in ('recorded', 'accepted', 'unknown')`,
);

type CpeValues = [
  serviceLineId: string,
  manufacturer: string,
  model: string,
  ipAddress: string,
  downKbps: number,
  upKbps: number,
  port: string,
  serialNumber: string | null,
  macAddress: string | null,
];

export const cpeValues = (serviceLineId: string, cpe: Cpe): CpeValues => [
  serviceLineId,
  cpe.manufacturer,
  cpe.model,
  cpe.ipAddress,
  cpe.bandwidth.downKbps,
  cpe.bandwidth.upKbps,
  cpe.port,
  cpe.serialNumber,
  cpe.macAddress,
];

export const writeCpe = statement<never, CpeValues>(
  'write-cpe',
  `update cpe set manufacturer = $2, model = $3, ip_address = $4, down_kbps = $5, up_kbps = $6, port = $7,
          serial_number = $8, mac_address = $9, version = version + 1, updated_at = now()
    where service_line_id = $1`,
);

export const writeCorpData = statement<never, CpeValues>(
  'write-corp-data',
  `insert into corp_data_temp (service_line_id, customer, segment_group, technology, manufacturer, model, ip_address,
     down_kbps, up_kbps, port, serial_number, mac_address, refreshed_at)
   select l.id, l.customer, l.segment_group, l.technology, $2, $3, $4, $5, $6, $7, $8, $9, now()
     from service_line l where l.id = $1
   on conflict (service_line_id) do update set customer = excluded.customer, segment_group = excluded.segment_group,
     technology = excluded.technology, manufacturer = excluded.manufacturer, model = excluded.model,
     ip_address = excluded.ip_address, down_kbps = excluded.down_kbps, up_kbps = excluded.up_kbps,
     port = excluded.port, serial_number = excluded.serial_number, mac_address = excluded.mac_address,
     refreshed_at = excluded.refreshed_at`,
);

/** Heard by every instance, and only when the transaction commits. */
export const notify = statement<{ pg_notify: string }, [payload: string]>(
  'notify',
  `select pg_notify('cpe_update', $1)`,
);

import { type Caller, ELIGIBILITY_RULES } from '@cpe-desk/contract';
import { cpeRow } from '../line/cpe-columns.ts';
import { type Queryable, run } from '../platform/database/database.ts';
import { type RecordIntentsRow, recordIntents } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { announcementOfState } from './events/announce-state.ts';
import type { KeyedRequest } from './idempotency.ts';
import type { Unrecorded } from './intent.ts';

/** An intent with who makes it, and the key of the request. */
export type IntentToRecord = { intent: Unrecorded; caller: Caller; key: KeyedRequest | null };

/** The connections to use, and what all intents of an instance share. */
export type RecordDeps = Pick<
  CpeUpdateDeps,
  'instance' | 'schemas' | 'watch' | 'nigTimeoutMs' | 'settleDeadlineMs'
> & { db: Queryable };

/** What only one intent of a batch may have: its line, its claims and its key. */
export const keysOfIntent = ({ intent, key }: IntentToRecord): string[] => [
  `line ${intent.ticket.line.id}`,
  ...intent.claims.map(({ kind, value }) => `${kind} ${value}`),
  ...(key ? [`key ${key.callerId} ${key.key}`] : []),
];

/** Orders by service line, so that batches lock their lines in one order. */
export const compareLines = (a: string, b: string): number => (a < b ? -1 : 1);

const announcementOf = ({ intent: { updateId, ticket, bulk }, caller }: IntentToRecord): string =>
  announcementOfState(
    {
      updateId,
      cttId: ticket.id,
      ticketNo: ticket.ticketNo,
      serviceLineId: ticket.line.id,
      by: caller.name,
      segmentGroup: ticket.line.segmentGroup,
      isOfBulk: bulk !== undefined,
    },
    'recorded',
  );

const json = JSON.stringify;

/** The columns of the intents, in the order of the parameters of `record-intents`. */
const intentColumns = (items: readonly IntentToRecord[]) => {
  const intents = items.map(({ intent }) => intent);
  return [
    intents.map(({ updateId }) => updateId),
    intents.map(({ ticket }) => ticket.line.id),
    intents.map(({ ticket }) => ticket.id),
    intents.map(({ ticket }) => ticket.ticketNo),
    intents.map(({ kind }) => kind),
    intents.map(({ before }) => json(before)),
    intents.map(({ after }) => json(after)),
    intents.map(({ changed }) => changed.join()),
    intents.map(({ warnings }) => json(warnings)),
    intents.map(({ reason }) => reason),
    items.map(({ caller }) => caller.id),
    items.map(({ caller }) => caller.name),
    intents.map(({ requestedAt }) => requestedAt.toISOString()),
    intents.map(({ requestId }) => requestId),
    intents.map(({ repair }) => (repair ? json(repair) : null)),
    intents.map(({ revertOf }) => revertOf ?? null),
    intents.map(({ bulk }) => bulk?.id ?? null),
    intents.map(({ bulk }) => bulk?.row ?? null),
    intents.map(({ bulk }) => bulk?.attempt ?? null),
    items.map(({ key }) => key?.callerId ?? null),
    items.map(({ key }) => key?.key ?? null),
    items.map(({ key }) => key?.bodyHash ?? null),
    items.map(announcementOf),
  ] as const;
};

/** The snapshots' columns, in the order of the parameters of `record-intents`. */
const snapshotColumns = (items: readonly IntentToRecord[]) => {
  const rows = items.map(({ intent: { snapshot } }) => cpeRow(snapshot));
  return [
    items.map(({ intent }) => intent.snapshot.version),
    rows.map(({ manufacturer }) => manufacturer),
    rows.map(({ model }) => model),
    rows.map(({ ip_address }) => ip_address),
    rows.map(({ down_kbps }) => down_kbps),
    rows.map(({ up_kbps }) => up_kbps),
    rows.map(({ port }) => port),
    rows.map(({ serial_number }) => serial_number),
    rows.map(({ mac_address }) => mac_address),
    rows.map(({ ipv6_address }) => ipv6_address),
    rows.map(({ ipv6_prefix }) => ipv6_prefix),
  ] as const;
};

/**
 * Records intents that share no line, claim and key (`keysOfIntent`), all in one statement. Answers
 * for each in order. Throws, with nothing recorded, where PostgreSQL refuses one of them.
 */
export const insertIntents = async (
  { db, instance, schemas, watch, nigTimeoutMs, settleDeadlineMs }: RecordDeps,
  items: readonly IntentToRecord[],
  lockMs?: number,
): Promise<RecordIntentsRow[]> => {
  const sorted = items.toSorted((a, b) =>
    compareLines(a.intent.ticket.line.id, b.intent.ticket.line.id),
  );
  const claims = sorted.flatMap(({ intent }) =>
    intent.claims.map((claim) => ({ ...claim, lineId: intent.ticket.line.id })),
  );
  const rows = await run(
    db,
    recordIntents,
    [
      ...intentColumns(sorted),
      ...snapshotColumns(sorted),
      claims.map(({ lineId }) => lineId),
      claims.map(({ kind }) => kind),
      claims.map(({ value }) => value),
      ELIGIBILITY_RULES,
      instance,
      // The recording process also sends. Others wait until the sender must have ended.
      2 * nigTimeoutMs,
      settleDeadlineMs,
      schemas.newest,
      schemas.oldest,
      watch.database(),
    ],
    { lockMs },
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return items.map(({ intent: { updateId } }) => {
    const row = byId.get(updateId);
    if (!row) throw new Error(`record-intents left out ${updateId}`);
    return row;
  });
};

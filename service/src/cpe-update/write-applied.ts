import type { CpeUpdate, CpeUpdateAnswer, NigAttempt } from '@cpe-desk/contract';
import { chainEntry, nextTime } from '../history/chain/chain-entry.ts';
import { cpeRow } from '../line/cpe-columns.ts';
import { type Queryable, run } from '../platform/database/database.ts';
import type { SchemaRange } from '../platform/instances/schema-range.ts';
import { type Network, withDevice } from '../tickets/load-ticket.ts';
import { writeApplied } from './cpe-update.sql.ts';
import { type Announced, announcementOfState } from './events/announce-state.ts';
import type { Intent } from './intent.ts';
import { compareLines } from './record-intents.ts';
import { attempts } from './settle-as.ts';

/**
 * An update to apply, and the state of the line that this requires: its CPE's version, its network
 * elements and the end of its chain.
 */
export type Applicable = Pick<
  CpeUpdate,
  | 'updateId'
  | 'kind'
  | 'cttId'
  | 'ticketNo'
  | 'serviceLineId'
  | 'changed'
  | 'before'
  | 'after'
  | 'reason'
  | 'warnings'
> &
  Pick<CpeUpdate, 'state' | 'by' | 'settlement' | 'repair' | 'bulk'> &
  Pick<Announced, 'segmentGroup'> &
  Pick<Intent, 'claims' | 'clock' | 'head'> &
  Pick<Network, 'networkElements'> & { rules: string; version: number };

/** An update to apply, with NIG's reference and the call that brought it, unless that is stored. */
export type ToApply = { update: Applicable; reference: string; attempt: NigAttempt | null };

/** The connections to use, and the schemas that this instance may write to. */
export type ApplyDeps = { db: Queryable; schemas: SchemaRange };

const entryFor = (update: Applicable, nigReference: string, at: string) => {
  const { updateId, serviceLineId, cttId, ticketNo, kind, by, changed, before, after, reason } =
    update;
  const { settlement, repair, bulk, rules, head } = update;
  const of = {
    updateId,
    serviceLineId,
    cttId,
    ticketNo,
    kind,
    actor: by,
    changed,
    before,
    after,
    reason,
  };
  return chainEntry(head, {
    at,
    ...of,
    nigReference,
    settlement,
    ...(repair && { repair }),
    ...(bulk && { bulk }),
    rules,
  });
};

/** The answer of an applied update: what the statement writes. */
const answerOf = ({ update, reference }: ToApply): CpeUpdateAnswer => {
  const { updateId, kind, cttId, ticketNo, serviceLineId, after, warnings } = update;
  const history = entryFor(update, reference, nextTime(update.head, update.clock).toISOString());
  return {
    updateId,
    kind,
    cttId,
    ticketNo,
    cpe: { ...after, version: update.version + 1 },
    networkElements: withDevice(update.networkElements, after),
    corpData: { serviceLineId, cpe: after, refreshedAt: history.at },
    history,
    nig: { reference },
    warnings,
  };
};

const announcementOf = (update: Applicable): string =>
  announcementOfState(
    { ...update, by: update.by.name, isOfBulk: update.bulk !== undefined },
    'applied',
  );

const json = JSON.stringify;

type Row = ToApply & { answer: CpeUpdateAnswer };

/** The columns of the new CPEs, in the order of the parameters of `write-applied`. */
const cpeColumnsOf = (rows: readonly Row[]) => {
  const cpes = rows.map(({ update }) => cpeRow(update.after));
  return [
    rows.map(({ answer }) => answer.cpe.version),
    cpes.map(({ manufacturer }) => manufacturer),
    cpes.map(({ model }) => model),
    cpes.map(({ ip_address }) => ip_address),
    cpes.map(({ down_kbps }) => down_kbps),
    cpes.map(({ up_kbps }) => up_kbps),
    cpes.map(({ port }) => port),
    cpes.map(({ serial_number }) => serial_number),
    cpes.map(({ mac_address }) => mac_address),
    cpes.map(({ ipv6_address }) => ipv6_address),
    cpes.map(({ ipv6_prefix }) => ipv6_prefix),
  ] as const;
};

/** The columns of the entries, in the order of the parameters of `write-applied`. */
const entryColumns = (rows: readonly Row[]) => {
  const entries = rows.map(({ answer }) => answer.history);
  return [
    entries.map(({ id }) => id),
    entries.map(({ sequence }) => sequence),
    entries.map(({ at }) => at),
    entries.map(({ previousHash }) => previousHash),
    entries.map(({ hash }) => hash),
    entries.map(({ nigReference }) => nigReference),
  ] as const;
};

/**
 * Writes CPE, corp-data record, claims, history, state and the answer for retries of updates of
 * different lines, all in one statement. Answers for each in order: undefined, with nothing
 * written, where the update or its line changed after it was loaded, or this instance may not
 * write. Throws, with nothing written for any, where PostgreSQL refuses one of them.
 */
export const writeUpdates = async (
  { db, schemas }: ApplyDeps,
  updates: readonly ToApply[],
  lockMs?: number,
): Promise<(CpeUpdateAnswer | undefined)[]> => {
  const rows = updates.map((each) => ({ ...each, answer: answerOf(each) }));
  const sorted = rows.toSorted((a, b) =>
    compareLines(a.update.serviceLineId, b.update.serviceLineId),
  );
  const claims = sorted.flatMap(({ update: { claims, serviceLineId } }) =>
    claims.map((claim) => ({ ...claim, serviceLineId })),
  );
  const applied = await run(
    db,
    writeApplied,
    [
      sorted.map(({ update }) => update.updateId),
      sorted.map(({ update }) => update.serviceLineId),
      sorted.map(({ update }) => update.state),
      ...cpeColumnsOf(sorted),
      ...entryColumns(sorted),
      sorted.map(({ attempt }) => attempts(attempt)),
      sorted.map(({ answer }) => json(answer)),
      sorted.map(({ update }) => announcementOf(update)),
      sorted.map(({ answer }) => json(answer.networkElements)),
      sorted.map(({ update: { bulk } }) => (bulk ? json(bulk) : null)),
      claims.map(({ serviceLineId }) => serviceLineId),
      claims.map(({ kind }) => kind),
      claims.map(({ value }) => value),
      schemas.newest,
      schemas.oldest,
    ],
    { lockMs },
  );
  const ids = new Set(applied.map(({ id }) => id));
  return rows.map(({ update, answer }) => (ids.has(update.updateId) ? answer : undefined));
};

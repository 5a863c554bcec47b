import {
  type Caller,
  type CpeUpdate,
  type CpeUpdateAnswer,
  ELIGIBILITY_RULES,
  type NigAttempt,
  nextState,
} from '@cpe-desk/contract';
import { chainEntry, entryRow, headOf, nextTime } from '../history/chain/chain-entry.ts';
import { isChainRefusal } from '../history/chain/chain-refusal.ts';
import { entryOfUpdate } from '../history/read-history.ts';
import { claimsOf } from '../line/claims.ts';
import { cpeRow } from '../line/cpe-columns.ts';
import { clockAt, type DatabaseClock } from '../platform/database/clock.ts';
import { maybeOne, one, type Queryable } from '../platform/database/database.ts';
import { loadNetwork, loadTicket, type Network, withDevice } from '../tickets/load-ticket.ts';
import type { Intent } from './3-record.ts';
import { type SelectApplicableRow, selectApplicable, writeApplied } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { type Announced, announcementOfState } from './events/announce-state.ts';
import { updateOf } from './read-update.ts';
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
  Pick<CpeUpdate, 'state' | 'by' | 'settlement' | 'repair'> &
  Pick<Announced, 'segmentGroup'> &
  Pick<Intent, 'claims' | 'clock' | 'head'> &
  Pick<Network, 'networkElements'> & { rules: string; version: number };

/** The facts of an intent suffice to apply it, unless another process has settled it meanwhile. */
export const intentToApply = (
  intent: Intent,
  { id, name }: Pick<Caller, 'id' | 'name'>,
): Applicable => ({
  ...intent,
  cttId: intent.ticket.id,
  ticketNo: intent.ticket.ticketNo,
  serviceLineId: intent.ticket.line.id,
  segmentGroup: intent.ticket.line.segmentGroup,
  state: 'recorded',
  by: { id, name },
  settlement: null,
  rules: ELIGIBILITY_RULES,
  version: intent.snapshot.version,
  networkElements: intent.ticket.networkElements,
});

const applicableOf = (
  row: SelectApplicableRow,
  clock: DatabaseClock,
  { networkElements, oltId }: Network,
): Applicable => {
  const update = updateOf(row);
  return {
    ...update,
    segmentGroup: row.segment_group,
    rules: row.rules,
    version: row.version,
    head: headOf(row),
    claims: claimsOf(update.after, oltId),
    networkElements,
    clock,
  };
};

/** Whether an update in this state is applied after NIG's acceptance, by the state table. */
const isApplicable = ({ state }: Pick<Applicable, 'state'>): boolean => {
  const accepted = state === 'accepted' ? state : nextState(state, 'nig-accepted');
  return accepted !== undefined && nextState(accepted, 'written-locally') === 'applied';
};

const entryFor = (update: Applicable, nigReference: string, at: string) => {
  const { updateId, serviceLineId, cttId, ticketNo, kind, by, changed, before, after, reason } =
    update;
  const { settlement, repair, rules, head } = update;
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
    rules,
  });
};

/** Undefined where the chain or the clock changed after they were read; nothing is written then. */
const unlessRefused = async <Row>(written: Promise<Row>): Promise<Row | undefined> => {
  try {
    return await written;
  } catch (error) {
    if (isChainRefusal(error)) return undefined;
    throw error;
  }
};

/** The connections to use, and the schemas that this instance may write to. */
type Target = Pick<CpeUpdateDeps, 'schemas'> & { db: Queryable };

/**
 * Writes CPE, corp-data record, claims, history, state and the answer for retries, in one
 * statement. Undefined, with nothing written, where the update or its line changed after it was
 * loaded, or this instance may not write.
 */
const write = async (
  { db, schemas }: Target,
  update: Applicable,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> => {
  const { updateId, kind, cttId, ticketNo, serviceLineId, after, warnings, claims } = update;
  const networkElements = withDevice(update.networkElements, after);
  const history = entryFor(update, reference, nextTime(update.head, update.clock).toISOString());
  const cpe = { ...after, version: update.version + 1 };
  const corpData = { serviceLineId, cpe: after, refreshedAt: history.at };
  const nig = { reference };
  const answer = {
    updateId,
    kind,
    cttId,
    ticketNo,
    cpe,
    networkElements,
    corpData,
    history,
    nig,
    warnings,
  };
  const row = await maybeOne(db, writeApplied, [
    JSON.stringify(entryRow(history)),
    update.state,
    JSON.stringify({ ...cpeRow(after), version: cpe.version }),
    claims.map((claim) => claim.kind),
    claims.map((claim) => claim.value),
    attempts(attempt),
    JSON.stringify(answer),
    announcementOfState({ ...update, by: update.by.name }, 'applied'),
    JSON.stringify(networkElements),
    schemas.newest,
    schemas.oldest,
  ]);
  return row && answer;
};

/**
 * Steps 10 and 11: reads the network elements again, and writes everything at once. Also undefined,
 * with nothing written, where the database refuses the entry.
 */
export const tryToApply = (
  target: Target,
  update: Applicable,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> => unlessRefused(write(target, update, reference, attempt));

/** The answer of an update that another process applied, from the present line. */
const answerOfApplied = async ({ db }: Target, update: CpeUpdate): Promise<CpeUpdateAnswer> => {
  const { updateId, kind, cttId, ticketNo, warnings } = update;
  const [ticket, history] = [await loadTicket(db, cttId, null), await entryOfUpdate(db, updateId)];
  if (!ticket?.cpe || !ticket.corpData || !history)
    throw new Error(`${updateId} is applied but its line is incomplete`);
  const { cpe, networkElements, corpData } = ticket;
  const nig = { reference: history.nigReference };
  return {
    updateId,
    kind,
    cttId,
    ticketNo,
    cpe,
    networkElements,
    corpData,
    history,
    nig,
    warnings,
  };
};

/** Loads an update that NIG accepted, with its line, and applies it. */
const loadAndApply = async (
  target: Target,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> => {
  const { newest, oldest } = target.schemas;
  const row = await one(target.db, selectApplicable, [updateId, newest, oldest]);
  const clock = clockAt(row.read_at);
  if (row.state === 'applied') return answerOfApplied(target, updateOf(row));
  if (!isApplicable(row))
    throw new Error(`${updateId} is ${row.state} but NIG accepted it as ${reference}`);
  if (!row.may_write)
    throw new Error(`${updateId} needs a newer instance: this one does not know the schema`);
  const network = await loadNetwork(target.db, row.service_line_id);
  return write(target, applicableOf(row, clock, network), reference, attempt);
};

/** The update is loaded again where its line changed meanwhile, which cannot happen often. */
const MOST_ATTEMPTS = 5;

type Within = <Result>(work: (db: Queryable) => Promise<Result>) => Promise<Result>;

/**
 * Applies an update that NIG accepted. If another process was first, it returns the same answer.
 * `within` runs each attempt, for example in a transaction with limits: the database ends a
 * transaction whose entry it refuses.
 */
export const applyUpdate = async (
  { db, schemas }: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
  within: Within = (work) => work(db),
): Promise<CpeUpdateAnswer> => {
  for (let looks = 1; looks <= MOST_ATTEMPTS; looks++) {
    const answer = await unlessRefused(
      within((db) => loadAndApply({ db, schemas }, updateId, reference, attempt)),
    );
    if (answer) return answer;
  }
  throw new Error(`${updateId} does not fit its line`);
};

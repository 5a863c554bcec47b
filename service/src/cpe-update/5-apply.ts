import {
  type Caller,
  type CpeUpdate,
  type CpeUpdateAnswer,
  ELIGIBILITY_RULES,
  type NigAttempt,
  nextState,
} from '@cpe-desk/contract';
import { chainEntry, entryRow, headOf, nextTime } from '../history/chain-entry.ts';
import { isChainRefusal } from '../history/chain-refusal.ts';
import { entryOfUpdate } from '../history/read-history.ts';
import { claimsOf } from '../line/claims.ts';
import { cpeRow } from '../line/cpe-columns.ts';
import { clockAt, type DatabaseClock } from '../platform/database/clock.ts';
import { maybeOne, one, type Queryable } from '../platform/database/database.ts';
import { loadNetwork, loadTicket, type Network, withDevice } from '../tickets/load-ticket.ts';
import type { Intent } from './3-record.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { type Announced, announcementOfState } from './events/announce-state.ts';
import { type ApplicableRow, selectApplicable, writeApplied } from './queries.ts';
import { updateOf } from './read-update.ts';
import { attempts } from './settle-as.ts';

/** What is applied, and the line as it has to be for that: its CPE's version, its network elements and the end of its chain. */
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

/** What is known of an intent is enough to apply it, unless somebody else has settled it meanwhile. */
export const intentToApply = (intent: Intent, { id, name }: Pick<Caller, 'id' | 'name'>): Applicable => ({
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
  row: ApplicableRow,
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

/** What comes of an update of this state when NIG has accepted it, by the state table. */
const isApplicable = ({ state }: Pick<Applicable, 'state'>): boolean => {
  const accepted = state === 'accepted' ? state : nextState(state, 'nig-accepted');
  return accepted !== undefined && nextState(accepted, 'written-locally') === 'applied';
};

const entryFor = (update: Applicable, nigReference: string, at: string) => {
  const { updateId, serviceLineId, cttId, ticketNo, kind, by, changed, before, after, reason } = update;
  const { settlement, repair, rules, head } = update;
  const of = { updateId, serviceLineId, cttId, ticketNo, kind, actor: by, changed, before, after, reason };
  return chainEntry(head, { at, ...of, nigReference, settlement, ...(repair && { repair }), rules });
};

/** Undefined: the chain or the clock moved since they were read, and nothing was written. */
const unlessRefused = async <Row>(written: Promise<Row>): Promise<Row | undefined> => {
  try {
    return await written;
  } catch (error) {
    if (isChainRefusal(error)) return undefined;
    throw error;
  }
};

/** Where to read and write, and the schemas that this instance may write to. */
type Place = Pick<CpeUpdateDeps, 'schemas'> & { db: Queryable };

/**
 * Writes CPE, corp-data record, claims, history, state and the answer for retries, in one statement.
 * Undefined, and nothing written, where the update or its line is not as it was loaded, or this instance
 * may not write.
 */
const write = async (
  { db, schemas }: Place,
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
  const answer = { updateId, kind, cttId, ticketNo, cpe, networkElements, corpData, history, nig, warnings };
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
 * Steps 10 and 11: reads the network elements again, and writes all at once. Undefined, and nothing
 * written, also where the database refuses the entry.
 */
export const tryToApply = (
  place: Place,
  update: Applicable,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> => unlessRefused(write(place, update, reference, attempt));

/** The answer of an update that somebody else has applied, from the line as it is. */
const answerOfApplied = async ({ db }: Place, update: CpeUpdate): Promise<CpeUpdateAnswer> => {
  const { updateId, kind, cttId, ticketNo, warnings } = update;
  const [ticket, history] = [await loadTicket(db, cttId, null), await entryOfUpdate(db, updateId)];
  if (!ticket?.cpe || !ticket.corpData || !history)
    throw new Error(`${updateId} is applied but its line is incomplete`);
  const { cpe, networkElements, corpData } = ticket;
  const nig = { reference: history.nigReference };
  return { updateId, kind, cttId, ticketNo, cpe, networkElements, corpData, history, nig, warnings };
};

/** Loads an update that NIG accepted with its line, and applies it as they are now. */
const lookAndApply = async (
  place: Place,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> => {
  const { newest, oldest } = place.schemas;
  const row = await one(place.db, selectApplicable, [updateId, newest, oldest]);
  const clock = clockAt(row.read_at);
  if (row.state === 'applied') return answerOfApplied(place, updateOf(row));
  if (!isApplicable(row)) throw new Error(`${updateId} is ${row.state} but NIG accepted it as ${reference}`);
  if (!row.may_write)
    throw new Error(`${updateId} is left to newer instances: this one does not know the schema`);
  const network = await loadNetwork(place.db, row.service_line_id);
  return write(place, applicableOf(row, clock, network), reference, attempt);
};

/** An update is loaded again where it moved meanwhile: it cannot move often. */
const MOST_LOOKS = 5;

type Within = <Result>(work: (db: Queryable) => Promise<Result>) => Promise<Result>;

/**
 * Applies an update that NIG accepted. Whoever comes second, a settling instance or the request itself,
 * finds it applied and gets the same answer. Each look is made `within` what is given, a transaction with
 * limits for example: the database ends a transaction whose entry it refuses.
 */
export const applyUpdate = async (
  { db, schemas }: Pick<CpeUpdateDeps, 'db' | 'schemas'>,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
  within: Within = (work) => work(db),
): Promise<CpeUpdateAnswer> => {
  for (let looks = 1; looks <= MOST_LOOKS; looks++) {
    const answer = await unlessRefused(
      within((place) => lookAndApply({ db: place, schemas }, updateId, reference, attempt)),
    );
    if (answer) return answer;
  }
  throw new Error(`${updateId} does not fit its line`);
};

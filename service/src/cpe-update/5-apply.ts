import {
  type BulkRowRef,
  type Caller,
  type CpeUpdate,
  type CpeUpdateAnswer,
  ELIGIBILITY_RULES,
  type NigAttempt,
  nextState,
} from '@cpe-desk/contract';
import { headOf } from '../history/chain/chain-entry.ts';
import { isChainRefusal } from '../history/chain/chain-refusal.ts';
import { entryOfUpdate } from '../history/read-history.ts';
import { claimsOf } from '../line/claims.ts';
import { clockAt, type DatabaseClock } from '../platform/database/clock.ts';
import { one, type Queryable } from '../platform/database/database.ts';
import { loadNetwork, loadTicket, type Network } from '../tickets/load-ticket.ts';
import type { UpdateBatches } from './batches.ts';
import { type SelectApplicableRow, selectApplicable } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import type { Intent } from './intent.ts';
import { updateOf } from './read-update.ts';
import { type Applicable, type ApplyDeps, writeUpdates } from './write-applied.ts';

const noteOf = ({ id, row, name }: BulkRowRef): BulkRowRef => ({ id, row, name });

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
  bulk: intent.bulk && noteOf(intent.bulk),
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

/** Undefined where the chain or the clock changed after they were read; nothing is written then. */
const unlessRefused = async <Row>(written: Promise<Row>): Promise<Row | undefined> => {
  try {
    return await written;
  } catch (error) {
    if (isChainRefusal(error)) return undefined;
    throw error;
  }
};

/**
 * Steps 10 and 11, for an update whose facts are known: writes everything at once. Also undefined,
 * with nothing written, where the database refuses the entry.
 */
export const tryToApply = (
  batches: Pick<UpdateBatches, 'apply'>,
  update: Applicable,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer | undefined> =>
  unlessRefused(batches.apply({ update, reference, attempt }));

/** The answer of an update that another process applied, from the present line. */
const answerOfApplied = async ({ db }: ApplyDeps, update: CpeUpdate): Promise<CpeUpdateAnswer> => {
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
  target: ApplyDeps,
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
  const update = applicableOf(row, clock, network);
  const [answer] = await writeUpdates(target, [{ update, reference, attempt }]);
  return answer;
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

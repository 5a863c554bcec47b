import { type Cpe, type CpeUpdateAnswer, type NigAttempt, nextState } from '@cpe-desk/contract';
import { inTransaction, one, run, type Transaction } from '../database.ts';
import type { Desk } from '../desk.ts';
import { appendHistory } from '../history/append-history.ts';
import { entryOfUpdate } from '../history/read-history.ts';
import { loadTicket } from '../ticket/load-ticket.ts';
import { announceState } from './announce-state.ts';
import { claimsOf } from './claims.ts';
import { storeAnswer } from './idempotency.ts';
import {
  type CpeUpdateRow,
  cpeValues,
  keepClaims,
  lockUpdate,
  setState,
  settleClaims,
  writeCorpData,
  writeCpe,
} from './queries.ts';
import { updateOf } from './read-update.ts';
import { attempts } from './settle-as.ts';

/** Step 11: the answer, from the line as it is in this transaction. */
const answerOf = async (tx: Transaction, row: CpeUpdateRow): Promise<CpeUpdateAnswer> => {
  const { updateId, kind, cttId, ticketNo, warnings } = updateOf(row);
  const [ticket, history] = [await loadTicket(tx, cttId, null), await entryOfUpdate(tx, updateId)];
  if (!ticket?.cpe || !ticket.corpData || !history)
    throw new Error(`${updateId} is applied but its line is incomplete`);
  const { cpe, networkElements, corpData } = ticket;
  const nig = { reference: history.nigReference };
  return { updateId, kind, cttId, ticketNo, cpe, networkElements, corpData, history, nig, warnings };
};

const writeLine = async (
  tx: Transaction,
  lineId: string,
  after: Cpe,
  oltId: string | null,
): Promise<void> => {
  const values = cpeValues(lineId, after);
  const claims = claimsOf(after, oltId);
  await run(tx, writeCpe, values);
  await run(tx, writeCorpData, values);
  await run(tx, keepClaims, [lineId, claims.map(({ kind }) => kind), claims.map(({ value }) => value)]);
};

const writeHistory = (tx: Transaction, row: CpeUpdateRow, nigReference: string) => {
  const { updateId, serviceLineId, cttId, ticketNo, kind, by, ...update } = updateOf(row);
  const { changed, before, after, reason, settlement } = update;
  return appendHistory(tx, {
    at: new Date().toISOString(),
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
    nigReference,
    settlement,
    rules: row.rules,
  });
};

/**
 * Step 10: CPE, corp-data record, claims, history, state and the answer for retries, in one transaction.
 * Whoever comes second, a settling instance or the request itself, finds it applied and gets the same answer.
 */
export const applyUpdate = (
  desk: Desk,
  updateId: string,
  reference: string,
  attempt: NigAttempt | null,
): Promise<CpeUpdateAnswer> =>
  inTransaction(desk.db, async (tx) => {
    const row = await one(tx, lockUpdate, [updateId]);
    if (row.state === 'applied') return answerOf(tx, row);
    const accepted = row.state === 'accepted' ? row.state : nextState(row.state, 'nig-accepted');
    const state = accepted && nextState(accepted, 'written-locally');
    if (!state) throw new Error(`${updateId} is ${row.state} but NIG accepted it as ${reference}`);
    const ticket = await loadTicket(tx, row.ctt_id, null);
    await writeLine(tx, row.service_line_id, updateOf(row).after, ticket?.olt?.id ?? null);
    await run(tx, settleClaims, [row.service_line_id, updateId]);
    await writeHistory(tx, row, reference);
    await run(tx, setState, [updateId, state, reference, null, null, true, attempts(attempt)]);
    const answer = await answerOf(tx, row);
    await storeAnswer(tx, updateId, { status: 200, body: answer });
    await announceState(tx, row, state);
    return answer;
  });

import { randomUUID } from 'node:crypto';
import { one, run } from '../database.ts';
import type { Desk } from '../desk.ts';
import { isDatabaseAway } from '../http/problem.ts';
import { noteAttempt } from '../nig/note-attempt.ts';
import { applyUpdate } from './apply-update.ts';
import { askLater, type CpeUpdateRow, lockUpdate, takeDueUpdates } from './queries.ts';
import { handToAPerson, leaveUnknown, settleAsAbandoned, settleAsRejected } from './settle-as.ts';

const EVERY_MS = 500;
const AT_MOST = 20;
const SLOWEST_ASK_MS = 60_000;

/** Time until NIG is asked again: doubles from one second to one minute. */
const backoffMs = (asked: number): number => Math.min(SLOWEST_ASK_MS, 1000 * 2 ** Math.min(asked, 10));

/**
 * "NIG never got it" counts only from a look-up that began at least twice `nigTimeoutMs` after the
 * send: until then NIG may still have the request before it, in a proxy or in a queue of its own.
 * A send begins at most `nigTimeoutMs` after the intent was recorded (`send-to-nig.ts`), and the
 * row's age was read before the look-up began.
 */
const isLateEnough = ({ age_ms }: CpeUpdateRow, { nigTimeoutMs }: Desk): boolean =>
  age_ms >= 3 * nigTimeoutMs;

const CANNOT_BE_ASKED = {
  answer: { outcome: 'unknown', why: 'This NIG cannot be asked' },
  attempt: null,
} as const;

const lookUp = async ({ nig }: Desk, updateId: string, requestId: string) => {
  const { lookUp: ask } = nig;
  return ask === undefined ? CANNOT_BE_ASKED : noteAttempt('look-up', () => ask(updateId, { requestId }));
};

/** Asks NIG about one update and settles it if NIG knows; unknown is asked again, never guessed. */
const askAndSettle = async (desk: Desk, row: CpeUpdateRow): Promise<void> => {
  const requestId = randomUUID();
  const { answer, attempt } = await lookUp(desk, row.id, requestId);
  desk.log.info({ updateId: row.id, requestId, answer }, 'NIG was asked about an update');
  switch (answer.outcome) {
    case 'accepted':
      await applyUpdate(desk, row.id, answer.reference, attempt);
      return;
    case 'rejected':
      return settleAsRejected(desk, row.id, answer, attempt);
    case 'never-got-it':
      if (isLateEnough(row, desk)) return settleAsAbandoned(desk, row.id, 'NIG never got it', attempt);
      return leaveUnknown(desk, row.id, 'NIG has not got it yet', desk.nigTimeoutMs, attempt);
    case 'unknown':
      await leaveUnknown(desk, row.id, answer.why, backoffMs(row.asked), attempt);
      if (row.deadline_passed) await handToAPerson(desk, row.id);
  }
};

const settleOne = async (desk: Desk, updateId: string): Promise<void> => {
  // The lock ends with this statement; who settles takes it again, and the state table decides then.
  const row = await one(desk.db, lockUpdate, [updateId]);
  try {
    if (row.state === 'accepted' && row.nig_reference)
      await applyUpdate(desk, row.id, row.nig_reference, null);
    else await askAndSettle(desk, row);
  } catch (err) {
    // Expected: the database went away. Anything else is a bug that must not stop the other updates from settling.
    desk.log.error({ err, updateId }, 'an update could not be settled');
    await run(desk.db, askLater, [updateId, backoffMs(row.asked)]);
  }
};

/** Settles what is due, in any instance, each update in one of them at a time. */
export const settleDueUpdates = async (desk: Desk): Promise<number> => {
  const due = await run(desk.db, takeDueUpdates, [
    3 * desk.nigTimeoutMs,
    AT_MOST,
    desk.schemas.newest,
    desk.schemas.oldest,
  ]);
  await Promise.all(due.map(({ id }) => settleOne(desk, id)));
  return due.length;
};

/** Settles at once and from then on in the background, until stopped. */
export const keepSettling = (desk: Desk): { stop(): Promise<void> } => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const round = async (): Promise<void> => {
    try {
      await settleDueUpdates(desk);
    } catch (err) {
      if (isDatabaseAway(err)) desk.log.warn({ err }, 'settling waits for the database');
      else desk.log.error({ err }, 'settling failed');
    }
    if (!isStopped) timer = setTimeout(next, EVERY_MS);
  };
  let running = round();
  const next = () => {
    running = round();
  };
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveUpdates } from '../live/live-updates.ts';
import { type Pool, run } from '../platform/database/database.ts';
import { StartError } from '../platform/process/start-error.ts';
import { notifyPresence } from '../presence/queries.ts';

const LIMIT_MS = 10_000;
const AGAIN_MS = 50;

/**
 * Stops a start that would never hear who has a ticket open at another instance: through a pooler that changes sessions LISTEN succeeds, and nothing comes;
 * an address of another database is as silent.
 */
export const checkListening = async (
  db: Pool,
  live: Pick<LiveUpdates, 'subscribePresence'>,
  limitMs = LIMIT_MS,
): Promise<void> => {
  // No line has this id: who hears it looks for nobody.
  const id = randomUUID();
  let isHeard = false;
  const unsubscribe = live.subscribePresence((heard) => {
    isHeard ||= heard === id;
  });
  try {
    for (const deadline = performance.now() + limitMs; !isHeard; await sleep(AGAIN_MS)) {
      if (performance.now() > deadline) throw new StartError('not-heard', NOT_HEARD);
      await run(db, notifyPresence, [[id]]);
    }
  } finally {
    unsubscribe();
  }
};

const NOT_HEARD =
  'DATABASE_LISTEN_URL: what is announced in the database of DATABASE_URL is not heard. Set it to the address of that same ' +
  'database itself, not of a pooler (docs/scaling.md)';

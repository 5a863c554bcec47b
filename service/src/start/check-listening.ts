import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveUpdates } from '../live/live-updates.ts';
import { type Pool, run } from '../platform/database/database.ts';
import { StartError } from '../platform/process/start-error.ts';
import { notifyPresence } from '../presence/presence.sql.ts';

const LIMIT_MS = 10_000;
const AGAIN_MS = 50;

/**
 * Fails a start that would receive no presence of other instances. Through a pooler that changes
 * sessions LISTEN succeeds but nothing arrives; the same happens with an address of another
 * database.
 */
export const checkListening = async (
  db: Pool,
  live: Pick<LiveUpdates, 'subscribePresence'>,
  limitMs = LIMIT_MS,
): Promise<void> => {
  // No line has this id, so receivers ignore it.
  const id = randomUUID();
  let isReceived = false;
  const unsubscribe = live.subscribePresence((lineId) => {
    isReceived ||= lineId === id;
  });
  try {
    for (const deadline = performance.now() + limitMs; !isReceived; await sleep(AGAIN_MS)) {
      if (performance.now() > deadline) throw new StartError('not-heard', NOT_RECEIVED);
      await run(db, notifyPresence, [[id]]);
    }
  } finally {
    unsubscribe();
  }
};

const NOT_RECEIVED =
  'DATABASE_LISTEN_URL: it receives no notifications of the database of DATABASE_URL. Set it to the ' +
  'address of that database itself, not of a pooler (docs/run/scale.md)';

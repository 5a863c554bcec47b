import { randomUUID } from 'node:crypto';
import type { Caller } from '@cpe-desk/contract';
import { run } from '../database.ts';
import type { Desk } from '../desk.ts';
import {
  deletePresence,
  deleteStalePresence,
  insertPresence,
  notifyPresence,
  renewPresence,
  selectOthers,
} from './queries.ts';

export type Presence = {
  /** Still here; tells of others where they are not the same as before. */
  renew(): Promise<void>;
  leave(): Promise<void>;
};

/** Somebody who has not been heard of for so many beats is gone: their instance died. */
const STALE_BEATS = 2.2;

/**
 * Says that a person has a ticket of this line open, and tells `changed` who else does: now, and whenever it changes, on
 * whichever instance. Presence is a kindness: what goes wrong with it is logged and disturbs nobody.
 */
export const bePresent = (
  { db, live, log }: Pick<Desk, 'db' | 'live' | 'log'>,
  { id, name }: Pick<Caller, 'id' | 'name'>,
  { serviceLineId, beatMs }: { serviceLineId: string; beatMs: number },
  changed: (names: string[]) => void,
): Presence => {
  const streamId = randomUUID();
  const staleMs = STALE_BEATS * beatMs;
  let told: string | undefined;
  const quietly = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (err) {
      log.warn({ err, serviceLineId }, 'presence could not be told');
    }
  };
  const tell = async (): Promise<void> => {
    const names = (await run(db, selectOthers, [serviceLineId, id, staleMs])).map((other) => other.name);
    if (JSON.stringify(names) === told) return;
    told = JSON.stringify(names);
    changed(names);
  };
  const unsubscribe = live.subscribePresence((lineId) => {
    if (lineId === serviceLineId) void quietly(tell);
  });
  const entered = quietly(async () => {
    await run(db, deleteStalePresence, [staleMs]);
    await run(db, insertPresence, [streamId, serviceLineId, id, name]);
    await run(db, notifyPresence, [serviceLineId]);
    await tell();
  });
  return {
    renew: () =>
      quietly(async () => {
        await run(db, renewPresence, [streamId]);
        await tell();
      }),
    async leave() {
      unsubscribe();
      await entered;
      await quietly(async () => {
        await run(db, deletePresence, [streamId]);
        await run(db, notifyPresence, [serviceLineId]);
      });
    },
  };
};

import { EventEmitter } from 'node:events';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, segmentGroupSchema } from '@cpe-desk/contract';
import type { z } from 'zod';
import type { DatabaseWatch } from '../../incident/database-watch.ts';
import { type DatabaseLog, type Pool, run } from '../../platform/database/database.ts';
import { listenForPresence } from '../../presence/listen.ts';
import { deleteOldEvents } from '../queries.ts';
import { tailEvents } from './tail-events.ts';

const announcementSchema = cpeUpdateEventSchema.extend({ segmentGroup: segmentGroupSchema });
/** A live event, with the segment group that decides who hears it. */
export type Announcement = z.infer<typeof announcementSchema>;

export type LiveUpdates = {
  /** Hears every committed state of every instance until the returned function is called. */
  subscribe(listener: (announcement: Announcement) => void): () => void;
  /** Hears the ids of lines at which somebody came or went. */
  subscribePresence(listener: (serviceLineId: string) => void): () => void;
  /** Hears that events may have been lost or missed: whoever shows something has to load it again. */
  subscribeRestart(listener: () => void): () => void;
  stop(): Promise<void>;
};

type Heard = { announcement: [Announcement]; presence: [string]; restart: [] };

/**
 * Hears the announcements of all instances on this database, and through a connection of its own to `listenUrl` of people who come
 * and go. Goes on where it was when the database was away.
 */
export const listenForUpdates = async (
  db: Pool,
  listenUrl: string,
  log: DatabaseLog,
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'note'>,
): Promise<LiveUpdates> => {
  const heard = new EventEmitter<Heard>().setMaxListeners(0);
  const events = await tailEvents(db, log, watch, {
    tell(told) {
      // An instance of another version may announce what this one does not know.
      const { data: announcement } = announcementSchema.safeParse(told);
      if (announcement) heard.emit('announcement', announcement);
    },
    restart: () => void heard.emit('restart'),
  });
  const presence = listenForPresence(listenUrl, log, (lineId) => heard.emit('presence', lineId));
  return {
    subscribe(listener) {
      heard.on('announcement', listener);
      return () => heard.off('announcement', listener);
    },
    subscribePresence(listener) {
      heard.on('presence', listener);
      return () => heard.off('presence', listener);
    },
    subscribeRestart(listener) {
      heard.on('restart', listener);
      return () => heard.off('restart', listener);
    },
    async stop() {
      heard.removeAllListeners();
      presence.stop();
      await events.stop();
    },
  };
};

/** What a caller hears of an announcement. */
export const eventOf = ({ segmentGroup: _, ...event }: Announcement): CpeUpdateLiveEvent => event;

/** So long an event is kept, at least: an instance that was further behind tells nobody of it. */
const KEPT_HOURS = 1;

export const pruneEvents = (db: Pool) => run(db, deleteOldEvents, [KEPT_HOURS]);

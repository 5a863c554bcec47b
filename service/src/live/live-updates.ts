import { EventEmitter } from 'node:events';
import { type Announcement, announcementSchema } from '../cpe-update/events/announce-state.ts';
import { tailEvents } from '../cpe-update/events/tail-events.ts';
import type { DatabaseWatch } from '../incident/database-watch.ts';
import type { DatabaseLog, Pool } from '../platform/database/database.ts';
import { listenForPresence } from '../presence/listen.ts';

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
 * Hears the announcements of all instances on this database, and on a connection of its own to
 * `listenUrl` who comes and goes. Continues where it was when the database was away.
 */
export const listenForUpdates = async (
  db: Pool,
  listenUrl: string,
  log: DatabaseLog,
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>,
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

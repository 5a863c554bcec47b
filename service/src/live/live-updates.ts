import { EventEmitter } from 'node:events';
import { type Announcement, announcementSchema } from '../cpe-update/events/announce-state.ts';
import { tailEvents } from '../cpe-update/events/tail-events.ts';
import type { DatabaseWatch } from '../incident/database-watch.ts';
import type { DatabaseLog, Pool } from '../platform/database/database.ts';
import { listen } from '../platform/database/listen.ts';

export type LiveUpdates = {
  /**
   * Calls the listener with every committed state of every instance, until the returned function is
   * called.
   */
  subscribe(listener: (announcement: Announcement) => void): () => void;
  /** Calls the listener with the id of each line at which a viewer joined or left. */
  subscribePresence(listener: (serviceLineId: string) => void): () => void;
  /** Calls the listener with the id of each person whose session ended or has other roles. */
  subscribeSessions(listener: (subject: string) => void): () => void;
  /** Calls the listener with the id of each person whose inbox changed. */
  subscribeInbox(listener: (personId: string) => void): () => void;
  /** Calls the listener with each log level that is announced, as JSON. */
  subscribeLogLevel(listener: (text: string) => void): () => void;
  /** Calls the listener when events may have been lost: readers must load what they show again. */
  subscribeRestart(listener: () => void): () => void;
  /** How late events are at most, ms: the time since all of them were read. */
  lagMs(): number;
  stop(): Promise<void>;
};

type LiveEvents = {
  announcement: [Announcement];
  presence: [string];
  session: [string];
  logLevel: [string];
  inbox: [string];
  restart: [];
};

/**
 * Receives the announcements of all instances of this database and, on a connection to `listenUrl`,
 * the viewers who join and leave, the sessions that end and the inboxes that change. Continues
 * where it stopped after the database was unavailable.
 */
export const listenForUpdates = async (
  db: Pool,
  listenUrl: string,
  log: DatabaseLog,
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>,
): Promise<LiveUpdates> => {
  const emitter = new EventEmitter<LiveEvents>().setMaxListeners(0);
  const events = await tailEvents(db, log, watch, {
    onEvent(event) {
      // An instance of another version may send announcements that this one does not know.
      const { data: announcement } = announcementSchema.safeParse(event);
      if (announcement) emitter.emit('announcement', announcement);
    },
    onRestart: () => void emitter.emit('restart'),
  });
  const listening = listen(listenUrl, log, {
    line_presence: (lineId) => emitter.emit('presence', lineId),
    session_changed: (subject) => emitter.emit('session', subject),
    log_level: (text) => emitter.emit('logLevel', text),
    inbox_changed: (personId) => emitter.emit('inbox', personId),
  });
  return {
    subscribe(listener) {
      emitter.on('announcement', listener);
      return () => emitter.off('announcement', listener);
    },
    subscribePresence(listener) {
      emitter.on('presence', listener);
      return () => emitter.off('presence', listener);
    },
    subscribeSessions(listener) {
      emitter.on('session', listener);
      return () => emitter.off('session', listener);
    },
    subscribeInbox(listener) {
      emitter.on('inbox', listener);
      return () => emitter.off('inbox', listener);
    },
    subscribeLogLevel(listener) {
      emitter.on('logLevel', listener);
      return () => emitter.off('logLevel', listener);
    },
    subscribeRestart(listener) {
      emitter.on('restart', listener);
      return () => emitter.off('restart', listener);
    },
    lagMs: events.readAgoMs,
    async stop() {
      emitter.removeAllListeners();
      listening.stop();
      await events.stop();
    },
  };
};

import { EventEmitter } from 'node:events';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, segmentGroupSchema } from '@cpe-desk/contract';
import pg from 'pg';
import type { z } from 'zod';
import { type DatabaseLog, type Pool, run } from '../database.ts';
import type { DatabaseWatch } from '../incident/database-watch.ts';
import { deleteOldEvents } from './queries.ts';
import { tailEvents } from './tail-events.ts';

const PRESENCE = 'line_presence';
const RECONNECT_MS = 1000;

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

/** Listens for what people hear of each other. Reconnects when the database was away. */
const listenForPresence = (url: string, log: DatabaseLog, hear: (serviceLineId: string) => void) => {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'cpe-desk live',
    });
    client = fresh;
    fresh.on('error', (err) => log.warn({ err }, 'live updates: connection lost'));
    fresh.on('end', connectLater);
    fresh.on('notification', ({ payload }) => hear(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${PRESENCE}`);
    } catch (err) {
      log.warn({ err }, 'live updates: database away');
      await fresh.end().catch(() => {});
      connectLater();
    }
  };
  const connectLater = () => {
    if (isStopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, RECONNECT_MS);
  };
  void connect();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
};

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
      // Another version's instance may tell of what this one does not know.
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
      await Promise.all([events.stop(), presence.stop()]);
    },
  };
};

/** What a caller hears of an announcement. */
export const eventOf = ({ segmentGroup: _, ...event }: Announcement): CpeUpdateLiveEvent => event;

/** So long an event is kept, at least: an instance that was further behind tells nobody of it. */
const KEPT_HOURS = 1;

export const pruneEvents = (db: Pool) => run(db, deleteOldEvents, [KEPT_HOURS]);

import { EventEmitter } from 'node:events';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, segmentGroupSchema } from '@cpe-desk/contract';
import pg from 'pg';
import type { z } from 'zod';
import { run, type Transaction } from '../database.ts';
import { notify } from './queries.ts';

const CHANNEL = 'cpe_update';
const PRESENCE = 'line_presence';
const RECONNECT_MS = 1000;

const announcementSchema = cpeUpdateEventSchema.extend({ segmentGroup: segmentGroupSchema });
/** A live event, with the segment group that decides who hears it. */
export type Announcement = z.infer<typeof announcementSchema>;

/** Announces a state through the caller's transaction: nobody hears of what was rolled back. */
export const announce = (tx: Transaction, announcement: Omit<Announcement, 'at'>) =>
  run(tx, notify, [JSON.stringify({ ...announcement, at: new Date().toISOString() })]);

export type LiveUpdates = {
  /** Hears every committed state of every instance until the returned function is called. */
  subscribe(listener: (announcement: Announcement) => void): () => void;
  /** Hears the ids of lines at which somebody came or went. */
  subscribePresence(listener: (serviceLineId: string) => void): () => void;
  stop(): Promise<void>;
};

const parse = (payload: string | undefined): Announcement | undefined => {
  try {
    return announcementSchema.safeParse(JSON.parse(payload ?? '')).data;
  } catch {
    return undefined; // not JSON: someone else's notification on our channel
  }
};

/** Listens for the announcements of all instances on this database; reconnects when the database was away. */
export const listenForUpdates = (
  url: string,
  log: { warn(details: object, message: string): void },
): LiveUpdates => {
  const heard = new EventEmitter<{ announcement: [Announcement]; presence: [string] }>().setMaxListeners(0);
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
    fresh.on('notification', ({ channel, payload }) => {
      if (channel === PRESENCE) {
        heard.emit('presence', payload ?? '');
        return;
      }
      const announcement = parse(payload);
      if (announcement) heard.emit('announcement', announcement);
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
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
    subscribe(listener) {
      heard.on('announcement', listener);
      return () => heard.off('announcement', listener);
    },
    subscribePresence(listener) {
      heard.on('presence', listener);
      return () => heard.off('presence', listener);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      heard.removeAllListeners();
      await client?.end().catch(() => {});
    },
  };
};

/** What a caller hears of an announcement. */
export const eventOf = ({ segmentGroup: _, ...event }: Announcement): CpeUpdateLiveEvent => event;

import { DatabaseClient } from './client.ts';
import type { DatabaseLog } from './database.ts';

const RECONNECT_MS = 1000;
/** How often the listener checks its connection: PostgreSQL does not report a silent loss. */
const CHECK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5000;

/** What hears the payloads of each channel. */
export type Listeners = Readonly<Record<string, (payload: string) => void>>;

type Times = { checkEveryMs?: number; answerWithinMs?: number; reconnectMs?: number };

/**
 * A listening connection. It rejects where it cannot be made, and calls `onLost` once where it was
 * made and broke: never both, since each leads to a new attempt.
 */
const openListener = async (
  url: string,
  { checkEveryMs, answerWithinMs }: Omit<Required<Times>, 'reconnectMs'>,
  listeners: Listeners,
  onLost: (error: unknown) => void,
): Promise<{ close(): void }> => {
  const client = new DatabaseClient({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    application_name: 'cpe-desk live',
  });
  let isMade = false;
  let isOver = false;
  const end = (error?: unknown): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    // A goodbye to a silent server would never end.
    client.connection.stream.destroy();
    if (isMade && error !== undefined) onLost(error);
  };
  client.on('error', end);
  client.on('end', () => end(new Error('The connection ended')));
  client.on('notification', ({ channel, payload }) => listeners[channel]?.(payload ?? ''));
  let timer: NodeJS.Timeout | undefined;
  const check = async (): Promise<void> => {
    try {
      await client.query('select');
      if (!isOver) timer = setTimeout(() => void check(), checkEveryMs);
    } catch (error) {
      end(error);
    }
  };
  try {
    await client.connect();
    for (const channel of Object.keys(listeners))
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    if (isOver) throw new Error('The connection ended');
    isMade = true;
  } catch (error) {
    end();
    throw error;
  }
  timer = setTimeout(() => void check(), checkEveryMs);
  return { close: () => end() };
};

/**
 * Listens to channels (NOTIFY). Reconnects when the connection is lost, also silently; what was
 * sent meanwhile is not heard.
 */
export const listen = (
  url: string,
  log: DatabaseLog,
  listeners: Listeners,
  {
    checkEveryMs = CHECK_EVERY_MS,
    answerWithinMs = ANSWER_WITHIN_MS,
    reconnectMs = RECONNECT_MS,
  }: Times = {},
): { stop(): void } => {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const connectLater = (error: unknown): void => {
    if (stopped.signal.aborted) return;
    log.warn({ err: error }, 'lost the listening connection; reconnecting');
    timer = setTimeout(() => void connect(), reconnectMs);
  };
  const connect = async (): Promise<void> => {
    try {
      const times = { checkEveryMs, answerWithinMs };
      const listener = await openListener(url, times, listeners, connectLater);
      if (stopped.signal.aborted) listener.close();
      else stopped.signal.addEventListener('abort', () => listener.close(), { once: true });
    } catch (error) {
      connectLater(error);
    }
  };
  void connect();
  return {
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
};

import { DatabaseClient } from '../platform/database/client.ts';
import type { DatabaseLog } from '../platform/database/database.ts';

const CHANNEL = 'line_presence';
const RECONNECT_MS = 1000;
/** How often the listener checks its connection: PostgreSQL does not report a silent loss. */
const CHECK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5000;

type Times = { checkEveryMs?: number; answerWithinMs?: number };

/** A listening connection. It calls `lost` once, whatever fails. */
const openListener = async (
  url: string,
  { checkEveryMs, answerWithinMs }: Required<Times>,
  onLine: (serviceLineId: string) => void,
  onLost: (error: unknown) => void,
): Promise<{ close(): void }> => {
  const client = new DatabaseClient({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    application_name: 'cpe-desk live',
  });
  let isOver = false;
  const end = (error?: unknown): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    // A goodbye to a silent server would never end.
    client.connection.stream.destroy();
    if (error !== undefined) onLost(error);
  };
  client.on('error', end);
  client.on('end', () => end(new Error('The connection ended')));
  client.on('notification', ({ payload }) => onLine(payload ?? ''));
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
    await client.query(`listen ${CHANNEL}`);
  } catch (error) {
    end();
    throw error;
  }
  timer = setTimeout(() => void check(), checkEveryMs);
  return { close: () => end() };
};

/**
 * Listens for viewers who join and leave. Reconnects when the connection is lost, also silently.
 */
export const listenForPresence = (
  url: string,
  log: DatabaseLog,
  onLine: (serviceLineId: string) => void,
  { checkEveryMs = CHECK_EVERY_MS, answerWithinMs = ANSWER_WITHIN_MS }: Times = {},
): { stop(): void } => {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const connectLater = (error: unknown): void => {
    if (stopped.signal.aborted) return;
    log.warn({ err: error }, 'presence: lost the connection; reconnecting');
    timer = setTimeout(() => void connect(), RECONNECT_MS);
  };
  const connect = async (): Promise<void> => {
    try {
      const times = { checkEveryMs, answerWithinMs };
      const listener = await openListener(url, times, onLine, connectLater);
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

import type { FastifyBaseLogger } from 'fastify';

const EVERY_MS = 60 * 60_000;

/** A recurring task. A long one must end, by throwing, when `stopping` aborts. */
export type Chore = { name: string; run(stopping: AbortSignal): Promise<unknown> };

/**
 * Runs each chore at once and then every hour, until stopped. Skips an hour while the previous
 * round still runs. Logs a failed chore and retries it an hour later.
 */
export const startHousekeeping = (
  chores: readonly Chore[],
  log: Pick<FastifyBaseLogger, 'error'>,
  everyMs = EVERY_MS,
): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const round = async (): Promise<void> => {
    for (const { name, run } of chores) {
      if (stopping.signal.aborted) return;
      try {
        await run(stopping.signal);
      } catch (err) {
        // Expected: the database is unavailable, the disk is full, or the desk stops.
        if (!stopping.signal.aborted) log.error({ err, chore: name }, 'housekeeping failed');
      }
    }
  };
  let running: Promise<void> | undefined;
  const begin = () => {
    running ??= round().finally(() => {
      running = undefined;
    });
  };
  begin();
  const timer = setInterval(begin, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
};

import type { FastifyBaseLogger } from 'fastify';

const EVERY_MS = 60 * 60_000;

/** A chore that takes long ends, by throwing, once it is told to stop. */
export type Chore = { name: string; run(stopping: AbortSignal): Promise<unknown> };

/**
 * Does each chore at once and then every hour, until stopped; not while those of the hour before are under way. One that fails is
 * told of and tried again an hour later.
 */
export const keepHouse = (
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
        // Expected: the database is away, the disk is full, or the desk stops.
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

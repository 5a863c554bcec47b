import type { FastifyBaseLogger } from 'fastify';

const EVERY_MS = 60 * 60_000;

export type Chore = { name: string; run(): Promise<unknown> };

/** Does each chore at once and then every hour, until stopped. One that fails is told of and tried again an hour later. */
export const keepHouse = (
  chores: readonly Chore[],
  log: Pick<FastifyBaseLogger, 'error'>,
): { stop(): Promise<void> } => {
  const round = async (): Promise<void> => {
    for (const { name, run } of chores) {
      try {
        await run();
      } catch (err) {
        // Expected: the database is away, or the disk is full.
        log.error({ err, chore: name }, 'housekeeping failed');
      }
    }
  };
  let running = round();
  const timer = setInterval(() => {
    running = round();
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
};

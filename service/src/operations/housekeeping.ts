import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';

const EVERY_MS = 60 * 60_000;

/** A recurring task. A long one must end, by throwing, when `stopping` aborts. */
export type Chore = { name: string; run(stopping: AbortSignal): Promise<unknown> };

type HousekeepingOptions = { everyMs?: number; onFailure?: (chore: string) => void };

/**
 * Runs all chores at once and again an hour after they end, until stopped. Logs a failed chore and
 * retries it in the next round.
 */
export const startHousekeeping = (
  chores: readonly Chore[],
  log: Pick<Log, 'error'>,
  { everyMs = EVERY_MS, onFailure = () => {} }: HousekeepingOptions = {},
): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const round = async (): Promise<number> => {
    for (const { name, run } of chores) {
      if (stopping.signal.aborted) break;
      try {
        await run(stopping.signal);
      } catch (err) {
        // Expected: the database is unavailable, the disk is full, or the desk stops.
        if (stopping.signal.aborted) break;
        log.error({ err, chore: name }, 'housekeeping failed');
        onFailure(name);
      }
    }
    return everyMs;
  };
  const rounds = repeat({ round, failed: () => {}, retryMs: everyMs });
  return {
    stop() {
      stopping.abort();
      return rounds.stop();
    },
  };
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../demo/src/data/random.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { setClock } from '../support/set-clock.ts';

const EVERY_MS = 1500;
const LASTS_MS = 1500;
/** Steps in seconds, below and above the desk's deadlines and the tolerance of an entry. */
const STEPS_S = [-3600, -240, -3, 3, 240, 3600];

type Target = {
  random: Random;
  pool: Pool;
  isOver(): boolean;
  add(what: string): void;
};

/** Repeatedly sets the database's clock ahead or back for a moment. */
export const stepClock = async ({ random, pool, isOver, add }: Target): Promise<void> => {
  while (!isOver()) {
    await sleep(EVERY_MS + random.below(EVERY_MS));
    const seconds = random.pick(STEPS_S);
    try {
      await setClock(pool, seconds);
      add(`database clocks set ${seconds > 0 ? 'ahead' : 'back'}`);
      await sleep(LASTS_MS);
      await setClock(pool, 0);
    } catch {
      // Expected: PostgreSQL recovers. The end of the storm sets the clock right.
    }
  }
};

import { one, type Pool } from './database/database.ts';
import type { Log } from './log.ts';
import type { ReadinessCheck } from './readiness.ts';
import { repeat, reportFailure } from './repeat.ts';
import { selectSynchronousCommit } from './standby.sql.ts';

/** What a desk does whose commits wait for no standby: nothing, log it, or take no requests. */
export type SynchronousMode = 'off' | 'warn' | 'require';

export type StandbyWatch = {
  /** Whether commits wait for a standby; undefined before it is known. */
  isSynchronous(): boolean | undefined;
  /** For `/readyz`. */
  check: ReadinessCheck;
  stop(): Promise<void>;
};

const EVERY_MS = 60_000;
const FAULT =
  'commits wait for no standby, so a failover loses updates that were answered 200; ' +
  'set synchronous_standby_names and synchronous_commit=on';

/**
 * Looks each minute whether the commits of the flow's connections wait for a synchronous standby.
 * Their lack is logged when it begins.
 */
export const watchStandby = (
  flow: Pool,
  mode: SynchronousMode,
  log: Pick<Log, 'warn' | 'error'>,
  everyMs = EVERY_MS,
): StandbyWatch => {
  let isSynchronous: boolean | undefined;
  const look = async (): Promise<number> => {
    const { is_synchronous: now } = await one(flow, selectSynchronousCommit, []);
    if (!now && isSynchronous !== false && mode !== 'off') log.warn({}, FAULT);
    isSynchronous = now;
    return everyMs;
  };
  const rounds = repeat({
    round: look,
    failed: reportFailure(log, 'the look for a synchronous standby'),
    retryMs: everyMs,
  });
  const check: ReadinessCheck = {
    name: 'standby',
    async fault() {
      if (mode !== 'require') return undefined;
      // A standby that came back must not wait for the next round.
      if (isSynchronous !== true) await look();
      return isSynchronous ? undefined : FAULT;
    },
  };
  return { isSynchronous: () => isSynchronous, check, stop: rounds.stop };
};

import { probeCommit } from './database.sql.ts';
import { type DatabaseLog, type Pool, run } from './database.ts';

/**
 * Whether the database confirms commits. After a commit of unknown outcome it does not, until a
 * probe is confirmed. An update recorded meanwhile would only be another one of unknown outcome.
 */
export type Commits = {
  areConfirmed(): boolean;
  stop(): Promise<void>;
};

const PROBE_EVERY_MS = 1000;

/** Call `reportUnconfirmed` for each unknown commit. The probe runs on the flow's connections. */
export const watchCommits = (
  flow: () => Pool,
  log: DatabaseLog,
): Commits & { reportUnconfirmed: () => void } => {
  let areConfirmed = true;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let probing = Promise.resolve();
  const probe = async (): Promise<void> => {
    try {
      await run(flow(), probeCommit, []);
      areConfirmed = true;
      log.warn({}, 'the database confirms commits again');
    } catch (err) {
      log.warn({ err }, 'the database does not confirm commits; updates are refused');
      scheduleProbe();
    }
  };
  const scheduleProbe = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      probing = probe();
    }, PROBE_EVERY_MS);
  };
  return {
    areConfirmed: () => areConfirmed,
    reportUnconfirmed() {
      if (!areConfirmed) return;
      areConfirmed = false;
      scheduleProbe();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await probing;
    },
  };
};

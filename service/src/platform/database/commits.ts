import { type DatabaseLog, type Pool, run, statement } from './database.ts';

/**
 * Whether the database confirms commits. After one whose outcome is unknown it does not, until a probe
 * is confirmed: an update that is recorded meanwhile would only be one more whose outcome is unknown.
 */
export type Commits = {
  areConfirmed(): boolean;
  stop(): Promise<void>;
};

const PROBE_EVERY_MS = 1000;

/** Writes to the log of the database (WAL) only. Its commit waits for the standby like any other. */
const probeCommit = statement<{ position: unknown }>(
  'probe-commit',
  `with probe as materialized (select pg_logical_emit_message(true, 'cpe-desk', 'probe') as position)
   select position from probe`,
);

/** `doubt` hears of each unknown commit; the probe runs on the connections of the flow. */
export const watchCommits = (flow: () => Pool, log: DatabaseLog): Commits & { doubt: () => void } => {
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
      log.warn({ err }, 'the database does not confirm commits; updates wait');
      probeLater();
    }
  };
  const probeLater = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      probing = probe();
    }, PROBE_EVERY_MS);
  };
  return {
    areConfirmed: () => areConfirmed,
    doubt() {
      if (!areConfirmed) return;
      areConfirmed = false;
      probeLater();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await probing;
    },
  };
};

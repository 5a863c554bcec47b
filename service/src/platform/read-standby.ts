import pg from 'pg';
import { type DatabaseLog, maybeOne, one, type Pool, run } from './database/database.ts';
import { type Databases, openStandby } from './database/databases.ts';
import {
  BEHIND,
  preferStandby,
  type ReadPlace,
  type StandbyReads,
} from './database/standby-pool.ts';
import type { Log } from './log.ts';
import {
  deleteOldWriters,
  saveBeat,
  saveRecentWriter,
  selectBeat,
  selectIsRecentWriter,
} from './read-standby.sql.ts';
import { repeat } from './repeat.ts';

/** What a read from a standby lacks is at most so old. */
export const STANDBY_BOUND_MS = 5000;
const BEAT_EVERY_MS = 1000;
/** A caller who changed something is read for from the primary so long, s. */
export const WRITER_WINDOW_S = 15;
/** A caller who keeps changing is recorded again after this time: well before the window ends. */
const RECORD_AGAIN_MS = 5000;
const MOST_REMEMBERED = 10_000;

export type ReadStandby = StandbyReads & {
  /**
   * The greatest age of what the standby may lack now, ms; undefined before the standby has
   * answered.
   */
  lagMs(): number | undefined;
  /** The statements by where they ran, or why on the primary. */
  counts(): Readonly<Record<ReadPlace, number>>;
  usage: Databases['usage'];
  stop(): Promise<void>;
};

type Beat = { beat: number; sentAt: number };

/**
 * Follows how far a standby is behind, by heartbeats of this instance: each second it writes a
 * number to the primary and reads it from the standby. A standby that shows a number has replayed
 * all that was committed before the number was sent. This needs no clock but this process's own,
 * and a server that follows another primary never shows the number.
 */
const followBeats = (instanceId: string, primary: Pool, standby: Pool) => {
  let sent: Beat[] = [];
  let count = 0;
  let freshAt: number | undefined;
  return {
    async exchange(): Promise<void> {
      const now: Beat = { beat: ++count, sentAt: performance.now() };
      sent = [...sent.filter(({ sentAt }) => sentAt > now.sentAt - 2 * STANDBY_BOUND_MS), now];
      await run(primary, saveBeat, [instanceId, now.beat]);
      const seen = (await maybeOne(standby, selectBeat, [instanceId]))?.beat ?? 0;
      freshAt = sent.findLast(({ beat }) => beat <= seen)?.sentAt ?? freshAt;
    },
    /** The standby failed: it is not asked before it has answered again. */
    distrust() {
      freshAt = undefined;
    },
    lagMs: () => (freshAt === undefined ? undefined : performance.now() - freshAt),
    /** The oldest beat that a server must have to be within the bound. */
    leastBeat: () =>
      sent.find(({ sentAt }) => sentAt >= performance.now() - STANDBY_BOUND_MS)?.beat,
  };
};

/** Fails on a server that lacks the beat. The process id keeps the planner from evaluating it. */
const requirementOf = (instanceId: string, beat: number): string =>
  `case when (select beat from instance where id = '${instanceId}') >= ${beat} then 0
        else ('${BEHIND}' || pg_backend_pid())::int end`;

/** The callers who changed something lately, at any instance. */
const recentWriters = (reads: Pool, log: DatabaseLog) => {
  const recordedAt = new Map<string, number>();
  const isWithin = (callerId: string, ms: number) =>
    performance.now() - (recordedAt.get(callerId) ?? Number.NEGATIVE_INFINITY) < ms;
  const forgetOld = () => {
    if (recordedAt.size <= MOST_REMEMBERED) return;
    for (const callerId of recordedAt.keys())
      if (!isWithin(callerId, WRITER_WINDOW_S * 1000)) recordedAt.delete(callerId);
  };
  return {
    async record(callerId: string): Promise<void> {
      if (isWithin(callerId, RECORD_AGAIN_MS)) return;
      recordedAt.set(callerId, performance.now());
      forgetOld();
      await run(reads, saveRecentWriter, [callerId]).catch((err) => {
        // The change is made and must be answered; this instance knows of it.
        log.warn(
          { err },
          'cannot record a writer: other instances may read an older state for them',
        );
      });
    },
    async has(callerId: string): Promise<boolean> {
      if (isWithin(callerId, WRITER_WINDOW_S * 1000)) return true;
      return (await one(reads, selectIsRecentWriter, [callerId, WRITER_WINDOW_S])).is_recent;
    },
  };
};

/** Nobody needs them after their window; a chore deletes them. */
export const forgetOldWriters = async (db: Pool): Promise<void> => {
  await run(db, deleteOldWriters, [WRITER_WINDOW_S]);
};

export type ReadStandbyOptions = {
  /** Of this instance in the registry. */
  instanceId: string;
  connections: number;
  prepares: boolean;
  log: Pick<Log, 'warn' | 'error'>;
};

/** Follows the standby of `url`, and reads from it for callers who changed nothing lately. */
export const openReadStandby = (
  url: string,
  { reads, probe }: Pick<Databases, 'reads' | 'probe'>,
  { instanceId, log, ...options }: ReadStandbyOptions,
): ReadStandby => {
  const standby = openStandby(url, { ...options, log });
  const beats = followBeats(instanceId, probe, standby.probe);
  const writers = recentWriters(reads, log);
  const counts: Record<ReadPlace, number> = { standby: 0, behind: 0, written: 0, repeated: 0 };
  const isUsable = () => (beats.lagMs() ?? Number.POSITIVE_INFINITY) <= STANDBY_BOUND_MS;
  let wasUsable = true;
  const reportChange = (err?: unknown): void => {
    if (isUsable() === wasUsable) return;
    wasUsable = !wasUsable;
    if (wasUsable) log.warn({}, 'lists, searches and reports read from the standby again');
    else
      log.warn(
        { err },
        'the standby of DATABASE_READ_URL is away or more than 5 s behind; all reads use the primary',
      );
  };
  const rounds = repeat({
    async round() {
      await beats.exchange();
      reportChange();
      return BEAT_EVERY_MS;
    },
    failed: reportChange,
    retryMs: BEAT_EVERY_MS,
  });
  const requirement = () => {
    const least = isUsable() ? beats.leastBeat() : undefined;
    return least === undefined ? undefined : requirementOf(instanceId, least);
  };
  const report = (place: ReadPlace, error?: unknown): void => {
    counts[place]++;
    // PostgreSQL's own error is about this statement; any other one about the connection.
    if (place === 'repeated' && !(error instanceof pg.DatabaseError)) beats.distrust();
  };
  return {
    prefer: (of, primary, callerId) =>
      preferStandby(primary, standby[of], {
        ...{ requirement, report },
        hasWritten: () => writers.has(callerId),
      }),
    recordWrite: writers.record,
    lagMs: beats.lagMs,
    counts: () => counts,
    usage: standby.usage,
    async stop() {
      await rounds.stop();
      await standby.end();
    },
  };
};

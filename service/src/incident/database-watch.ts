/**
 * Notices that the database lost what it had committed: after a failover to a standby that lagged, or a
 * restore. Each instance keeps a mark of the newest updates that it has seen, in memory and in the
 * DATA_DIR, and compares it when the database is another one than before. What is missing opens an
 * incident, which all instances share. A switchover that lost nothing opens none.
 */
import { EventEmitter } from 'node:events';
import { cpeUpdateStates, type IncidentCause } from '@cpe-desk/contract';
import { z } from 'zod';
import { inTransaction, maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { findMissing, insertIncident, supersedeIncident } from './queries.ts';
import { keepMark, readMark, type SeenUpdate, seenUpdates } from './seen-updates.ts';

const missingSchema = z.array(
  z.object({
    updateId: z.string(),
    seen: z.enum(cpeUpdateStates),
    found: z.enum(cpeUpdateStates).nullable(),
  }),
);

/** Thrown where the database is a standby: it may become the one to write to, or go away. */
export class StandbyError extends Error {
  // As PostgreSQL's own error: the database takes no writes now.
  readonly code = '57P03';
}

export type DatabaseWatch = {
  /** The database as it was examined last: intents are recorded on no other. */
  database(): string;
  /** Notes an update that is committed, and the position of its event where it has one. */
  note(update: SeenUpdate, position?: number): void;
  /** Compares the mark with the database as it is now. True: it lacks something, and an incident is open. */
  examine(isRewound?: boolean): Promise<boolean>;
  /** Hears of each incident that this instance opens. */
  onIncident(listener: () => void): void;
  stop(): Promise<void>;
};

export const watchDatabase = async (db: Pool, dataDir: string, log: Log): Promise<DatabaseWatch> => {
  const mark = await readMark(dataDir);
  const seen = seenUpdates();
  for (const update of mark?.updates ?? []) seen.note(update);
  const heard = new EventEmitter<{ incident: [] }>();
  let { database, position } = mark ?? { database: undefined, position: 0 };
  /** False: an earlier run was killed and may have seen more than its mark says. */
  let isComplete = mark?.isComplete ?? true;
  const file = keepMark(dataDir, log, () => ({ database: database ?? '', position, updates: seen.all() }));

  const open = async (found: string, cause: IncidentCause, missing: object[], isRestore: boolean) => {
    const opened = await inTransaction(db, async (tx) => {
      await run(tx, supersedeIncident, [found, isRestore]);
      return maybeOne(tx, insertIncident, [found, isRestore, cause, JSON.stringify(missing)]);
    });
    const facts = { incident: opened?.id ?? 'opened before', before: database, found, cause, missing };
    log.error(facts, 'the database lacks updates that were seen, or cannot prove that it has them');
    return opened !== undefined;
  };

  const judge = async (isRewound: boolean): Promise<boolean> => {
    const updates = seen.all();
    const row = await one(db, findMissing, [
      updates.map(({ updateId }) => updateId),
      updates.map(({ state }) => state),
    ]);
    const { database: found } = row;
    if (found === null) throw new StandbyError('The database is a standby or is recovering');
    const missing = missingSchema.parse(row.missing);
    const isOther = database !== undefined && found !== database;
    const isLost = missing.length > 0 || (isOther && !isComplete);
    const cause = missing.length > 0 ? 'updates-missing' : 'not-proved';
    const isOpened = isLost && (await open(found, cause, missing, !isOther));
    if (isOther && !isLost) log.warn({ before: database, found }, 'another database, with all that was seen');
    for (const { updateId } of missing) seen.forget(updateId);
    if (isLost || isRewound) position = 0;
    [database, isComplete] = [found, true];
    await file.save();
    if (isOpened) heard.emit('incident');
    return isLost;
  };

  let examining: Promise<boolean> | undefined;
  const examine = (isRewound = false): Promise<boolean> => {
    examining ??= judge(isRewound).finally(() => {
      examining = undefined;
    });
    return examining;
  };
  await examine();
  return {
    database: () => database ?? '',
    note(update, at) {
      seen.note(update);
      position = Math.max(position, at ?? 0);
    },
    examine,
    onIncident: (listener) => void heard.on('incident', listener),
    stop: file.stop,
  };
};

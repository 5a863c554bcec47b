/**
 * Detects that the database lost committed updates: after a failover to a lagging standby, or a
 * restore. Each instance keeps a mark of the newest updates that it has seen, in memory and in the
 * DATA_DIR. It compares the mark when the database is a different one. Missing updates open an
 * incident, which all instances share. A switchover that lost nothing opens none.
 */
import { EventEmitter } from 'node:events';
import { cpeUpdateStates, type IncidentCause } from '@cpe-desk/contract';
import { z } from 'zod';
import { inTransaction, maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { findMissingUpdates, insertIncident, supersedeIncident } from './incident.sql.ts';
import { readMark, type SeenUpdate, seenUpdates, startSavingMark } from './seen-updates.ts';

const missingSchema = z.array(
  z.object({
    updateId: z.string(),
    seen: z.enum(cpeUpdateStates),
    found: z.enum(cpeUpdateStates).nullable(),
  }),
);

/** Thrown where the database is a standby: it may become the primary, or go away. */
export class StandbyError extends Error {
  // PostgreSQL's own code: the database accepts no writes now.
  readonly code = '57P03';
}

export type DatabaseWatch = {
  /**
   * The identity of the database at the last examination: intents are recorded in no other
   * database.
   */
  database(): string;
  /** Records a committed update, and the position of its event where it has one. */
  recordSeen(update: SeenUpdate, position?: number): void;
  /**
   * Compares the mark with the present database. True: the database lacks updates, and an incident
   * is open.
   */
  examine(isRewound?: boolean): Promise<boolean>;
  /** Calls the listener for each incident that this instance opens. */
  onIncident(listener: () => void): void;
  stop(): Promise<void>;
};

type Loss = { before: string | undefined; found: string; cause: IncidentCause; missing: object[] };

/** Opens an incident. False: another instance has opened it. */
const openIncident = async (db: Pool, log: Log, loss: Loss): Promise<boolean> => {
  const { before, found, cause, missing } = loss;
  const isRestore = before === undefined || before === found;
  const opened = await inTransaction(db, async (tx) => {
    await run(tx, supersedeIncident, [found, isRestore]);
    return maybeOne(tx, insertIncident, [found, isRestore, cause, JSON.stringify(missing)]);
  });
  log.error(
    { incident: opened?.id ?? 'opened before', ...loss },
    'the database lacks updates that this instance has seen, or cannot prove that it has them',
  );
  return opened !== undefined;
};

export const watchDatabase = async (
  db: Pool,
  dataDir: string,
  log: Log,
): Promise<DatabaseWatch> => {
  const mark = await readMark(dataDir);
  const seen = seenUpdates();
  for (const update of mark?.updates ?? []) seen.recordSeen(update);
  const events = new EventEmitter<{ incident: [] }>();
  let { database, position } = mark ?? { database: undefined, position: 0 };
  /** False: an earlier run was killed and may have seen more than its mark has. */
  let isComplete = mark?.isComplete ?? true;
  const file = startSavingMark(dataDir, log, () => ({
    database: database ?? '',
    position,
    updates: seen.all(),
  }));

  const judge = async (isRewound: boolean): Promise<boolean> => {
    const updates = seen.all();
    const row = await one(db, findMissingUpdates, [
      updates.map(({ updateId }) => updateId),
      updates.map(({ state }) => state),
    ]);
    const { database: found } = row;
    if (found === null) throw new StandbyError('The database is a standby or is recovering');
    const missing = missingSchema.parse(row.missing);
    const isOther = database !== undefined && found !== database;
    const isLost = missing.length > 0 || (isOther && !isComplete);
    const cause = missing.length > 0 ? 'updates-missing' : 'not-proved';
    const isOpened =
      isLost && (await openIncident(db, log, { before: database, found, cause, missing }));
    if (isOther && !isLost)
      log.warn(
        { before: database, found },
        'connected to a different database, which has all seen updates',
      );
    for (const { updateId } of missing) seen.forget(updateId);
    if (isLost || isRewound) position = 0;
    [database, isComplete] = [found, true];
    await file.save();
    if (isOpened) events.emit('incident');
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
    recordSeen(update, at) {
      seen.recordSeen(update);
      position = Math.max(position, at ?? 0);
    },
    examine,
    onIncident: (listener) => void events.on('incident', listener),
    stop: file.stop,
  };
};

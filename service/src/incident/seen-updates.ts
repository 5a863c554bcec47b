import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpeUpdateState, cpeUpdateStates, isUnsettled } from '@cpe-desk/contract';
import { z } from 'zod';
import type { DatabaseLog } from '../platform/database/database.ts';
import { systemErrorCode } from '../platform/process/start-error.ts';

/** A state of an update that this instance has seen committed. */
export type SeenUpdate = { updateId: string; state: CpeUpdateState };

/**
 * A failover loses the end of the committed updates, so the newest ones show whether any is
 * missing. Updates are seen in about the order of their commits.
 */
const MOST_KEPT = 200;

/** The newest updates that were seen, with the furthest state of each. */
export const seenUpdates = () => {
  const states = new Map<string, CpeUpdateState>();
  return {
    recordSeen({ updateId, state }: SeenUpdate): void {
      const before = states.get(updateId);
      // The instance's own writes are recorded at once; their events arrive later with older
      // states.
      if (before !== undefined && !isUnsettled(before)) return;
      states.delete(updateId);
      states.set(updateId, state);
      const [oldest] = states.size > MOST_KEPT ? states.keys() : [];
      if (oldest !== undefined) states.delete(oldest);
    },
    forget: (updateId: string) => void states.delete(updateId),
    all: (): SeenUpdate[] => [...states].map(([updateId, state]) => ({ updateId, state })),
  };
};

const markSchema = z.object({
  database: z.string(),
  position: z.int(),
  isComplete: z.boolean(),
  updates: z.array(z.object({ updateId: z.uuid(), state: z.enum(cpeUpdateStates) })),
});
/**
 * An instance's knowledge of its database, stored outside of it. `position`: of the newest event.
 * `isComplete`: the instance has stopped and has seen nothing after this.
 */
export type Mark = z.infer<typeof markSchema>;

const fileOf = (dataDir: string): string => join(dataDir, 'database-seen.json');

/** Proves nothing: the mark of an unreadable file, for example after a power cut. */
const NO_PROOF: Mark = { database: '', position: 0, isComplete: false, updates: [] };

/** The mark of the earlier run; undefined before the first one. */
export const readMark = async (dataDir: string): Promise<Mark | undefined> => {
  try {
    return markSchema.parse(JSON.parse(await readFile(fileOf(dataDir), 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError || error instanceof z.ZodError) return NO_PROOF;
    throw error;
  }
};

const writeMark = async (dataDir: string, mark: Mark): Promise<void> => {
  const file = fileOf(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
};

const SAVE_EVERY_MS = 1000;

/** Writes the mark of `read` every second where it changed, and at the end. */
export const startSavingMark = (
  dataDir: string,
  log: DatabaseLog,
  read: () => Omit<Mark, 'isComplete'>,
) => {
  let written = '';
  let couldWrite = true;
  const write = async (mark: Mark): Promise<void> => {
    if (mark.database === '' || JSON.stringify(mark) === written) return;
    try {
      await writeMark(dataDir, mark);
      written = JSON.stringify(mark);
      couldWrite = true;
    } catch (err) {
      // Expected: the disk is full. While this process runs, its mark in memory still shows missing
      // updates.
      if (couldWrite) log.warn({ err }, 'cannot write the mark of the database to DATA_DIR');
      couldWrite = false;
    }
  };
  let writing = Promise.resolve();
  const save = (isComplete = false): Promise<void> => {
    writing = writing.then(() => write({ ...read(), isComplete }));
    return writing;
  };
  const timer = setInterval(() => void save(), SAVE_EVERY_MS).unref();
  return {
    save: () => save(),
    stop(): Promise<void> {
      clearInterval(timer);
      return save(true);
    },
  };
};

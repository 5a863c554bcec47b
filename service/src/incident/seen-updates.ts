import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpeUpdateState, cpeUpdateStates, isUnsettled } from '@cpe-desk/contract';
import { z } from 'zod';
import type { DatabaseLog } from '../platform/database/database.ts';
import { systemErrorCode } from '../platform/process/start-error.ts';

/** A state of an update that this instance has seen committed. */
export type SeenUpdate = { updateId: string; state: CpeUpdateState };

/**
 * What a failover takes away is the end of what was committed. The newest updates tell whether anything
 * is missing; they are committed in about the order in which they are seen.
 */
const MOST_KEPT = 200;

/** The newest updates that were seen, with the furthest state of each. */
export const seenUpdates = () => {
  const states = new Map<string, CpeUpdateState>();
  return {
    note({ updateId, state }: SeenUpdate): void {
      const before = states.get(updateId);
      // Our own writes are noted at once; their events are read later and are older news.
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
 * What an instance knows of its database outside of it. `position` is that of the newest event;
 * `isComplete`: the instance has stopped, and has seen nothing after this.
 */
export type Mark = z.infer<typeof markSchema>;

const fileOf = (dataDir: string): string => join(dataDir, 'database-seen.json');

/** Proves nothing: what is left of a file that cannot be read, say after a power cut. */
const NO_PROOF: Mark = { database: '', position: 0, isComplete: false, updates: [] };

/** The mark that an earlier run left; undefined before the first one. */
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

/** Writes the mark as `read` gives it every second, where it is another than before, and at the end. */
export const keepMark = (dataDir: string, log: DatabaseLog, read: () => Omit<Mark, 'isComplete'>) => {
  let written = '';
  let couldWrite = true;
  const write = async (mark: Mark): Promise<void> => {
    if (mark.database === '' || JSON.stringify(mark) === written) return;
    try {
      await writeMark(dataDir, mark);
      written = JSON.stringify(mark);
      couldWrite = true;
    } catch (err) {
      // Expected: the disk is full. The mark in memory still tells what is missing while this process runs.
      if (couldWrite) log.warn({ err }, 'the mark of the database could not be written');
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

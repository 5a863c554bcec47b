import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isAlive } from './is-alive.ts';
import { StartError } from './start-error.ts';

type Holder = { pid: number; since: string; address?: string };

export type DataDirLock = {
  /** Adds facts about this start for the next one. */
  update(more: { address: string }): Promise<void>;
  release(): Promise<void>;
};

const SQLITE_BUSY = 5;

// An unreferenced lock would be garbage collected, and the kernel's lock with it.
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only one on `dataDir`, and creates the folder where it is missing. A
 * second start gets a `StartError` that names the first.
 *
 * The lock is the kernel's, through SQLite on an empty file. It is atomic, ends when its holder
 * dies (also by `kill -9`), works between containers that share the folder, and is not inherited by
 * the database server. `running.json` beside it only names the holder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true });
  const lock = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new StartError('data-dir-in-use', await refusal(dataDir));
  }
  held.add(lock);

  let holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  await writeHolder(dataDir, holder);
  return {
    async update(more) {
      holder = { ...holder, ...more };
      await writeHolder(dataDir, holder);
    },
    async release() {
      if (!held.delete(lock)) return;
      await rm(holderFile(dataDir), { force: true });
      lock.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

const holderFile = (dataDir: string) => join(dataDir, 'running.json');

// Renamed into place, so that a reader never sees half a file.
async function writeHolder(dataDir: string, holder: Holder): Promise<void> {
  const draft = `${holderFile(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(holder)}\n`);
  await rename(draft, holderFile(dataDir));
}

async function refusal(dataDir: string): Promise<string> {
  const holder = await readHolder(dataDir);
  const advice = 'To run a second one beside it, start it with another DATA_DIR and another PORT.';
  if (holder === undefined) {
    return `Another start on ${dataDir} is in progress. Wait for it, or stop it with Ctrl-C in its terminal.\n${advice}`;
  }
  const address = holder.address === undefined ? '' : ` It answers at ${holder.address}`;
  return [
    `CPE Desk already runs on ${dataDir}: process ${holder.pid}, since ${holder.since}.${address}`,
    `Use that one, or stop it first: Ctrl-C in its terminal, or: kill ${holder.pid}`,
    advice,
  ].join('\n');
}

/**
 * Undefined also where the file names a killed predecessor: the lock's holder has not written its
 * own yet.
 */
async function readHolder(dataDir: string): Promise<Holder | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(holderFile(dataDir), 'utf8'));
    return isHolder(content) && isAlive(content.pid) ? content : undefined;
  } catch {
    // Missing, or of another program: it only serves the message.
    return undefined;
  }
}

function isHolder(content: unknown): content is Holder {
  if (typeof content !== 'object' || content === null) return false;
  const { pid, since, address }: Partial<Record<keyof Holder, unknown>> = content;
  return (
    typeof pid === 'number' &&
    typeof since === 'string' &&
    (address === undefined || typeof address === 'string')
  );
}

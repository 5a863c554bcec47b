import { appendFile, close, fdatasync, ftruncate, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const [appendText, truncate, sync, closeFile] = [
  promisify(appendFile),
  promisify(ftruncate),
  promisify(fdatasync),
  promisify(close),
];

const NEWLINE = 0x0a;

export type Journal = {
  /** Resolves when the entry is on disk: what was resolved survives kill -9. Resolves in the order of the calls. */
  readonly append: (entry: object) => Promise<void>;
  /** Lets what is being written reach the disk, then closes the file. */
  readonly close: () => Promise<void>;
};

type Waiting = { readonly line: string; readonly resolve: () => void; readonly reject: (e: unknown) => void };

/** Replays each whole line and returns how many bytes they take; what follows the last newline is torn. */
const replayLines = (file: string, content: Buffer, replay: (entry: unknown) => void): number => {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = content.indexOf(NEWLINE, start);
    if (end === -1) return start;
    try {
      replay(JSON.parse(content.toString('utf8', start, end)));
    } catch (error) {
      // Not JSON, or not an entry. A crash can not do this to a line that is followed by others: somebody edited it.
      throw new Error(`${file}, line ${line}: ${error instanceof Error ? error.message : error}`);
    }
    start = end + 1;
  }
};

/**
 * Opens an append-only file of one JSON object a line and replays what it has.
 *
 * A torn last line was never acknowledged, so it is dropped; but only when the next entry is written: a second process
 * that was started by mistake on the same file, and ends because its port is taken, must not cut off a line being written.
 */
export const openJournal = (file: string, replay: (entry: unknown) => void): Journal => {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+');
  const content = readFileSync(file);
  let size = replayLines(file, content, replay);
  let torn = size < content.length;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  const write = async (text: string): Promise<void> => {
    if (torn) await truncate(descriptor, size);
    torn = true;
    await appendText(descriptor, text);
    await sync(descriptor);
    size += Buffer.byteLength(text);
    torn = false;
  };

  // Entries that arrive while the disk is busy share the next sync: that is what lets many requests a second be durable.
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ line }) => line).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Disk full or gone: nothing of this batch counts, and each caller is told.
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  };

  return {
    append: (entry) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      writing ??= drain();
      return promise;
    },
    close: async () => {
      await writing;
      await closeFile(descriptor);
    },
  };
};

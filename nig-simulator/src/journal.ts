import {
  appendFile,
  close,
  fdatasync,
  ftruncate,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
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
  /**
   * Resolves when the entry is on disk and survives kill -9. Resolves in the order of the calls.
   */
  readonly append: (entry: object) => Promise<void>;
  /** Waits until pending entries are on disk, then closes the file. */
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (e: unknown) => void;
};

/**
 * Replays each whole line and returns their length in bytes. The text after the last newline is a
 * torn line.
 */
const replayLines = (file: string, content: Buffer, replay: (entry: unknown) => void): number => {
  let start = 0;
  for (let line = 1; ; line++) {
    const end = content.indexOf(NEWLINE, start);
    if (end === -1) return start;
    try {
      replay(JSON.parse(content.toString('utf8', start, end)));
    } catch (error) {
      // Not JSON, or not an entry. A crash cannot damage a line that others follow: someone edited
      // the file.
      throw new Error(`${file}, line ${line}: ${error instanceof Error ? error.message : error}`);
    }
    start = end + 1;
  }
};

/**
 * Opens an append-only file of one JSON object a line and replays it.
 *
 * A torn last line was never acknowledged, so it is dropped, but only when the next entry is
 * written. A second process on the same file ends because its port is taken; it must not cut off a
 * line that the first process is writing.
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

  // Entries that arrive during a sync share the next one. Without that, few requests a second would
  // be durable.
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ line }) => line).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // The disk is full or gone: no entry of this batch counts, and every caller gets the error.
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

import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemErrorCode } from '../../src/platform/process/start-error.ts';

const run = promisify(execFile);
const PIECE = Buffer.alloc(1 << 20);

/** A small file system. */
export type SmallVolume = AsyncDisposable & {
  path: string;
  /** Takes all free space. */
  fill(): Promise<void>;
  /** Frees that space. */
  free(): Promise<void>;
};

/** Mounts one; undefined where this machine cannot (Linux can, as root). */
export const mountSmallVolume = async (megabytes: number): Promise<SmallVolume | undefined> => {
  const path = await mkdtemp(join(tmpdir(), 'cpe-desk-volume-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path]);
  } catch {
    await rm(path, { recursive: true });
    return undefined;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    async fill() {
      const file = await open(ballast, 'a');
      try {
        for (let piece = PIECE; ; ) {
          const { bytesWritten } = await file.write(piece);
          if (bytesWritten < piece.length) piece = piece.subarray(0, 1);
        }
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
};

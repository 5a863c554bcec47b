import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemErrorCode } from '../../platform/process/start-error.ts';
import { digestOf } from './anchor-record.ts';

/*
 * `DATA_DIR/history-anchors`: this instance's copy of the signed records. The owner of the database
 * cannot change it; only the desk's account may read it.
 */

const NUMBERED = /^anchor-(\d{8})-([0-9a-f]{16})\.json$/;
/** Names of older releases. */
const OLD = /^\d{4}-\d\d-\d\d(-\d{6})?\.json$/;
const KEPT = 'kept.json';

/**
 * `until`: records up to this number were copied here. `since`: the number of records when the
 * folder was created.
 */
const keptSchema = z.object({ since: z.int().min(0), until: z.int().min(0) });
export type Kept = z.infer<typeof keptSchema>;

export type AnchorFile = { name: string; number: number; digestStart: string };

export const folderOf = (dataDir: string): string => join(dataDir, 'history-anchors');

/** Creates the folder, and makes it and its files readable for the desk's account only. */
export const openFolder = async (dataDir: string): Promise<void> => {
  const folder = folderOf(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o600);
};

const namesIn = async (dataDir: string): Promise<string[]> => {
  try {
    return (await readdir(folderOf(dataDir))).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
};

/** The files of records, in the order of their numbers. */
export const anchorFiles = async (dataDir: string): Promise<AnchorFile[]> =>
  (await namesIn(dataDir)).flatMap((name) => {
    const [, number, digestStart] = NUMBERED.exec(name) ?? [];
    return number && digestStart ? [{ name, number: Number(number), digestStart }] : [];
  });

/** The files of older releases, in the order of their days. */
export const oldAnchorFiles = async (dataDir: string): Promise<string[]> =>
  (await namesIn(dataDir)).filter((name) => OLD.test(name));

export const readAnchorFile = (dataDir: string, name: string): Promise<string> =>
  readFile(join(folderOf(dataDir), name), 'utf8');

/** The digest of the last anchor that an older release wrote here; null where there is none. */
export const lastOldDigest = async (dataDir: string): Promise<string | null> => {
  const name = (await oldAnchorFiles(dataDir)).at(-1);
  return name === undefined ? null : digestOf(await readAnchorFile(dataDir, name));
};

/** Undefined before the first copy. */
export const readKept = async (dataDir: string): Promise<Kept | undefined> => {
  try {
    return keptSchema.parse(JSON.parse(await readAnchorFile(dataDir, KEPT)));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** The file is on the disk on return. After a crash it is whole or absent. */
const write = async (dataDir: string, name: string, text: string): Promise<void> => {
  const file = join(folderOf(dataDir), name);
  await writeFile(`${file}.new`, text, { flush: true, mode: 0o600 });
  await rename(`${file}.new`, file);
};

export const writeKept = (dataDir: string, kept: Kept): Promise<void> =>
  write(dataDir, KEPT, JSON.stringify(kept));

export const writeAnchorFile = (
  dataDir: string,
  { number, digest, body }: { number: number; digest: string; body: string },
): Promise<void> =>
  write(dataDir, `anchor-${String(number).padStart(8, '0')}-${digest.slice(0, 16)}.json`, body);

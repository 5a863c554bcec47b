import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemErrorCode } from '../platform/process/start-error.ts';
import { digestOf } from './anchor-record.ts';

/*
 * `DATA_DIR/history-anchors`: this instance's copy of the signed records, where the owner of the
 * database cannot change it. Only the desk's account may read it.
 */

const NUMBERED = /^anchor-(\d{8})-([0-9a-f]{16})\.json$/;
/** Of versions before this. */
const OLD = /^\d{4}-\d\d-\d\d(-\d{6})?\.json$/;
const KEPT = 'kept.json';

/**
 * Up to which number records were copied here, and how many there were when this folder was new.
 */
const keptSchema = z.object({ since: z.int().min(0), until: z.int().min(0) });
export type Kept = z.infer<typeof keptSchema>;

export type AnchorFile = { name: string; number: number; digestStart: string };

export const folderOf = (dataDir: string): string => join(dataDir, 'history-anchors');

/** Makes the folder, and makes it and its files readable for the desk's account only. */
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

/** The files of versions before this, in the order of their days. */
export const oldAnchorFiles = async (dataDir: string): Promise<string[]> =>
  (await namesIn(dataDir)).filter((name) => OLD.test(name));

export const readAnchorFile = (dataDir: string, name: string): Promise<string> =>
  readFile(join(folderOf(dataDir), name), 'utf8');

/**
 * The digest of the last anchor that a version before this wrote here; null where there is none.
 */
export const lastOldDigest = async (dataDir: string): Promise<string | null> => {
  const name = (await oldAnchorFiles(dataDir)).at(-1);
  return name === undefined ? null : digestOf(await readAnchorFile(dataDir, name));
};

/** Undefined where nothing was copied here yet. */
export const readKept = async (dataDir: string): Promise<Kept | undefined> => {
  try {
    return keptSchema.parse(JSON.parse(await readAnchorFile(dataDir, KEPT)));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** On the disk when it returns; whole or not there, also after a crash. */
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

import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Queryable, run } from '../database.ts';
import { selectHeadsSince, selectLostHeads } from './queries.ts';
import { isSignedBy, publicPem, signJson } from './signing-key.ts';

/**
 * A signed note of where the chains ended: entries that are removed from the end of a chain, or a chain that was
 * forged from some entry on with all hashes made anew, do not fit the anchors of before. Each anchor has the chains that
 * grew since the one before it, and that one's digest, so that none can be taken out.
 */
const anchorSchema = z.object({
  format: z.literal('cpe-desk-anchor-1'),
  at: z.iso.datetime(),
  previous: z.string().nullable(),
  heads: z.array(z.tuple([z.string(), z.int(), z.string()])),
  signature: z.object({ publicKey: z.string(), value: z.string() }),
});
type Anchor = z.infer<typeof anchorSchema>;

/** An entry is committed a little after the time that it says, and that is of a clock that may have been set back since. */
const OVERLAP_MS = 24 * 60 * 60_000;

const folderOf = (dataDir: string): string => join(dataDir, 'history-anchors');
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const anchorFiles = async (dataDir: string): Promise<string[]> => {
  await mkdir(folderOf(dataDir), { recursive: true });
  return (await readdir(folderOf(dataDir))).filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name)).sort();
};

const readAnchor = async (dataDir: string, name: string): Promise<{ text: string; anchor: Anchor }> => {
  const text = await readFile(join(folderOf(dataDir), name), 'utf8');
  return { text, anchor: anchorSchema.parse(JSON.parse(text)) };
};

/** Writes today's anchor unless it is there; answers whether it did. */
export const anchorHistory = async (
  db: Queryable,
  dataDir: string,
  key: KeyObject,
  now: Date,
): Promise<boolean> => {
  const name = `${now.toISOString().slice(0, 10)}.json`;
  const files = await anchorFiles(dataDir);
  if (files.includes(name)) return false;
  const last = files.at(-1);
  const previous = last === undefined ? undefined : await readAnchor(dataDir, last);
  const since = new Date(previous ? Date.parse(previous.anchor.at) - OVERLAP_MS : 0);
  const heads = await run(db, selectHeadsSince, [since]);
  const facts = {
    format: 'cpe-desk-anchor-1',
    at: now.toISOString(),
    previous: previous ? digestOf(previous.text) : null,
    heads: heads.map(({ line, sequence, hash }) => [line, sequence, hash]),
  };
  const anchor = { ...facts, signature: { publicKey: publicPem(key), value: signJson(key, facts) } };
  const file = join(folderOf(dataDir), name);
  await writeFile(`${file}.new`, JSON.stringify(anchor));
  await rename(`${file}.new`, file);
  return true;
};

const POST_WITHIN_MS = 10_000;

/**
 * Posts the anchors that `url` has not taken yet, the oldest first, so that they are where neither the database's
 * administrators nor whoever has the DATA_DIR can change them. Throws where it does not take one: it is tried again.
 */
export const postAnchors = async (dataDir: string, url: string): Promise<number> => {
  const posted = new Set(await readdir(folderOf(dataDir)));
  const names = (await anchorFiles(dataDir)).filter((name) => !posted.has(`${name}.posted`));
  for (const name of names) {
    const { text } = await readAnchor(dataDir, name);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
      redirect: 'error',
      signal: AbortSignal.timeout(POST_WITHIN_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`HISTORY_ANCHOR_URL answered ${answer.status} to ${name}`);
    await writeFile(join(folderOf(dataDir), `${name}.posted`), '');
  }
  return names.length;
};

/** Holds the history against all anchors; answers what does not fit, the oldest anchor first. */
export const checkAnchors = async (db: Queryable, dataDir: string, key: KeyObject): Promise<string[]> => {
  const faults: string[] = [];
  let previous: string | null = null;
  for (const name of await anchorFiles(dataDir)) {
    const { text, anchor } = await readAnchor(dataDir, name);
    const { signature, ...facts } = anchor;
    if (signature.publicKey !== publicPem(key) || !isSignedBy(signature.publicKey, facts, signature.value))
      faults.push(`anchor ${name} is not signed by this desk`);
    if (anchor.previous !== previous) faults.push(`the anchor before ${name} is missing or was changed`);
    previous = digestOf(text);
    const lost = await run(db, selectLostHeads, [
      anchor.heads.map(([line]) => line),
      anchor.heads.map(([, sequence]) => sequence),
      anchor.heads.map(([, , hash]) => hash),
    ]);
    for (const { line, sequence } of lost)
      faults.push(`line ${line}, entry ${sequence}: not as anchored in ${name}`);
  }
  return faults;
};

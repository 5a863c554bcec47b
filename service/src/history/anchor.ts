import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { one, type Queryable, run } from '../database.ts';
import { type Head, selectHeadsSince, selectLostHeads } from './queries.ts';
import { isSignedBy, publicPem, signJson } from './signing-key.ts';

/**
 * A signed note of where the chains ended: entries that are removed from the end of a chain, or a chain that was
 * forged from some entry on with all hashes made anew, do not fit the anchors of before. The anchors of a day have the chains that
 * grew since the day before it, some thousands each; the last of them is named after the day alone. Each has the digest of the one
 * before it, so that none can be taken out.
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

/** How many lines are looked at in one statement, and how many heads an anchor has at least, but for a day's last one. */
export type AnchorSizes = { lines: number; heads: number };
/** Making an anchor of twice so many keeps the process from all else for some 20 ms. */
const SIZES: AnchorSizes = { lines: 5000, heads: 5000 };

/** The last of a day, after the others in the order of names. */
const LAST_OF_DAY = /^\d{4}-\d\d-\d\d\.json$/;
const ANCHOR = /^\d{4}-\d\d-\d\d(-\d{6})?\.json$/;

const folderOf = (dataDir: string): string => join(dataDir, 'history-anchors');
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const anchorFiles = async (dataDir: string): Promise<string[]> => {
  await mkdir(folderOf(dataDir), { recursive: true });
  return (await readdir(folderOf(dataDir))).filter((name) => ANCHOR.test(name)).sort();
};

const readAnchor = async (dataDir: string, name: string): Promise<{ text: string; anchor: Anchor }> => {
  const text = await readFile(join(folderOf(dataDir), name), 'utf8');
  return { text, anchor: anchorSchema.parse(JSON.parse(text)) };
};

/** The heads of the chains that grew since a time, of lines after one, as many at a time as an anchor takes. */
async function* headsSince(
  db: Queryable,
  { since, after, sizes }: { since: Date; after: string; sizes: AnchorSizes },
): AsyncGenerator<{ heads: Head[]; isLast: boolean }> {
  let heads: Head[] = [];
  for (let line = after; ; ) {
    const { last, heads: more } = await one(db, selectHeadsSince, [since, line, sizes.lines]);
    heads = heads.concat(more);
    if (last === null) return yield { heads, isLast: true };
    if (heads.length >= sizes.heads) {
      yield { heads, isLast: false };
      heads = [];
    }
    line = last;
  }
}

/**
 * Writes today's anchors unless they are there; answers whether it did. A day that was begun and not ended goes on after the
 * last line that it has: what has grown there since is in the next day's.
 */
export const anchorHistory = async (
  db: Queryable,
  dataDir: string,
  key: KeyObject,
  now: Date,
  sizes = SIZES,
): Promise<boolean> => {
  const day = now.toISOString().slice(0, 10);
  const files = await anchorFiles(dataDir);
  if (files.includes(`${day}.json`)) return false;
  const read = async (name: string | undefined) => name && readAnchor(dataDir, name);
  const [before, last] = [
    await read(files.findLast((name) => LAST_OF_DAY.test(name))),
    await read(files.at(-1)),
  ];
  const begun = files.filter((name) => name.startsWith(`${day}-`)).length;
  const since = new Date(before ? Date.parse(before.anchor.at) - OVERLAP_MS : 0);
  const after = (last && begun > 0 && last.anchor.heads.at(-1)?.[0]) || '';
  let previous = last ? digestOf(last.text) : null;
  let number = begun;
  for await (const { heads, isLast } of headsSince(db, { since, after, sizes })) {
    number += 1;
    const facts = { format: 'cpe-desk-anchor-1', at: now.toISOString(), previous, heads };
    const signature = { publicKey: publicPem(key), value: signJson(key, facts) };
    const text = JSON.stringify({ ...facts, signature });
    const name = isLast ? `${day}.json` : `${day}-${String(number).padStart(6, '0')}.json`;
    const file = join(folderOf(dataDir), name);
    await writeFile(`${file}.new`, text, { flush: true });
    await rename(`${file}.new`, file);
    previous = digestOf(text);
  }
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
    const text = await readFile(join(folderOf(dataDir), name), 'utf8');
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

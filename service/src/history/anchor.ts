import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { inTransaction, type Pool, type Queryable, run } from '../database.ts';
import { declareAllHeads, declareHeadsSince, fetchHeads, type Head, selectLostHeads } from './queries.ts';
import { isSignedBy, publicPem, signJson } from './signing-key.ts';

/**
 * A signed note of where the chains ended: entries that are removed from the end of a chain, or a chain that was
 * forged from some entry on with all hashes made anew, do not fit the anchors of before. The anchors of a day have the chains that
 * grew since the day before it, some thousands each; the last of them is named after the day alone. Each has the digest of the one
 * before it, so that none can be taken out.
 */
const FORMAT = 'cpe-desk-anchor-2';
const anchorSchema = z.object({
  format: z.enum(['cpe-desk-anchor-1', FORMAT]),
  at: z.iso.datetime(),
  /** Which one of its day it is, and whether it is the last one; a day had one alone before. */
  part: z.int().min(1).optional(),
  isLast: z.boolean().optional(),
  previous: z.string().nullable(),
  heads: z.array(z.tuple([z.string(), z.int(), z.string()])),
  signature: z.object({ publicKey: z.string(), value: z.string() }),
});
type Read = { text: string; anchor: z.infer<typeof anchorSchema> };

/** An entry is committed a little after the time that it says, and that is of a clock that may have been set back since. */
const OVERLAP_MS = 24 * 60 * 60_000;

/** How many heads an anchor has, but for a day's last one: to make it keeps the process from all else for some 8 ms. */
const HEADS = 5000;

const ANCHOR = /^\d{4}-\d\d-\d\d(-\d{6})?\.json$/;
const dayOf = (name: string): string => name.slice(0, 'YYYY-MM-DD'.length);
/** In the order of names it comes after the others of its day. */
const lastOf = (day: string): string => `${day}.json`;
const nameOf = (day: string, part: number, isLast: boolean): string =>
  isLast ? lastOf(day) : `${day}-${String(part).padStart(6, '0')}.json`;

const folderOf = (dataDir: string): string => join(dataDir, 'history-anchors');
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const anchorFiles = async (dataDir: string): Promise<string[]> => {
  await mkdir(folderOf(dataDir), { recursive: true });
  return (await readdir(folderOf(dataDir))).filter((name) => ANCHOR.test(name)).sort();
};

const readAnchor = async (dataDir: string, name: string): Promise<Read> => {
  const text = await readFile(join(folderOf(dataDir), name), 'utf8');
  return { text, anchor: anchorSchema.parse(JSON.parse(text)) };
};

/** Where a day's anchors begin: after which line, since when a chain has to have grown (null: ever), and what they follow. */
type Beginning = { after: string; since: Date | null; part: number; previous: string | null };

const beginningOf = async (dataDir: string, day: string, files: readonly string[]): Promise<Beginning> => {
  const dayBefore = files.findLast((name) => name === lastOf(dayOf(name)));
  const names = {
    last: files.at(-1),
    ofToday: files.findLast((name) => dayOf(name) === day),
    // From when a day was begun: it may have been interrupted for hours.
    before: dayBefore && files.find((name) => dayOf(name) === dayOf(dayBefore)),
  };
  const read = new Map<string | undefined, Read>();
  for (const name of new Set(Object.values(names)))
    if (name !== undefined) read.set(name, await readAnchor(dataDir, name));
  const [last, ofToday, before] = [read.get(names.last), read.get(names.ofToday), read.get(names.before)];
  return {
    after: ofToday?.anchor.heads.at(-1)?.[0] ?? '',
    since: before ? new Date(Date.parse(before.anchor.at) - OVERLAP_MS) : null,
    part: (ofToday?.anchor.part ?? 0) + 1,
    previous: last ? digestOf(last.text) : null,
  };
};

/**
 * Writes today's anchors unless they are there; answers whether it did. A day that was begun and not ended goes on after the
 * last line that it has: what has grown there since is in the next day's. The heads are those of the history; only the first
 * day's are where the CPE keeps them, since all of the history would have to be read for them.
 */
export const anchorHistory = async (
  db: Pool,
  dataDir: string,
  key: KeyObject,
  now: Date,
  { mostHeads = HEADS, stopping }: { mostHeads?: number; stopping?: AbortSignal } = {},
): Promise<boolean> => {
  const day = dayOf(now.toISOString());
  const files = await anchorFiles(dataDir);
  if (files.includes(lastOf(day))) return false;
  const { after, since, ...beginning } = await beginningOf(dataDir, day, files);
  let { part, previous } = beginning;
  const write = async (heads: readonly Head[], isLast: boolean): Promise<void> => {
    const facts = {
      format: FORMAT,
      at: now.toISOString(),
      part,
      isLast,
      previous,
      heads: heads.map(({ line, sequence, hash }) => [line, sequence, hash]),
    };
    const signature = { publicKey: publicPem(key), value: signJson(key, facts) };
    const text = JSON.stringify({ ...facts, signature });
    const file = join(folderOf(dataDir), nameOf(day, part, isLast));
    await writeFile(`${file}.new`, text, { flush: true });
    await rename(`${file}.new`, file);
    previous = digestOf(text);
    part += 1;
  };
  await inTransaction(db, async (tx) => {
    if (since) await run(tx, declareHeadsSince, [after, since]);
    else await run(tx, declareAllHeads, [after]);
    const fetch = fetchHeads(mostHeads);
    for (let isLast = false; !isLast; ) {
      stopping?.throwIfAborted();
      const heads = await run(tx, fetch, []);
      isLast = heads.length < mostHeads;
      await write(heads, isLast);
    }
  });
  return true;
};

const POST_WITHIN_MS = 10_000;

/**
 * Posts the anchors that `url` has not taken yet, the oldest first, so that they are where neither the database's
 * administrators nor whoever has the DATA_DIR can change them. Throws where it does not take one: it is tried again.
 */
export const postAnchors = async (dataDir: string, url: string, stopping?: AbortSignal): Promise<number> => {
  const posted = new Set(await readdir(folderOf(dataDir)));
  const names = (await anchorFiles(dataDir)).filter((name) => !posted.has(`${name}.posted`));
  for (const name of names) {
    const text = await readFile(join(folderOf(dataDir), name), 'utf8');
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(POST_WITHIN_MS), ...(stopping ? [stopping] : [])]),
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
    else if (name !== nameOf(dayOf(anchor.at), anchor.part ?? 0, anchor.isLast ?? true))
      faults.push(`anchor ${name} was another one of its day, or another day's`);
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

import assert from 'node:assert/strict';
import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { anchorFiles, lastOldDigest } from '../../src/history/anchors/anchor-folder.ts';
import { checkAnchors } from '../../src/history/anchors/check-anchors.ts';
import { recordCopier } from '../../src/history/anchors/copy-records.ts';
import { type AnchorOptions, writeAnchors } from '../../src/history/anchors/write-anchors.ts';
import { publicPem, signJson } from '../../src/history/keys/signing-key.ts';
import { startTestDesk } from './desk.ts';
import { tempFolder } from './temp-folder.ts';
import { addTestLine } from './test-line.ts';
import { sendUpdate } from './updates.ts';

/** A desk whose history a test anchors. */
export const deskWithAnchors = async (stack: AsyncDisposableStack) => {
  const desk = stack.use(await startTestDesk());
  const folder = stack.use(await tempFolder()).path;
  const anchors = join(folder, 'history-anchors');
  const key = desk.deps.signingKey;
  const { operator } = desk;
  const update = async (id: string) => {
    const answer = await sendUpdate(operator, id);
    assert.equal(answer.status, 200);
  };
  /** A new line with entries. */
  const addLine = async (entries = 1) => {
    const line = await addTestLine(desk.db);
    for (let n = 0; n < entries; n += 1) await update(line.id);
    return line;
  };
  const copy = (to = folder) => recordCopier(desk.deps.db, to)();
  return {
    desk,
    key,
    folder,
    anchors,
    update,
    addLine,
    copy,
    /** Anchors at a time of the database's clock, now unless given. */
    anchor: async (at?: Date, options: Partial<AnchorOptions> = {}) => {
      const follows = await lastOldDigest(folder);
      const time = at && { time: async () => at };
      await copy();
      await writeAnchors(desk.deps.db, key, { cause: 'hour', follows, ...time, ...options });
      await copy();
    },
    check: (pems = [publicPem(key)], of = folder) => checkAnchors(desk.db, of, pems),
    /** The heads of each record, in the order of the records. */
    heads: async () => {
      const names = (await anchorFiles(folder)).map(({ name }) => name);
      const texts = await Promise.all(names.map((name) => readFile(join(anchors, name), 'utf8')));
      return texts.map((text): [string, number, string][] => JSON.parse(text).heads);
    },
    fileOf: async (number: number) => {
      const name = (await anchorFiles(folder)).find((each) => each.number === number)?.name;
      assert.ok(name, `record ${number}`);
      return join(anchors, name);
    },
    names: async () => (await readdir(anchors)).sort(),
    remove: (name: string) => rm(join(anchors, name)),
  };
};

/** Writes an anchor of a day as version 0.1.0 did; it follows the last one by name. */
export const writeOldAnchor = async (
  dataDir: string,
  key: KeyObject,
  at: Date,
  heads: [string, number, string][] = [],
): Promise<string> => {
  const folder = join(dataDir, 'history-anchors');
  await mkdir(folder, { recursive: true });
  const last = (await readdir(folder))
    .filter((name) => /^\d{4}-.*\.json$/.test(name))
    .sort()
    .at(-1);
  const previous =
    last &&
    createHash('sha256')
      .update(await readFile(join(folder, last)))
      .digest('hex');
  const facts = {
    format: 'cpe-desk-anchor-2',
    at: at.toISOString(),
    part: 1,
    isLast: true,
    previous: previous ?? null,
    heads,
  };
  const signature = { publicKey: publicPem(key), value: signJson(key, facts) };
  const name = `${at.toISOString().slice(0, 10)}.json`;
  await writeFile(join(folder, name), JSON.stringify({ ...facts, signature }));
  return name;
};

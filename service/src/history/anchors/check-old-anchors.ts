import type { Queryable } from '../../platform/database/database.ts';
import { oldAnchorFiles, readAnchorFile } from './anchor-folder.ts';
import { digestOf, isSigned, type OldAnchor, parseOldAnchor } from './anchor-record.ts';
import { type Covered, type Findings, lostHeads, uncovered } from './findings.ts';

type File = { name: string; digest: string; previous: string | null };

const dayOf = (name: string): string => name.slice(0, 'YYYY-MM-DD'.length);

/** The name that an older release gave an anchor. */
const nameOf = ({ at, part = 0, isLast = true }: OldAnchor): string =>
  isLast ? `${dayOf(at)}.json` : `${dayOf(at)}-${String(part).padStart(6, '0')}.json`;

type OldChains = {
  pems: readonly string[];
  covered: Covered;
  /** The digest that the first record of the new chain follows. */
  follows: string | null;
};

/**
 * Checks the anchors of older releases, one chain for each instance. The process's clock ordered
 * them by day: where it was wrong, an anchor follows one of a later day.
 */
export const checkOldAnchors = async (
  db: Queryable,
  dataDir: string,
  { pems, covered, follows }: OldChains,
  { faults, notes }: Findings,
): Promise<void> => {
  const files: File[] = [];
  for (const name of await oldAnchorFiles(dataDir)) {
    const text = await readAnchorFile(dataDir, name);
    const anchor = parseOldAnchor(text);
    if (!anchor || !isSigned(anchor, pems))
      faults.push(`anchor ${name} is not signed by this desk`);
    else if (name !== nameOf(anchor)) faults.push(`anchor ${name} has the name of another anchor`);
    if (!anchor) continue;
    const digest = digestOf(text);
    files.push({ name, digest, previous: anchor.previous });
    for (const { line, sequence } of uncovered(
      await lostHeads(db, anchor.heads),
      covered.get(digest),
    ))
      faults.push(`line ${line}, entry ${sequence}: differs from ${name}`);
  }
  const names = new Map<string | null, string>(files.map(({ name, digest }) => [digest, name]));
  for (const [index, { name, previous }] of files.entries()) {
    const before = names.get(previous);
    if (before === undefined && !(previous === null && isFirst(files, index)))
      faults.push(`the anchor before ${name} is missing or was changed`);
    else if (before !== undefined && before > name)
      notes.push(
        `anchor ${name} follows ${before}: the desk's clock was ahead when it made ${before}`,
      );
  }
  if (follows !== null && !names.has(follows))
    faults.push('the last anchor before record 1 is missing or was changed');
};

/** One anchor follows none: the first that was made. It may have the name of a later day. */
const isFirst = (files: readonly File[], index: number): boolean =>
  files.findIndex(({ previous }) => previous === null) === index;

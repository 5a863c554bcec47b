import { access, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** `[text](target)` and `[name]: target`. Code is removed before. */
const LINK = /\]\(([^()\s]+)\)|^\[[^\]]+\]:\s*(\S+)/gm;
/** Code that names a source file, with or without its folders. */
const SOURCE = /`([\w./-]+\.(?:ts|sql|mjs))`/g;
/** A document that a comment or a message of the code names. */
const DOCUMENT = /\bdocs\/[\w./-]+\.md\b/g;
/** Its entries name files that no longer exist. */
const CHANGELOG = 'CHANGELOG.md';
const FENCE = /^```.*?^```/gms;
const SPAN = /`[^`\n]*`/g;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/gm;

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

export const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.replaceAll(FENCE, '').matchAll(HEADING)].map(([, text = '']) => anchorOf(text)),
  );

/** Links of a document to the repository, and the source files that it names. */
export const targetsOf = (markdown: string): { links: string[]; sources: string[] } => {
  const prose = markdown.replaceAll(FENCE, '');
  const links = [...prose.replaceAll(SPAN, '').matchAll(LINK)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );
  return {
    links: links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link)),
    sources: [...prose.matchAll(SOURCE)].map(([, source = '']) => source),
  };
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The fault of a link of `file`; undefined where its target exists. */
const faultOfLink = async (
  root: string,
  file: string,
  link: string,
): Promise<string | undefined> => {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (!(await exists(join(root, target)))) return `${file}: ${link} leads nowhere`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  const anchors = anchorsOf(await readFile(join(root, target), 'utf8'));
  return anchors.has(anchor) ? undefined : `${file}: ${target} has no heading #${anchor}`;
};

/** Documents that TypeScript files name and that do not exist. Tests name some of these. */
const findMissingDocuments = async (root: string, files: readonly string[]): Promise<string[]> => {
  const faults: string[] = [];
  for (const file of files.filter((each) => /(?<!\.test)\.ts$/.test(each)))
    for (const [document] of (await readFile(join(root, file), 'utf8')).matchAll(DOCUMENT))
      if (!files.includes(document)) faults.push(`${file}: ${document} does not exist`);
  return faults;
};

/**
 * Dead links of the documents among `files` (all of the repository, below `root`), named source
 * files that do not exist, and documents that the code names and that do not exist.
 */
export const findDeadLinks = async (root: string, files: readonly string[]): Promise<string[]> => {
  const faults: string[] = [];
  for (const file of files.filter((each) => each.endsWith('.md') && each !== CHANGELOG)) {
    const { links, sources } = targetsOf(await readFile(join(root, file), 'utf8'));
    for (const link of links) {
      const fault = await faultOfLink(root, file, link);
      if (fault) faults.push(fault);
    }
    for (const source of sources)
      if (!files.some((each) => `/${each}`.endsWith(`/${source}`)))
        faults.push(`${file}: ${source} does not exist`);
  }
  return [...faults, ...(await findMissingDocuments(root, files))];
};

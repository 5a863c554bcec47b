import { posix } from 'node:path';

/* What the site of the documents (`npm run docs`) holds, and how its pages look and link. */

/** Besides `docs/`: documents at their places, and files that documents link to. */
const FILES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'GLOSSARY.md',
  'LICENSE',
  'SECURITY.md',
  'bench/README.md',
  'contract/openapi.json',
  'client/README.md',
  'client/examples/correct-address.ts',
  'nig-simulator/README.md',
  'service/data/README.md',
];
const STYLE = 'docs/site/style.css';

/** Whether a file is a part of the site, or a folder leads to one. */
export const isSource = (path: string, isFolder: boolean): boolean => {
  const file = path.replaceAll('\\', '/');
  if (file === 'docs' || file === 'docs/site' || file === STYLE) return true;
  if (file.startsWith('docs/site/')) return false;
  if (file.startsWith('docs/')) return true;
  return isFolder ? FILES.some((each) => each.startsWith(`${file}/`)) : FILES.includes(file);
};

/** The page of a document: a folder's README is its index. Other files keep their path. */
export const pagePath = (path: string): string =>
  path.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html');

export const titleOf = (markdown: string): string => /^# (.+)$/m.exec(markdown)?.[1] ?? 'CPE Desk';

type Document = readonly [path: string, title: string];
type Section = { heading: string; documents: Document[] };

const READERS: Readonly<Record<string, string>> = {
  use: 'Use',
  integrate: 'Integrate',
  run: 'Run',
  develop: 'Develop',
  explain: 'Explain',
};

/** An index comes first, then the titles in order; decisions follow their index alone. */
const inOrder = (documents: readonly Document[]): Document[] =>
  documents
    .filter(([path]) => !path.includes('/decisions/'))
    .toSorted(
      ([a, titleA], [b, titleB]) =>
        Number(b.endsWith('README.md')) - Number(a.endsWith('README.md')) ||
        titleA.localeCompare(titleB),
    );

/** Documents by reader, then those outside of `docs/`. */
export const navigationOf = (documents: readonly Document[]): Section[] => {
  const byReader = Object.entries(READERS).map(([folder, heading]) => ({
    heading,
    documents: inOrder(documents.filter(([path]) => path.startsWith(`docs/${folder}/`))),
  }));
  const others = documents.filter(([path]) => !path.startsWith('docs/'));
  return [...byReader, { heading: 'More', documents: inOrder(others) }].filter(
    (section) => section.documents.length > 0,
  );
};

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export type Page = { page: string; title: string; body: string; navigation: readonly Section[] };

/** A page as a whole; its links are relative, so that it opens from a file too. */
export const pageHtml = ({ page, title, body, navigation }: Page): string => {
  const to = (path: string): string => posix.relative(posix.dirname(page), path);
  const item = ([path, name]: Document): string => {
    const target = pagePath(path);
    const current = target === page ? ' aria-current="page"' : '';
    return `<li><a href="${to(target)}"${current}>${escaped(name.replaceAll('`', ''))}</a></li>`;
  };
  const sections = navigation.map(
    ({ heading, documents }) =>
      `<h2>${heading}</h2>\n<ul>\n${documents.map(item).join('\n')}\n</ul>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}${title === 'CPE Desk' ? '' : ' - CPE Desk'}</title>
<link rel="stylesheet" href="${to(STYLE)}">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Documents">
<p><a href="${to('index.html')}">CPE Desk</a></p>
${sections.join('\n')}
</nav>
<main id="content">
${body}</main>
</body>
</html>
`;
};

const LINK = /\b(?:href|src)="([^"]*)"/g;
const ID = /\bid="([^"]*)"/g;
/** HTML escapes what an address may hold. */
const addressOf = (attribute: string): string =>
  decodeURIComponent(attribute.replaceAll('&amp;', '&'));

/** Links of pages that lead to no file of the site, or to no place in its page. */
export const findDeadPageLinks = (
  pages: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
): string[] => {
  const idsOf = (html: string) => new Set([...html.matchAll(ID)].map(([, id]) => id));
  const ids = new Map([...pages].map(([path, html]) => [path, idsOf(html)]));
  const isDead = (page: string, link: string): boolean => {
    const [path = '', anchor] = addressOf(link).split('#', 2);
    const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), path));
    if (!files.has(target)) return true;
    return anchor !== undefined && ids.get(target)?.has(anchor) === false;
  };
  return [...pages].flatMap(([page, html]) =>
    [...html.matchAll(LINK)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link) && isDead(page, link))
      .map((link) => `${page}: ${link} leads nowhere`),
  );
};

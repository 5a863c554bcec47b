/**
 * `npm run docs`: builds the documents into docs/site/dist, as pages that open from a file too. A link
 * that leads nowhere fails the build. Needs no network.
 *
 * JavaScript, so that `npm run check` works without the site's packages. What can be judged without
 * them is in tools/site-rules.ts.
 */
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import Metalsmith from 'metalsmith';
import { anchorOf } from '../../tools/link-rules.ts';
import {
  findDeadPageLinks,
  isSource,
  navigationOf,
  pageHtml,
  pagePath,
  titleOf,
} from '../../tools/site-rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const marked = new Marked({
  walkTokens(token) {
    if (token.type === 'link') token.href = token.href.replace(/^[^#:]+/, pagePath);
  },
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
});

/** Wide tables scroll on their own, not with the page. */
const withScrollingTables = (html) =>
  html
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');

/** Markdown becomes pages; all other files are copied. */
const renderPages = (files) => {
  const documents = Object.entries(files).filter(([path]) => path.endsWith('.md'));
  const navigation = navigationOf(
    documents.map(([path, { contents }]) => [path, titleOf(String(contents))]),
  );
  for (const [path, file] of documents) {
    const text = String(file.contents);
    const body = withScrollingTables(marked.parse(text));
    const page = pagePath(path);
    delete files[path];
    files[page] = {
      ...file,
      contents: Buffer.from(pageHtml({ page, title: titleOf(text), body, navigation })),
    };
  }
};

const checkLinks = (files) => {
  const pages = Object.entries(files).filter(([path]) => path.endsWith('.html'));
  const faults = findDeadPageLinks(
    new Map(pages.map(([path, { contents }]) => [path, String(contents)])),
    new Set(Object.keys(files)),
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
};

try {
  const files = await new Metalsmith(ROOT)
    .source('.')
    .destination('docs/site/dist')
    .clean(true)
    .frontmatter(false)
    .ignore([(path, stats) => !isSource(path, stats.isDirectory())])
    .use(renderPages)
    .use(checkLinks)
    .build();
  console.log(
    `docs/site/dist: ${Object.keys(files).filter((path) => path.endsWith('.html')).length} pages`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

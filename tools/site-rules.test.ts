import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeadPageLinks, isSource, navigationOf, pageHtml, pagePath } from './site-rules.ts';

test('holds the documents and what they link to, nothing else', () => {
  for (const file of ['README.md', 'docs/use/tickets.md', 'docs/site/style.css', 'bench/README.md'])
    assert.equal(isSource(file, false), true, file);
  for (const file of ['package.json', 'bench/main.ts', 'docs/site/build.mjs'])
    assert.equal(isSource(file, false), false, file);
  assert.equal(isSource('bench', true), true);
  for (const folder of ['node_modules', 'portal', 'docs/site/dist', 'service/src'])
    assert.equal(isSource(folder, true), false, folder);
});

test('makes the index of a folder of its README', () => {
  assert.deepEqual(
    ['README.md', 'docs/use/README.md', '../run/scale.md', 'LICENSE', 'docs/a.png'].map(pagePath),
    ['index.html', 'docs/use/index.html', '../run/scale.html', 'LICENSE', 'docs/a.png'],
  );
});

test('lists documents by reader, the index first, decisions by their index alone', () => {
  const documents = [
    ['docs/run/scale.md', 'Scale'],
    ['docs/run/README.md', 'Run CPE Desk'],
    ['docs/explain/decisions/0001-x.md', '1. X'],
    ['README.md', 'CPE Desk'],
  ] as const;
  assert.deepEqual(
    navigationOf(documents).map(({ heading, documents: of }) => [
      heading,
      ...of.map(([, title]) => title),
    ]),
    [
      ['Run', 'Run CPE Desk', 'Scale'],
      ['More', 'CPE Desk'],
    ],
  );
});

test('a page links relative to its folder and marks itself in the navigation', () => {
  const navigation = navigationOf([['docs/run/scale.md', 'Scale <b>']]);
  const html = pageHtml({ page: 'docs/run/scale.html', title: 'Scale <b>', body: '', navigation });
  assert.match(html, /<a href="scale\.html" aria-current="page">Scale &lt;b&gt;<\/a>/);
  assert.match(html, /<a href="\.\.\/\.\.\/index\.html">/);
  assert.match(html, /href="\.\.\/site\/style\.css"/);
});

test('names each link of a page that leads nowhere, and no other', () => {
  const pages = new Map([
    [
      'a.html',
      '<a href="b/c.html#there"></a><a href="#x"></a><img src="gone.png"><a href="https://x.example">',
    ],
    [
      'b/c.html',
      '<h2 id="there"></h2><a href="../a.html"></a><a href="../a.html#no"></a><a href="d.txt"></a>',
    ],
  ]);
  assert.deepEqual(findDeadPageLinks(pages, new Set([...pages.keys(), 'b/d.txt'])), [
    'a.html: #x leads nowhere',
    'a.html: gone.png leads nowhere',
    'b/c.html: ../a.html#no leads nowhere',
  ]);
});

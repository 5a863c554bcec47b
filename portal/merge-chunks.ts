import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/*
 * Makes one file of the scripts that the first page loads. The build leaves a dozen of them, some
 * of a few hundred bytes, and index.html names ten at most: the others, the largest among them,
 * were found by the browser one after another. What pages load later stays in files of its own.
 */

const FOLDER = join(import.meta.dirname, 'dist/browser');
const PAGE = join(FOLDER, 'index.html');
const ENTRY = '\0first';

const page = await readFile(PAGE, 'utf8');
const entries = [...page.matchAll(/<script src="([^"]+)" type="module">/g)].map(
  ([, name = '']) => name,
);
const before = (await readdir(FOLDER)).filter((name) => name.endsWith('.js'));

/** The scripts that these import at once, with these. */
const importedBy = async (names: readonly string[], found = new Set<string>()) => {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const text = await readFile(join(FOLDER, name), 'utf8');
    const imported = text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g);
    await importedBy(
      [...imported].map(([, other = '']) => other),
      found,
    );
  }
  return found;
};

const first = new Set([...(await importedBy(entries))].map((name) => join(FOLDER, name)));
const bundle = await rolldown({
  input: { main: ENTRY },
  platform: 'browser',
  plugins: [
    {
      name: 'first',
      resolveId: (id) => (id === ENTRY ? id : undefined),
      load: (id) =>
        id === ENTRY
          ? entries.map((name) => `import ${JSON.stringify(join(FOLDER, name))};`).join('\n')
          : undefined,
    },
  ],
});
const { output } = await bundle.write({
  dir: FOLDER,
  format: 'esm',
  minify: true,
  entryFileNames: 'main-[hash].js',
  chunkFileNames: 'chunk-[hash].js',
  // Rolldown's own helpers, whose names begin with NUL as the entry's does, belong to it as well.
  codeSplitting: {
    groups: [{ name: 'first', test: (id) => id.startsWith('\0') || first.has(id) }],
  },
});
await bundle.close();

// The entry is that one file, or only imports it: then the page can name it itself.
const [entry, another] = output.filter((each) => each.type === 'chunk' && each.isEntry);
if (entry?.type !== 'chunk' || another || entry.imports.length > 1)
  throw new Error('the first page has not one script');
const [name = entry.fileName] = entry.imports;
if (name !== entry.fileName) await rm(join(FOLDER, entry.fileName));
const written = new Set(output.map(({ fileName }) => fileName));
await writeFile(
  PAGE,
  page
    .replaceAll(/<link rel="modulepreload"[^>]*>|<script src="[^"]+" type="module"><\/script>/g, '')
    .replace('</body>', `<script src="${name}" type="module"></script></body>`),
);
await Promise.all(
  before.filter((name) => !written.has(name)).map((name) => rm(join(FOLDER, name))),
);

import { readFile, writeFile } from 'node:fs/promises';
import { withWrittenParts, writtenParts } from './readme-parts.ts';

// `npm run readme`: writes the parts of README.md and docs/ that follow from code. A test compares.
for (const document of Object.keys(writtenParts)) {
  const file = new URL(`../${document}`, import.meta.url);
  await writeFile(file, withWrittenParts(document, await readFile(file, 'utf8')));
}

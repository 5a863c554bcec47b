import { readFile, writeFile } from 'node:fs/promises';
import { generatedParts, withGeneratedParts } from './readme-parts.ts';

// `npm run readme`: writes the generated parts of docs/. A test compares them.
for (const document of Object.keys(generatedParts)) {
  const file = new URL(`../${document}`, import.meta.url);
  await writeFile(file, withGeneratedParts(document, await readFile(file, 'utf8')));
}

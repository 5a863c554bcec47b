import { readFile, writeFile } from 'node:fs/promises';
import { withWrittenParts } from './readme-parts.ts';

// `npm run readme`: writes the parts of README.md that follow from code. A test compares.
const file = new URL('../../../README.md', import.meta.url);
await writeFile(file, withWrittenParts(await readFile(file, 'utf8')));

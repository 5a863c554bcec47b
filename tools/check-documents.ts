import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { documentFaults } from './document-rules.ts';

/* Part of `npm run check`: columns and plain English of the documents. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIST = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'];

const { stdout } = await promisify(execFile)('git', LIST, { cwd: ROOT });
const files = stdout.split('\n').filter((file) => file !== '');
if (files.length === 0) throw new Error('git lists no document: nothing was checked');
const faults = await Promise.all(
  files.map(async (file) => documentFaults(file, await readFile(join(ROOT, file), 'utf8'))),
);
for (const fault of faults.flat()) console.error(fault);
if (faults.flat().length > 0) process.exitCode = 1;

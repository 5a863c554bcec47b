import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languageFaults } from './language-rules.ts';

/* Part of `npm run check`: plain English in comments, error texts and log lines of the source. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = [
  'contract',
  'nig-simulator',
  'bench',
  'tools',
  'service/src',
  'service/test',
  'demo',
  'e2e',
  'portal/src',
];
/** The rules name the phrases. */
const EXCEPT = [
  'tools/language-rules.ts',
  'tools/language-rules.test.ts',
  'tools/document-rules.test.ts',
  'service/test/tickets/',
];

const listed = execFileSync('git', ['ls-files', '--', ...FOLDERS], { cwd: ROOT, encoding: 'utf8' });
const files = listed
  .split('\n')
  .filter(
    (file) => /\.(?:ts|sql)$/.test(file) && !EXCEPT.some((excepted) => file.startsWith(excepted)),
  );
if (files.length === 0) throw new Error('git lists no source: nothing was checked');
const faults = await Promise.all(
  files.map(async (file) => languageFaults(file, await readFile(join(ROOT, file), 'utf8'))),
);
for (const fault of faults.flat()) console.error(fault);
if (faults.flat().length > 0) process.exitCode = 1;

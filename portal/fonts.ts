import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

/*
 * Writes the portal's fonts into generated/: of each only the characters, weights and features that
 * pages use. src/styles/fonts.css says which file holds which characters: a browser loads a file
 * when a page shows one of them. Keep both in step.
 */

const FOLDER = join(import.meta.dirname, 'generated');

const range = (from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index));

/** The package's subsets of a font, and the characters that are kept of each. */
const SUBSETS = {
  latin: `${range(0x20, 0x7e)}${range(0xa0, 0xff)}–—‘’“”•…−€`,
  'latin-ext': range(0x100, 0x17f),
  vietnamese: `ĂăĐđĨĩŨũƠơƯư₫${range(0x1ea0, 0x1ef9)}\u0300\u0301\u0303\u0309\u0323`,
} as const;

const FONTS = [
  { name: 'inter', weights: { min: 400, max: 650 } },
  { name: 'jetbrains-mono', weights: { min: 400, max: 600 } },
] as const;

/** Kerning, marks, figures of one width, and the zero with a slash. */
const FEATURES = ['kern', 'mark', 'mkmk', 'ccmp', 'locl', 'tnum', 'zero'];

await mkdir(FOLDER, { recursive: true });
for (const { name, weights } of FONTS) {
  const licence = fileURLToPath(import.meta.resolve(`@fontsource-variable/${name}/LICENSE`));
  await copyFile(licence, join(FOLDER, `${name}-OFL.txt`));
  for (const [subset, characters] of Object.entries(SUBSETS)) {
    const file = join(dirname(licence), 'files', `${name}-${subset}-wght-normal.woff2`);
    const font = await subsetFont(await readFile(file), characters, {
      targetFormat: 'woff2',
      variationAxes: { wght: weights },
      keepFeatures: FEATURES,
    });
    await writeFile(join(FOLDER, `${name}-${subset}.woff2`), font);
  }
}

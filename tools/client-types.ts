import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/*
 * The last step of `npm run client`, which writes client/src/api.d.ts from contract/openapi.json:
 * stamps the file with a hash of both. `--check`, a part of `npm run check`, compares the stamp, so
 * that it needs no generator.
 */

const API = new URL('../contract/openapi.json', import.meta.url);
const TYPES = new URL('../client/src/api.d.ts', import.meta.url);
const STAMP = /\n\/\/ sha256 of openapi\.json and of the types above: (\w+)\n$/;

const text = await readFile(TYPES, 'utf8');
const body = text.replace(STAMP, '');
const stamp = hash('sha256', (await readFile(API, 'utf8')) + body);

if (!process.argv.includes('--check'))
  await writeFile(TYPES, `${body}\n// sha256 of openapi.json and of the types above: ${stamp}\n`);
else if (STAMP.exec(text)?.[1] !== stamp) {
  console.error('client/src/api.d.ts does not fit contract/openapi.json: npm run client');
  process.exitCode = 1;
}

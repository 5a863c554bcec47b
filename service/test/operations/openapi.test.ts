import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findBreaks } from '../../../tools/openapi-breaks.ts';
import { startTestDesk } from '../support/desk.ts';

const CURRENT = fileURLToPath(new URL('../../../contract/openapi.json', import.meta.url));
/** The file of the last release; a release replaces it. */
const PREVIOUS = fileURLToPath(new URL('../../../contract/openapi-previous.json', import.meta.url));

/** The first line that differs: the whole difference is too long for a message. */
const firstDifference = (a: string, b: string): string | undefined => {
  const [there, served] = [a.split('\n'), b.split('\n')];
  const index = served.findIndex((line, number) => line !== there[number]);
  return index < 0
    ? undefined
    : `line ${index + 1}: ${there[index]?.trim()} is ${served[index]?.trim()} now`;
};

test('contract/openapi.json is the served document (npm run openapi writes it)', async () => {
  await using desk = await startTestDesk();
  const served = await (await fetch(`${desk.origin}/openapi.json`)).json();
  const document = { ...z.record(z.string(), z.unknown()).parse(served), servers: [{ url: '/' }] };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (process.env.WRITE_OPENAPI) await writeFile(CURRENT, text);
  assert.equal(firstDifference(await readFile(CURRENT, 'utf8'), text), undefined);
});

test('the API has no breaking change since the last release', async () => {
  const [previous, current] = await Promise.all(
    [PREVIOUS, CURRENT].map(
      async (file): Promise<unknown> => JSON.parse(await readFile(file, 'utf8')),
    ),
  );
  assert.deepEqual(findBreaks(previous, current), []);
});

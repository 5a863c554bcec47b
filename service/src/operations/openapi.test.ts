import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findBreaks } from '../../../scripts/openapi-breaks.ts';
import { startTestDesk } from '../testing/test-desk.ts';

const CURRENT = fileURLToPath(new URL('../../../contract/openapi.json', import.meta.url));
/** The file of the last release; a release replaces it. */
const PREVIOUS = fileURLToPath(new URL('../../../contract/openapi-previous.json', import.meta.url));

const inOneForm = (value: unknown): string => JSON.stringify(value, null, 2);

test('contract/openapi.json is the API as it is served (npm run openapi writes it)', async (t) => {
  await using desk = await startTestDesk();
  const served = await (await fetch(`${desk.origin}/openapi.json`)).json();
  const document = { ...z.record(z.string(), z.unknown()).parse(served), servers: [{ url: '/' }] };
  t.assert.fileSnapshot(document, CURRENT, { serializers: [inOneForm] });
});

test('nothing that clients of the last release rely on is gone', async () => {
  const [previous, current] = await Promise.all(
    [PREVIOUS, CURRENT].map(async (file): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))),
  );
  assert.deepEqual(findBreaks(previous, current), []);
});

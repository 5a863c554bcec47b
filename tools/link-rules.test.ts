import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findDeadLinks } from './link-rules.ts';

const document = `# Start here
[good](#what-it-is) [other](other.md#start-here) [web](https://example.com/x)
[gone](missing.md) [no heading](other.md#nowhere) \`service/src/gone.ts\`
## What it is
\`\`\`
[in code](nowhere.md)
\`\`\`
\`[in a span](nowhere.md)\`
`;

/** Files in a folder of their own, with the faults that are found in them. */
const faultsOf = async (contents: Readonly<Record<string, string>>): Promise<string[]> => {
  const root = await mkdtemp(join(tmpdir(), 'cpe-desk-links-'));
  try {
    for (const [file, text] of Object.entries(contents)) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
    return await findDeadLinks(root, Object.keys(contents));
  } finally {
    await rm(root, { recursive: true });
  }
};

test('names each link and each file that is not there, and nothing else', async () => {
  assert.deepEqual(await faultsOf({ 'a.md': document, 'other.md': '# Start here\n' }), [
    'a.md: missing.md leads nowhere',
    'a.md: other.md has no heading #nowhere',
    'a.md: service/src/gone.ts does not exist',
  ]);
});

test('names each document that code names and that does not exist', async () => {
  const code = "// see docs/run/scale.md\nconst usage = 'the format: docs/scale.md)';\n";
  const files = { 'docs/run/scale.md': '# Scale\n', 'a.ts': code, 'a.test.ts': code };
  assert.deepEqual(await faultsOf(files), ['a.ts: docs/scale.md does not exist']);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('names each link and each file that is not there, and nothing else', async () => {
  const root = await mkdtemp(join(tmpdir(), 'cpe-desk-links-'));
  try {
    await writeFile(join(root, 'a.md'), document);
    await writeFile(join(root, 'other.md'), '# Start here\n');
    assert.deepEqual(await findDeadLinks(root, ['a.md', 'other.md']), [
      'a.md: missing.md leads nowhere',
      'a.md: other.md has no heading #nowhere',
      'a.md: service/src/gone.ts does not exist',
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

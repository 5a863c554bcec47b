import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configHelp } from '../service/src/config/config-help.ts';

const DEPLOY = fileURLToPath(new URL('../deploy', import.meta.url));
/** `NAME=value`, `NAME: value` and `name: NAME`; comments are prose. */
const SETTING = /(?:^|[\s{])(?:name: )?([A-Z]+(?:_[A-Z]+)+)(?==|:|,)/gm;

test('deploy/ sets only settings that the desk knows', async () => {
  const files = await readdir(DEPLOY, { recursive: true, withFileTypes: true });
  const known = new Set(
    configHelp()
      .match(/^ {2}[A-Z_]+/gm)
      ?.map((name) => name.trim()),
  );
  let found = 0;
  for (const file of files.filter((entry) => entry.isFile())) {
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    for (const [, name = ''] of text.replace(/^\s*#.*$/gm, '').matchAll(SETTING)) {
      found++;
      const setting = name.replace(/_FILE$/, '');
      assert.ok(
        name === 'NODE_ENV' || known.has(name) || known.has(setting),
        `${file.name}: ${name}`,
      );
    }
  }
  assert.ok(found > 15, `${found} settings`);
});

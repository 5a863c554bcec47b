import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { recordCopier } from '../../src/history/anchors/copy-records.ts';
import { writeAnchors } from '../../src/history/anchors/write-anchors.ts';
import { useHistoryKey } from '../../src/history/keys/history-keys.ts';
import { startTestDesk } from '../support/desk.ts';
import { openGround } from '../support/ground.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { administer, withDatabase } from '../support/test-server.ts';
import { updateCpe } from '../support/updates.ts';

const COMMANDS = new URL('../../src/commands/', import.meta.url);

/** A database with a history, and the commands as an operator runs them. */
const ground = async (stack: AsyncDisposableStack) => {
  const field = await openGround(stack);
  const { db, ownerUrl, databaseUrl } = field;
  const dataDir = stack.use(await tempFolder()).path;
  const config = { DATA_DIR: dataDir, HISTORY_KEY_FILE: undefined };
  const key = await useHistoryKey(db, config);
  const line = await addTestLine(db);
  const server = withDatabase(ownerUrl, 'postgres');
  const name = new URL(ownerUrl).pathname.slice(1);
  const copyDatabase = async (from: string, to: string) => {
    await administer(
      server,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`,
    );
    await administer(server, `create database ${to} template ${from}`);
  };
  return {
    dataDir,
    /** Runs a desk for one update and its anchor. */
    work: async () => {
      await using desk = await startTestDesk({ beside: field });
      await updateCpe(desk.operator, line.id);
      const copy = recordCopier(db, dataDir);
      await copy();
      await writeAnchors(db, key, { cause: 'hour' });
      await copy();
    },
    backUp: () => {
      stack.defer(() => administer(server, `drop database if exists ${name}_backup with (force)`));
      return copyDatabase(name, `${name}_backup`);
    },
    restore: async () => {
      await administer(server, `drop database ${name} with (force)`);
      await copyDatabase(`${name}_backup`, name);
    },
    run: (script: string, args: string[] = [], settings: Record<string, string> = {}) =>
      runProgram(fileURLToPath(new URL(script, COMMANDS)), args, {
        ...process.env,
        DATABASE_URL: databaseUrl,
        DATABASE_OWNER_URL: ownerUrl,
        DATA_DIR: dataDir,
        ...settings,
      }),
  };
};

test('after a restore verify-history names what is lost until note-restore notes it', async () => {
  await using stack = new AsyncDisposableStack();
  const { dataDir, work, backUp, restore, run } = await ground(stack);
  await work();
  const to = new Date().toISOString();
  await backUp();
  await work();
  await work();
  const intact = await run('verify-history.ts');
  assert.equal(intact.code, 0, intact.out + intact.err);
  await restore();
  const forged = await run('verify-history.ts');
  assert.equal(forged.code, 1, forged.out + forged.err);
  assert.match(forged.out, /^anchor-\d{8}-\w{16}\.json is not in the database/m);

  const refused = await run('note-restore.ts', ['--to', to, '--by', 'Dina DBA']);
  assert.deepEqual([refused.code, /--reason: /.test(refused.err)], [2, true]);
  const args = ['--to', to, '--by', 'Dina DBA', '--reason', 'disk array failed'];
  const noted = await run('note-restore.ts', args);
  assert.equal(noted.code, 0, noted.err);
  assert.match(noted.out, /^record 2: 2 anchors are obsolete, 1 lines have lost entries$/m);
  const accepted = await run('verify-history.ts');
  assert.equal(accepted.code, 0, accepted.out);
  assert.match(
    accepted.out,
    /^note: record 2 .* was restored to .* by Dina DBA \(disk array failed\)/m,
  );

  // A loss after the note is a fault again.
  await work();
  assert.equal((await run('verify-history.ts')).code, 0);
  await rm(join(dataDir, 'history-anchors'), { recursive: true });
  const removed = await run('verify-history.ts');
  assert.equal(removed.code, 1);
  assert.match(removed.out, /DATA_DIR has none of the 3 records of the database/);
});

test('history-key prints the public keys, and adopt registers another one', async () => {
  await using stack = new AsyncDisposableStack();
  const { dataDir, work, run } = await ground(stack);
  await work();
  const first = await run('history-key.ts');
  assert.equal(first.code, 0, first.err);
  const [, keyId = ''] = /^key ([0-9a-f]{64})\n-----BEGIN PUBLIC KEY-----/.exec(first.out) ?? [];

  const file = join(dataDir, 'history-key.pem');
  const old = await readFile(file);
  await rm(file);
  const lost = await run('verify-history.ts');
  assert.equal(lost.code, 2);
  assert.match(lost.err, new RegExp(`signed with key ${keyId}, but .* does not exist.*-- adopt`));
  await assert.rejects(stat(file), { code: 'ENOENT' }, 'a command makes no key');

  const adopted = await run('history-key.ts', ['adopt']);
  assert.equal(adopted.code, 0, adopted.err);
  assert.match(adopted.out, new RegExp(`^registered key [0-9a-f]{64}; previous: ${keyId}$`, 'm'));
  const verified = await run('verify-history.ts');
  assert.equal(verified.code, 0, verified.out + verified.err);
  assert.match(
    (await run('history-key.ts')).out,
    new RegExp(`^previous key ${keyId}, until `, 'm'),
  );
  const another = join(dataDir, 'old.pem');
  await writeFile(another, old);
  const stranger = await run('verify-history.ts', [], { HISTORY_KEY_FILE: another });
  assert.deepEqual([stranger.code, /holds key/.test(stranger.err)], [2, true]);
  assert.equal((await run('history-key.ts', ['drop'])).code, 2);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { subjectFaults } from './commit-rules.ts';

test('accepts an area and an imperative of at most 72 characters', () => {
  for (const subject of [
    'nig: treat HTML 404 as unknown',
    'ci, tests: wait for PostgreSQL 15',
    `a: ${'b'.repeat(69)}`,
  ])
    assert.deepEqual(subjectFaults(subject), [], subject);
});

test('refuses a subject without an area, in upper case, too long or with a full stop', () => {
  for (const subject of [
    'treat HTML 404 as unknown',
    'Reread: wording',
    'after a review: wording',
    'nig:treat it',
  ])
    assert.equal(subjectFaults(subject).length, 1, subject);
  assert.deepEqual(subjectFaults('nig: treat HTML 404 as unknown.'), ['ends with a full stop']);
  assert.deepEqual(subjectFaults(`a: ${'b'.repeat(70)}`), ['73 characters, at most 72']);
});

/** Runs the check in a copy of this folder alone, after `commands` of git. */
const checkIn = async (...commands: string[][]) => {
  const folder = await mkdtemp(join(tmpdir(), 'cpe-desk-commits-'));
  const run = (file: string, args: string[]) =>
    new Promise<{ code: unknown; out: string }>((resolve) => {
      const options = { cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } };
      execFile(file, args, options, (error, out, err) =>
        resolve({ code: error?.code ?? 0, out: out + err }),
      );
    });
  try {
    await mkdir(join(folder, 'tools'));
    for (const name of ['check-commits.ts', 'commit-rules.ts'])
      await cp(fileURLToPath(new URL(name, import.meta.url)), join(folder, 'tools', name));
    for (const args of commands)
      await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.test', ...args]);
    return await run(process.execPath, [join(folder, 'tools', 'check-commits.ts')]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const EMPTY = ['commit', '--allow-empty', '-q', '-m'];

test('checks nothing, and says so, without a git history or with another one', async () => {
  assert.deepEqual(await checkIn(), {
    code: 0,
    out: 'No git history here: commit subjects are not checked\n',
  });
  const other = await checkIn(['init', '-q'], [...EMPTY, 'Initial commit.']);
  assert.equal(other.code, 0);
  assert.match(other.out, /^Another git history, without \w{7}: /);
});

test('checks what a shallow clone has', async () => {
  const source = await mkdtemp(join(tmpdir(), 'cpe-desk-commits-'));
  const git = (...args: string[]) =>
    new Promise((resolve) => {
      const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.test'];
      execFile('git', ['-C', source, ...identity, ...args], resolve);
    });
  try {
    await git('init', '-q');
    for (const subject of ['nig: send it', 'Sent it.']) await git(...EMPTY, subject);
    const clone = ['fetch', '-q', '--depth=1', `file://${source}`, 'HEAD'];
    const { code, out } = await checkIn(['init', '-q'], clone, [
      'checkout',
      '-q',
      '--detach',
      'FETCH_HEAD',
    ]);
    assert.equal(code, 1, out);
    assert.match(out, /"Sent it\.": write "area: imperative"/);
    assert.match(out, /^1 commit subjects: 2 faults$/m);
  } finally {
    await rm(source, { recursive: true, force: true });
  }
});

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { historyKeySchema } from '@cpe-desk/contract';
import { takeHistoryLease } from '../../src/history/anchors/anchors.sql.ts';
import {
  adoptHistoryKey,
  previousKeys,
  trustedKeys,
  useHistoryKey,
} from '../../src/history/keys/history-keys.ts';
import { keyIdOf, publicPem } from '../../src/history/keys/signing-key.ts';
import { run } from '../../src/platform/database/database.ts';
import { StartError } from '../../src/platform/process/start-error.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { clientWith } from '../support/client.ts';
import { startTestDesk } from '../support/desk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const pemOf = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

/** A database and the DATA_DIRs of two instances on it. */
const twoInstances = async (stack: AsyncDisposableStack) => {
  const { pool } = stack.use(await createTestDatabase());
  const [first, second] = [stack.use(await tempFolder()).path, stack.use(await tempFolder()).path];
  const configOf = (dataDir: string) => ({ DATA_DIR: dataDir, HISTORY_KEY_FILE: undefined });
  const fileOf = (dataDir: string) => join(dataDir, 'history-key.pem');
  return { pool, first, second, configOf, fileOf };
};

const startError = (pattern: RegExp) => (error: unknown) =>
  error instanceof StartError && error.code === 'history-key' && pattern.test(error.message);

test('the first start creates and registers a key that the next start uses', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, configOf, fileOf } = await twoInstances(stack);
  const key = await useHistoryKey(pool, configOf(first));
  assert.equal((await stat(fileOf(first))).mode & 0o777, 0o600);
  const again = await useHistoryKey(pool, configOf(first));
  assert.equal(publicPem(again), publicPem(key));
});

test('an instance with another key or none does not start, and says what to do', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, second, configOf, fileOf } = await twoInstances(stack);
  const registered = keyIdOf(publicPem(await useHistoryKey(pool, configOf(first))));
  const command = 'npm run history-key -- adopt';
  await assert.rejects(
    useHistoryKey(pool, configOf(second)),
    startError(new RegExp(`${registered}.*history-key.pem does not exist.*${command}`)),
  );
  await assert.rejects(stat(fileOf(second)), { code: 'ENOENT' });
  await writeFile(fileOf(second), pemOf());
  await assert.rejects(
    useHistoryKey(pool, configOf(second)),
    startError(new RegExp(`signed with key ${registered}.* holds key [0-9a-f]{64}.*${command}`)),
  );
  await writeFile(fileOf(second), await readFile(fileOf(first)));
  assert.equal(keyIdOf(publicPem(await useHistoryKey(pool, configOf(second)))), registered);
});

test('of two first starts at the same time one registers its key and one does not start', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, second, configOf } = await twoInstances(stack);
  const results = await Promise.allSettled(
    [first, second].map((dir) => useHistoryKey(pool, configOf(dir))),
  );
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('HISTORY_KEY_FILE is never created, and refused where it is not an Ed25519 key', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, second } = await twoInstances(stack);
  const file = join(first, 'shared.pem');
  const config = { DATA_DIR: second, HISTORY_KEY_FILE: file };
  await assert.rejects(
    useHistoryKey(pool, config),
    startError(/HISTORY_KEY_FILE: .*shared.pem does not exist/),
  );
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (const text of ['no key', privateKey.export({ type: 'pkcs8', format: 'pem' })]) {
    await writeFile(file, text);
    await assert.rejects(
      useHistoryKey(pool, config),
      startError(/shared.pem is not a private Ed25519 key/),
    );
  }
  await writeFile(file, pemOf());
  await useHistoryKey(pool, config);
  await assert.rejects(stat(join(second, 'history-key.pem')), { code: 'ENOENT' });
});

test('adopting registers another key, which vouches for the earlier keys', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, second, configOf, fileOf } = await twoInstances(stack);
  const one = publicPem(await useHistoryKey(pool, configOf(first)));
  // The DATA_DIR is lost.
  const { keyId, previous } = await adoptHistoryKey(pool, configOf(second));
  assert.equal(previous, keyIdOf(one));
  const two = publicPem(await useHistoryKey(pool, configOf(second)));
  assert.equal(keyIdOf(two), keyId);
  await assert.rejects(useHistoryKey(pool, configOf(first)), startError(/adopt/));
  // A rotation: the third key vouches for both.
  await rm(fileOf(second));
  const third = await adoptHistoryKey(pool, configOf(second));
  assert.equal(third.previous, keyId);
  const key = await useHistoryKey(pool, configOf(second));
  assert.deepEqual(
    (await previousKeys(pool, publicPem(key))).vouched.map(({ publicKey }) => publicKey),
    [two, one],
  );
  // Back to the first key, as where several instances had different keys.
  await adoptHistoryKey(pool, configOf(first));
  const { pems, others } = await trustedKeys(pool, await useHistoryKey(pool, configOf(first)));
  assert.deepEqual([pems, others], [[one, publicPem(key), two], []]);
  assert.deepEqual(await adoptHistoryKey(pool, configOf(first)), {
    keyId: keyIdOf(one),
    previous: null,
  });
});

test('a key that was inserted into the table is not trusted', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, configOf } = await twoInstances(stack);
  const key = await useHistoryKey(pool, configOf(first));
  const pem = publicPem(generateKeyPairSync('ed25519').privateKey);
  await pool.connection.query({
    text: `insert into history_key (key_id, public_key, retired_at, vouched) values ($1, $2, now(), 'AAAA')`,
    values: [keyIdOf(pem), pem],
  });
  assert.deepEqual(await trustedKeys(pool, key), {
    pems: [publicPem(key)],
    others: [keyIdOf(pem)],
  });
});

test('adopting a key is refused while a desk runs', async () => {
  await using stack = new AsyncDisposableStack();
  const { pool, first, second, configOf } = await twoInstances(stack);
  await useHistoryKey(pool, configOf(first));
  await run(pool, takeHistoryLease, ['00000000-0000-4000-8000-000000000001', 60_000]);
  await assert.rejects(adoptHistoryKey(pool, configOf(second)), startError(/stop all instances/));
});

test('GET /ticket/ctt/cpe/history/key has the public key and the earlier keys', async () => {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await startTestDesk());
  const publicKey = publicPem(desk.deps.signingKey);
  const { reviewer } = desk;
  const answer = await reviewer.get('/ticket/ctt/cpe/history/key');
  assert.equal(answer.status, 200);
  assert.deepEqual(historyKeySchema.parse(answer.body), {
    keyId: keyIdOf(publicKey),
    algorithm: 'Ed25519',
    publicKey,
    previous: [],
  });
  assert.match(publicKey, /^-----BEGIN PUBLIC KEY-----\n/);
  const nobody = clientWith(desk.origin, 'Bearer x');
  assertProblem(await nobody.get('/ticket/ctt/cpe/history/key'), 'unauthenticated');
});

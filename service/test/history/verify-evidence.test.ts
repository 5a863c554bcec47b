import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Evidence, evidenceSchema } from '@cpe-desk/contract';
import { keyIdOf, publicPem, signJson } from '../../src/history/keys/signing-key.ts';
import { useDesk } from '../support/desk.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { untilEnd } from '../support/until-end.ts';
import { updateCpe } from '../support/updates.ts';

const SCRIPT = fileURLToPath(new URL('../../../docs/verify-evidence.mjs', import.meta.url));

const desk = await useDesk();
const folder = untilEnd(await tempFolder());
const { id } = await addTestLine(desk.db);
for (const n of [1, 2, 3]) await updateCpe(desk.operator, id, {}, `évid "${n}" \\ end`);
/** The text of an export of three entries, as a browser saves it. */
const exported = await (await desk.reviewer.fetch(`/ticket/ctt/cpe/history/${id}/evidence`)).text();
const keyFile = join(folder.path, 'public.pem');
await writeFile(keyFile, publicPem(desk.deps.signingKey));

const runScript = (...args: string[]) => runProgram(SCRIPT, args);

/** The verdict on a file of this text, with the key of the desk, another one, or none. */
const verdictOn = async (text: string, key: string | null = keyFile) => {
  const file = join(folder.path, 'evidence.json');
  await writeFile(file, text);
  return runScript(file, ...(key === null ? [] : [key]));
};

const evidence = (): Evidence => evidenceSchema.parse(JSON.parse(exported));

/** An export that a forger signed with another key. */
const forged = (change: (facts: Omit<Evidence, 'signature'>) => object) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { signature: _, ...facts } = evidence();
  const changed = change(facts);
  const value = signJson(privateKey, changed);
  return JSON.stringify({
    ...changed,
    signature: { algorithm: 'Ed25519', publicKey: publicPem(privateKey), value },
  });
};

test('an export is intact with the public key of the desk; the verdict names the key', async () => {
  const { code, out } = await verdictOn(exported);
  assert.equal(code, 0, out);
  assert.match(out, /3 entries, .*: intact/);
  assert.match(out, new RegExp(`signed with key ${keyIdOf(publicPem(desk.deps.signingKey))}`));
  assert.equal(exported, JSON.stringify(evidence()), 'the schema changes nothing');
});

test('an export with dual-stack values is intact, and their place is fixed', async () => {
  const line = await addTestLine(desk.db);
  await updateCpe(desk.operator, line.id);
  const dual = { ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:1::/48' };
  await updateCpe(desk.operator, line.id, dual);
  const path = `/ticket/ctt/cpe/history/${line.id}/evidence`;
  const text = await (await desk.reviewer.fetch(path)).text();
  const { code, out } = await verdictOn(text);
  assert.equal(code, 0, out);
  assert.match(out, /2 entries, .*: intact/);
  const [a, b] = [`"ipv6Address":"${dual.ipv6Address}"`, `"ipv6Prefix":"${dual.ipv6Prefix}"`];
  assert.ok(text.includes(`${a},${b}`));
  assert.match((await verdictOn(text.replace(`${a},${b}`, `${b},${a}`))).out, /not byte for byte/);
});

test('without a key an export is consistent, and its signer unknown', async () => {
  for (const text of [exported, forged((facts) => facts)]) {
    const { code, out } = await verdictOn(text, null);
    assert.equal(code, 3, out);
    assert.match(out, /signed with key [0-9a-f]{64}\n.*consistent, signer not known/);
  }
});

test('a forged file cannot control the terminal, and has no key as its signer', async () => {
  const name = 'Rita Reviewer: intact\u001b[8m\n\u202e';
  const { code, out } = await verdictOn(
    forged((facts) => ({ ...facts, exportedBy: { ...facts.exportedBy, name } })),
  );
  assert.equal(code, 1);
  assert.match(out, /by Rita Reviewer: intact\\u\{1b\}\[8m\\u\{a\}\\u\{202e\}: 1 fault\n$/);
  assert.doesNotMatch(out, /^signed with key/m);
});

test('one of several public keys is enough', async () => {
  const others = [1, 2].map(() => publicPem(generateKeyPairSync('ed25519').privateKey));
  const many = join(folder.path, 'many.pem');
  await writeFile(many, `key 1\n${others[0]}key 2\n${publicPem(desk.deps.signingKey)}${others[1]}`);
  assert.equal((await verdictOn(exported, many)).code, 0);
});

test('a private key is refused, and so is a file without a key', async () => {
  const secret = join(folder.path, 'secret.pem');
  await writeFile(secret, desk.deps.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const refused = await verdictOn(exported, secret);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /PRIVATE key.*must not leave the desk/);
  assert.equal((await runScript(secret)).code, 2);
  await writeFile(secret, 'nothing');
  assert.match((await verdictOn(exported, secret)).err, /holds no public Ed25519 key/);
  assert.equal((await verdictOn(exported, join(folder.path, 'missing.pem'))).code, 2);
  assert.equal((await runScript()).code, 2);
});

test('a re-formatted file is refused, and the message says so', async () => {
  for (const text of [
    JSON.stringify(JSON.parse(exported), null, 2),
    `${exported}\n`,
    `\uFEFF${exported}`,
  ]) {
    const { code, out } = await verdictOn(text);
    assert.equal(code, 1);
    assert.match(out, /^the file was re-formatted after the desk wrote it/);
  }
});

const twice = (text: string, member: string, value: string) => {
  const at = text.indexOf(`"${member}":`);
  return `${text.slice(0, at)}"${member}":${value},${text.slice(at)}`;
};

const changes: [name: string, change: (text: string) => string, RegExp][] = [
  ['entries twice', (text) => twice(text, 'entries', '[true]'), /not byte for byte/],
  ['a reason twice', (text) => twice(text, 'reason', '"FORGED"'), /not byte for byte/],
  ['an address twice', (text) => twice(text, 'ipAddress', '"10.9.9.9"'), /not byte for byte/],
  [
    'a number in another spelling',
    (text) => text.replace(/("downKbps":\d+)/, '$1.0'),
    /not byte for byte/,
  ],
  [
    'a number beyond precision',
    (text) => text.replace(/("downKbps":\d+)/, '$1.000000000000000001'),
    /not byte/,
  ],
  ['an escaped character', (text) => text.replace('évid', '\\u00e9vid'), /not byte for byte/],
  [
    'another order of members',
    (text) => {
      const { format, ...others } = JSON.parse(text);
      return JSON.stringify({ ...others, format });
    },
    /not byte for byte/,
  ],
  [
    'another order in an entry',
    (text) => {
      const { entries, signature, ...others } = JSON.parse(text);
      const [{ id, ...first }, ...rest] = entries;
      return JSON.stringify({ ...others, entries: [{ ...first, id }, ...rest], signature });
    },
    /not byte for byte/,
  ],
  [
    'a member added to the signature',
    (text) => text.replace('"value":', '"note":"x","value":'),
    /other members/,
  ],
  [
    'white space in the base64',
    (text) => text.replace(/"value":"(.{10})/, '"value":"$1\\n'),
    /\(base64\)/,
  ],
  [
    'a key with text around it',
    (text) => text.replace('-----BEGIN', 'x\\n-----BEGIN'),
    /signature is not|not as the desk/,
  ],
  ['a member added', (text) => text.replace('"format"', '"added":1,"format"'), /was changed/],
  [
    'a changed reason',
    (text) => text.replace('évid \\"2', 'évid \\"7'),
    /was changed.*entry 2: its hash/s,
  ],
  [
    'a missing last entry',
    (text) => {
      const { entries, signature, ...others } = JSON.parse(text);
      return JSON.stringify({ ...others, entries: entries.slice(0, 2), signature });
    },
    /was changed/,
  ],
  ['no JSON', (text) => text.slice(0, -5), /no export/],
  ['another document', () => '{"format":"cpe-desk-evidence-1"}', /no export/],
];

for (const [name, change, pattern] of changes)
  test(`refuses ${name}`, async () => {
    const text = change(exported);
    assert.notEqual(text, exported);
    for (const key of [keyFile, null]) {
      const { code, out } = await verdictOn(text, key);
      assert.equal(code, 1, out);
      assert.match(out, pattern);
    }
  });

test('refuses an export that another key signed', async () => {
  const { code, out } = await verdictOn(forged((facts) => facts));
  assert.equal(code, 1);
  assert.match(out, /it is signed with key [0-9a-f]{64}, not with a key that was given/);
});

test('refuses entries of another line', async () => {
  const text = forged((facts) => ({ ...facts, serviceLineId: 'another' }));
  assert.match((await verdictOn(text, null)).out, /entry 1 is of another line/);
});

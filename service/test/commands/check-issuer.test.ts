import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startShapedIssuer } from '../access/sign-in/shaped-issuer.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { atEnd, untilEnd } from '../support/until-end.ts';

const PROGRAM = fileURLToPath(new URL('../../src/commands/check-issuer.ts', import.meta.url));

const folder = untilEnd(await tempFolder());
const issuer = await startShapedIssuer({
  metadata: {
    scopes_supported: ['openid', 'offline_access'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  },
});
atEnd(() => issuer.stop());

const settings = { OIDC_ISSUER: issuer.url, OIDC_CLIENT_SECRET: 'top-secret-of-the-portal' };
const check = (args: string[] = [], more: Record<string, string> = {}) =>
  runProgram(PROGRAM, args, { ...process.env, ...settings, ...more });
const file = async (name: string, token: Promise<string>): Promise<string> => {
  const path = join(folder.path, name);
  await writeFile(path, `${await token}\n`);
  return path;
};

test('it says what the issuer offers, and that it accepts the client', async () => {
  issuer.answers.error = { error: 'invalid_grant' };
  const { code, out } = await check();
  assert.equal(code, 0, out);
  assert.match(out, /^issuer {14}http:/);
  assert.match(out, /proves itself by post/);
  assert.match(out, /offline_access would bring a refresh token/);
  assert.match(out, /^client {14}accepted$/m);
  assert.doesNotMatch(out, /top-secret/);
});

test('it says how the issuer refuses the client', async () => {
  issuer.answers.error = { error: 'invalid_client', error_description: 'wrong secret' };
  const { code, out } = await check();
  assert.equal(code, 1);
  assert.match(out, /refused: the issuer says invalid_client: wrong secret/);
});

test('it says what a token gives, and why one is refused', async () => {
  issuer.answers.error = { error: 'invalid_grant' };
  const claims = { aud: 'cpe-desk', sub: 's', client_id: 'sync', roles: ['operator', 'janitor'] };
  const good = await check(['--access-token', await file('good', issuer.sign(claims))]);
  assert.equal(good.code, 0, good.out);
  assert.match(good.out, /The access token names sync \(program\), id s/);
  assert.match(good.out, /roles {11}operator$/m);
  assert.match(good.out, /ignored {9}janitor$/m);
  for (const [change, why] of [
    [{ aud: 'other' }, /unexpected "aud" claim value/],
    [{ typ: 'ID' }, /its payload has typ ID/],
    [{ _claim_names: { groups: 'x' } }, /Use app roles/],
  ] as const) {
    const token = await file('bad', issuer.sign({ ...claims, ...change }));
    const { code, out } = await check(['--access-token', token]);
    assert.equal(code, 1);
    assert.match(out, why);
  }
  const id = await file('id', issuer.sign({ aud: 'cpe-desk-portal', sub: 's', name: 'Nora' }));
  const person = await check(['--id-token', id]);
  assert.match(person.out, /The ID token names Nora.*the desk asks userinfo/s);
});

test('without an issuer, or with a wrong argument, nothing is checked', async () => {
  assert.equal((await check([], { OIDC_ISSUER: '' })).code, 2);
  assert.equal((await check([], { OIDC_ISSUER: 'http://127.0.0.1:1' })).code, 2);
  const { code, err } = await check(['--token']);
  assert.equal(code, 2);
  assert.match(err, /^Usage/);
});

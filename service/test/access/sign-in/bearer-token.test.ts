import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeJwt,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { Configuration } from 'openid-client';
import { loadDemoKeys } from '../../../../demo/src/sign-in/keys.ts';
import { bearerCallers } from '../../../src/access/sign-in/bearer-token.ts';
import { contractClaims } from '../../support/test-sign-in-config.ts';
import { until } from '../../support/until.ts';
import { assertProblem, callerIn, useSignInDesk } from './sign-in-desk.ts';

const desk = await useSignInDesk();
const { publicUrl, dataDir, audiences } = desk.config;
const [audience] = audiences;
assert.ok(audience);

const [issuersKey] = (await loadDemoKeys(dataDir)).keys;
assert.ok(issuersKey);
const { d: _, ...publicKey } = issuersKey;
const foreignKey = (await generateKeyPair('ES256')).privateKey;

const now = Math.floor(Date.now() / 1000);
const right: JWTPayload = {
  iss: `${publicUrl}/idp`,
  aud: audience,
  sub: 'someone',
  exp: now + 60,
  roles: ['operator'],
};
const header = { alg: 'ES256', kid: issuersKey.kid };

/** A token of the issuer, valid but for the given claims and header. */
const signed = (over: JWTPayload = {}, typ?: string) =>
  new SignJWT({ ...right, ...over })
    .setProtectedHeader(typ === undefined ? header : { ...header, typ })
    .sign(issuersKey);
const ask = (path: string, token: string) => desk.ask(path, { authorization: `Bearer ${token}` });

test('a valid token names the caller', async () => {
  const token = await signed({ name: 'Somebody', segment_groups: ['SME', 'CONSUMER'] });
  const { actions, ...caller } = await callerIn(await ask('/auth/me', token));
  assert.deepEqual(caller, {
    id: 'someone',
    name: 'Somebody',
    roles: ['operator'],
    segmentGroups: ['SME', 'CONSUMER'],
  });
  assert.ok(actions.includes('ticket:read'));
});

test('unknown claims give no rights, and a name that cannot be shown is left out', async () => {
  const token = await signed({ roles: ['root', 7, null], segment_groups: 'SME', name: 'a\u0000b' });
  const expected = {
    id: 'someone',
    name: 'someone',
    roles: [],
    segmentGroups: ['SME'],
    actions: [],
  };
  assert.deepEqual(await callerIn(await ask('/auth/me', token)), expected);
  await assertProblem(await ask('/tickets', token), 403, 'forbidden');
});

test('an unreadable name is left out, and so are direction marks in a name', async () => {
  const nameOf = async (name: string, preferred_username?: string) =>
    (await callerIn(await ask('/auth/me', await signed({ name, preferred_username })))).name;
  assert.equal(await nameOf('\u200b\u2060'), 'someone');
  assert.equal(await nameOf('\u202e', 'sam'), 'sam');
  assert.equal(await nameOf('Sam\u202eGnp\u2069'), 'SamGnp');
});

const secret = new TextEncoder().encode('demo'.repeat(8));
const tampered = (token: string) => `${token.slice(0, -8)}AAAAAAAA`;
const wrong: Record<string, string> = {
  'has expired': await signed({ exp: now - 60 }),
  'never expires': await signed({ exp: undefined }),
  'is not valid yet': await signed({ nbf: now + 600 }),
  'is for another audience': await signed({ aud: 'another' }),
  'is for no audience': await signed({ aud: undefined }),
  'is of another issuer': await signed({ iss: 'https://evil.example' }),
  'has no subject': await signed({ sub: undefined }),
  'has an empty subject': await signed({ sub: '' }),
  'has a subject that nobody can read': await signed({ sub: '\u200b' }),
  'is signed with a key of somebody else': await new SignJWT(right)
    .setProtectedHeader(header)
    .sign(foreignKey),
  'names a key that the issuer has not': await new SignJWT(right)
    .setProtectedHeader({ alg: 'ES256', kid: 'another' })
    .sign(foreignKey),
  'is not signed (alg none)': new UnsecuredJWT(right).encode(),
  'is signed with a shared secret': await new SignJWT(right)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(secret),
  'was changed': tampered(await signed()),
  'is garbage': 'garbage',
  'is empty but for its dots': '..',
};

for (const [why, token] of Object.entries(wrong)) {
  test(`a token that ${why} is refused`, async () => {
    const response = await ask('/tickets', token);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
    await assertProblem(response, 401, 'unauthenticated');
  });
}

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const otherKinds: Record<string, Promise<string>> = {
  'an ID token by its payload (Keycloak)': signed({ typ: 'ID' }),
  'an ID token with the hash of an access token': signed({ at_hash: 'x', typ: 'Bearer' }),
  'an ID token with the nonce of a sign-in': signed({ nonce: 'n' }),
  'an ID token with a nonce and a header of any JWT': signed({ nonce: 'n' }, 'JWT'),
  'a refresh token (Keycloak)': signed({ typ: 'Refresh' }),
  'an offline refresh token (Keycloak)': signed({ typ: 'Offline' }),
  'a logout token by its payload (Keycloak)': signed({ typ: 'Logout' }),
  'a logout token by its header': signed({}, 'logout+jwt'),
  'a logout token by its event': signed({ events: LOGOUT }),
  'a token of another kind by its header': signed({}, 'dpop+jwt'),
};

for (const [what, token] of Object.entries(otherKinds))
  test(`${what} is not a bearer token`, async () => {
    await assertProblem(await ask('/tickets', await token), 401, 'unauthenticated');
  });

test('an access token may state its type, and then have a nonce', async () => {
  for (const token of [
    signed({ typ: 'Bearer', nonce: 'n' }),
    signed({ nonce: 'n' }, 'at+jwt'),
    signed({}, 'application/at+jwt'),
    signed({}, 'JWT'),
    signed({ typ: 'Bearer' }, 'JWT'),
  ])
    assert.equal((await ask('/tickets', await token)).status, 200);
});

/** Checks tokens without HTTP, with an issuer whose keys a test changes. */
const asked = async () => {
  const held = { key: await importJWK(publicKey, 'ES256') };
  const found = async () => ({
    // Only the code flow uses the client.
    client: new Configuration({ issuer: `${publicUrl}/idp` }, 'none'),
    identifier: `${publicUrl}/idp`,
    keys: async () => held.key,
  });
  const options = { audiences, clockSkewS: 0, identity: contractClaims };
  const callers = bearerCallers(found, options);
  return {
    held,
    callerOf: async (token: string) => {
      const identity = await callers(token);
      return identity.ok ? identity.caller : undefined;
    },
  };
};

test('a checked token is cached while the issuer has its key; another token is checked', async () => {
  const { held, callerOf } = await asked();
  const token = await signed();
  for (let n = 0; n < 3; n++) assert.equal((await callerOf(token))?.id, 'someone');
  for (let n = 0; n < 2; n++) assert.equal(await callerOf(tampered(token)), undefined);
  assert.equal((await callerOf(await signed({ sub: 'another' })))?.id, 'another');
  held.key = (await generateKeyPair('ES256')).publicKey;
  assert.equal(await callerOf(token), undefined);
});

test('a cached token is refused after its expiry', async () => {
  const { callerOf } = await asked();
  const token = await signed({ exp: Math.floor(Date.now() / 1000) + 2 });
  assert.equal((await callerOf(token))?.id, 'someone');
  await until('it is refused', async () => (await callerOf(token)) === undefined);
  assert.ok(Date.now() / 1000 >= (decodeJwt(token).exp ?? 0));
});

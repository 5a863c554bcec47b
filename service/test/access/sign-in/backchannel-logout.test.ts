import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { tempFolder } from '../../support/temp-folder.ts';
import { useDatabase } from '../../support/test-database.ts';
import { contractClaims } from '../../support/test-sign-in-config.ts';
import { atEnd, untilEnd } from '../../support/until-end.ts';
import { browserWith, newBrowser } from './browser.ts';
import { startShapedIssuer } from './shaped-issuer.ts';
import { assertProblem, signInConfig, startServer } from './sign-in-desk.ts';

const SESSION = 'cpe_desk_session';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const database = await useDatabase();
const folder = untilEnd(await tempFolder());
const issuer = await startShapedIssuer();
atEnd(() => issuer.stop());
const config = {
  ...(await signInConfig(folder.path)),
  issuer: issuer.url,
  // The issuer ends sessions by its own `sub`, whatever names people here.
  identity: { ...contractClaims, subjectClaim: 'oid' },
};
const server = await startServer(database.pool, config);
atEnd(() => server.close());

const signedIn = async (sub: string, sid: string | undefined) => {
  issuer.answers.idToken = { sub, sid, oid: `oid of ${sub}`, roles: 'operator' };
  const browser = newBrowser(config.publicUrl);
  assert.equal((await issuer.signIn(browser)).search, '');
  return browser;
};

const logout = async (claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}) => {
  const given = { aud: config.clientId, jti: 'j', events: { [EVENT]: {} }, ...claims };
  return send(await issuer.sign(given, { typ: 'logout+jwt', ...header }));
};
const send = (token: string) =>
  fetch(`${config.publicUrl}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });
const isSignedIn = async (browser: { get(path: string): Promise<Response> }) =>
  (await browser.get('/auth/me')).status === 200;

test('the issuer ends one session by its sid, and all of a person by sub', async () => {
  const [one, two, another] = [
    await signedIn('olivia', 's-1'),
    await signedIn('olivia', 's-2'),
    await signedIn('rita', 's-3'),
  ];
  const cookie = two.cookies.get(SESSION)?.value ?? '';
  const answer = await logout({ sid: 's-1' });
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store']);
  assert.deepEqual(
    [await isSignedIn(one), await isSignedIn(two), await isSignedIn(another)],
    [false, true, true],
  );
  assert.equal((await logout({ sub: 'olivia' })).status, 200);
  assert.equal(await isSignedIn(browserWith(config.publicUrl, SESSION, cookie)), false);
  assert.equal(await isSignedIn(another), true);
  assert.equal((await logout({ sub: 'nobody' })).status, 200, 'nothing to end');
  const { rows } = await database.pool.connection.query({
    text: `select subject, detail from access_log where event = 'session-ended' order by id`,
  });
  const ended = { subject: 'oid of olivia', detail: { reason: 'ended-by-issuer' } };
  assert.deepEqual(rows, [ended, ended]);
});

test('a session that began after the logout token stays: the token may be a copy', async () => {
  const iat = Math.floor(Date.now() / 1000) - 30;
  const browser = await signedIn('sam', undefined);
  assert.equal((await logout({ sub: 'sam', iat })).status, 200);
  assert.equal(await isSignedIn(browser), true);
});

test('only a logout token of the issuer for this client ends sessions', async () => {
  const browser = await signedIn('olivia', 's-4');
  const now = Math.floor(Date.now() / 1000);
  const ends = { sid: 's-4' };
  const foreign = await startShapedIssuer();
  const refused: Record<string, Promise<Response>> = {
    'no event': logout({ ...ends, events: {} }),
    'an ID token': logout({ ...ends, events: undefined, nonce: 'n' }, { typ: 'JWT' }),
    'a nonce': logout({ ...ends, nonce: 'n' }),
    'another audience': logout({ ...ends, aud: 'another' }),
    'another issuer': logout({ ...ends, iss: 'https://evil.example' }),
    'nobody to sign out': logout({}),
    'no id': logout({ ...ends, jti: undefined }),
    'an old token': logout({ ...ends, iat: now - 3600 }),
    'an expired token': logout({ ...ends, exp: now - 60 }),
    'another type': logout(ends, { typ: 'at+jwt' }),
    'another key': foreign
      .sign({ ...ends, iss: issuer.url, aud: config.clientId, jti: 'j', events: { [EVENT]: {} } })
      .then(send),
    garbage: send('garbage'),
  };
  for (const [what, response] of Object.entries(refused)) {
    assert.equal((await response).status, 400, what);
    await assertProblem(await response, 400, 'malformed-request');
  }
  foreign.stop();
  const json = await fetch(`${config.publicUrl}/auth/backchannel-logout`, { method: 'POST' });
  assert.ok([400, 415].includes(json.status));
  assert.equal(await isSignedIn(browser), true);
  assert.equal((await logout(ends, { typ: 'JWT' })).status, 200, 'as Keycloak sends it');
  assert.equal(await isSignedIn(browser), false);
});

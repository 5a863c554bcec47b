import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACKGROUND } from '@cpe-desk/contract';
import {
  hashOf,
  isSealedToken,
  readSessionEnd,
} from '../../../src/access/sign-in/portal-session.ts';
import { browserWith, newBrowser, signIn } from './browser.ts';
import {
  assertProblem,
  bearerOf,
  callerIn,
  signInConfig,
  startServer,
  useSignInDesk,
} from './sign-in-desk.ts';

const SESSION = 'cpe_desk_session';

const desk = await useSignInDesk();
const { publicUrl } = desk.config;

const signedIn = async (person: string) => {
  const browser = desk.browser();
  await signIn(browser, person);
  const { value = '', attributes = '' } = browser.cookies.get(SESSION) ?? {};
  return { browser, value, attributes };
};
const query = async (text: string) => (await desk.db.connection.query({ text })).rows;

test('scripts cannot read the session cookie, and only its hash is stored', async () => {
  const { value, attributes } = await signedIn('demo-admin');
  assert.equal(Buffer.from(value.split('.')[0] ?? '', 'base64url').length, 32);
  assert.match(attributes, /Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax/);
  assert.doesNotMatch(attributes, /Secure/);
  const rows = await query('select * from portal_session');
  assert.ok(rows.length > 0);
  assert.ok(!JSON.stringify(rows).includes(value));
});

test('a session token proves that a desk created it', async () => {
  const { value } = await signedIn('demo-admin');
  const { sessionSecret } = desk.config;
  const [random, seal] = value.split('.');
  assert.equal(isSealedToken(value, sessionSecret), true);
  assert.equal(isSealedToken(value, new Uint8Array(32)), false);
  for (const token of [
    '',
    `${random}`,
    `${random}.`,
    `x${random}.${seal}`,
    `${random}.${seal}x`.slice(1),
  ])
    assert.equal(isSealedToken(token, sessionSecret), false, token);
});

test('on https the cookies are secure and bound to the host', async () => {
  const { publicUrl: plain, ...rest } = await signInConfig(desk.config.dataDir);
  const config = {
    ...rest,
    publicUrl: plain.replace('http:', 'https:'),
    issuer: `${publicUrl}/idp`,
  };
  const server = await startServer(desk.db, config);
  try {
    const [cookie] = (await newBrowser(plain).get('/auth/login')).headers.getSetCookie();
    assert.match(
      cookie ?? '',
      /^__Host-cpe_desk_sign_in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/,
    );
  } finally {
    await server.close();
  }
});

test('answers for signed-in people are never cached', async () => {
  const { browser } = await signedIn('demo-operator');
  assert.equal((await browser.get('/auth/me')).headers.get('cache-control'), 'no-store');
});

test('a sign-in replaces the session of the browser', async () => {
  const { browser, value } = await signedIn('demo-operator');
  await signIn(browser, 'demo-reviewer');
  assert.equal((await browser.get('/auth/me')).status, 200);
  const old = browserWith(publicUrl, SESSION, value);
  await assertProblem(await old.get('/auth/me'), 401, 'unauthenticated');
});

test('signing out ends the session in every browser with its cookie', async () => {
  const { browser, value } = await signedIn('demo-operator');
  const out = await browser.post('/auth/logout');
  assert.equal(out.status, 204);
  assert.equal(await out.text(), '');
  assert.ok(!browser.cookies.has(SESSION));
  const copy = browserWith(publicUrl, SESSION, value);
  await assertProblem(await copy.get('/auth/me'), 401, 'unauthenticated');
  assert.equal((await copy.post('/auth/logout')).status, 204);
});

test('another site cannot sign a person out', async () => {
  const { browser } = await signedIn('demo-operator');
  await assertProblem(
    await browser.post('/auth/logout', { origin: 'http://evil.example' }),
    403,
    'forbidden',
  );
  assert.equal((await browser.get('/auth/me')).status, 200);
});

test('a session ends after its lifetime, and the next sign-in removes it', async () => {
  const { browser } = await signedIn('demo-operator');
  await query("update portal_session set expires_at = now() - interval '1 second'");
  await assertProblem(await browser.get('/auth/me'), 401, 'unauthenticated');
  await signedIn('demo-operator');
  assert.equal((await query('select 1 from portal_session')).length, 1);
});

test('an idle session ends, and each use prolongs it', async () => {
  const { browser } = await signedIn('demo-operator');
  await query("update portal_session set seen_at = now() - interval '59 minutes'");
  assert.equal((await browser.get('/auth/me')).status, 200);
  const [row] = await query(
    "select max(seen_at) > now() - interval '1 minute' as is_fresh from portal_session",
  );
  assert.deepEqual(row, { is_fresh: true });
  await query("update portal_session set seen_at = now() - interval '61 minutes'");
  await assertProblem(await browser.get('/auth/me'), 401, 'unauthenticated');
});

test('signing out everywhere ends all sessions of the person, and no others', async () => {
  const [here, there, other] = [
    await signedIn('demo-operator'),
    await signedIn('demo-operator'),
    await signedIn('demo-admin'),
  ];
  assert.equal((await here.browser.post('/auth/logout?everywhere=true')).status, 204);
  for (const { value } of [here, there])
    await assertProblem(
      await browserWith(publicUrl, SESSION, value).get('/auth/me'),
      401,
      'unauthenticated',
    );
  assert.equal((await other.browser.get('/auth/me')).status, 200);
});

test('a role that no longer exists gives no rights to an older session', async () => {
  const { browser } = await signedIn('demo-operator');
  await query(
    "update portal_session set roles = array['emperor'], segment_groups = array['SME', 'MOON']",
  );
  const { roles, segmentGroups, actions } = await callerIn(await browser.get('/auth/me'));
  assert.deepEqual(
    { roles, segmentGroups, actions },
    { roles: [], segmentGroups: ['SME'], actions: [] },
  );
});

test('sessions and tokens survive a restart', async () => {
  const { browser } = await signedIn('demo-operator');
  const bearer = await bearerOf(desk, 'demo-operator');
  await desk.pause();
  await desk.start();
  assert.equal((await browser.get('/auth/me')).status, 200);
  assert.equal((await desk.ask('/auth/me', bearer)).status, 200);
});

test('a request that a page makes automatically does not extend the session', async () => {
  const { browser, value } = await signedIn('demo-operator');
  const end = async () => (await readSessionEnd(desk.db, value, desk.config))?.getTime() ?? 0;
  await desk.db.connection.query({
    text: `update portal_session set seen_at = now() - interval '10 minutes' where token_hash = $1`,
    values: [hashOf(value)],
  });
  const before = await end();
  await browser.get('/auth/me', { [BACKGROUND]: '1' });
  assert.equal(await end(), before);
  await browser.get('/auth/me');
  assert.ok((await end()) > before);
});

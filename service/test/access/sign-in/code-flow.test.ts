import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPT_MINUTES, sealAttempt } from '../../../src/access/sign-in/sign-in-attempt.ts';
import { browserWith, locationOf, newBrowser, reachCallback, signIn } from './browser.ts';
import {
  assertProblem,
  callerIn,
  signInConfig,
  startServer,
  useSignInDesk,
} from './sign-in-desk.ts';

const SESSION = 'cpe_desk_session';
const ATTEMPT = 'cpe_desk_sign_in';

const desk = await useSignInDesk();
const { publicUrl } = desk.config;

test('picking a person signs this person in and returns to the requested page', async () => {
  const browser = desk.browser();
  const end = await signIn(browser, 'demo-operator-sme', '/auth/login?returnTo=/tickets?q=a%26b');
  assert.equal(end.href, `${publicUrl}/tickets?q=a&b`);

  const { actions, ...caller } = await callerIn(await browser.get('/auth/me'));
  assert.deepEqual(caller, {
    id: 'demo-operator-sme',
    name: 'Sam Sme',
    roles: ['operator'],
    segmentGroups: ['SME'],
  });
  assert.ok(actions.includes('cpe-update:request'));
});

test('each sign-in asks for the person again', async () => {
  const browser = desk.browser();
  await signIn(browser, 'demo-operator');
  await signIn(browser, 'demo-admin');
  assert.equal((await callerIn(await browser.get('/auth/me'))).id, 'demo-admin');
});

test('the authorization request has PKCE and a nonce; the provider requires PKCE', async () => {
  const url = locationOf(await desk.browser().get('/auth/login'));
  assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
  assert.ok(url.searchParams.get('nonce'));
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  const refused = locationOf(await desk.browser().get(url));
  assert.equal(refused.searchParams.get('error'), 'invalid_request');
});

test('a callback with a wrong, repeated or missing state is malformed, and signs nobody in', async () => {
  const browser = desk.browser();
  const callback = await reachCallback(browser, 'demo-operator');
  const state = callback.searchParams.get('state');
  const queries = [
    `code=x&state=${state}x`,
    'code=x&state=',
    'code=x',
    `state=${state}&state=${state}`,
    '',
  ];
  for (const query of queries) {
    await assertProblem(await browser.get(`/auth/callback?${query}`), 400, 'malformed-request');
  }
  assert.ok(!browser.cookies.has(SESSION));
});

test('a callback that another browser began is malformed', async () => {
  const callback = await reachCallback(desk.browser(), 'demo-operator');
  const victim = desk.browser();
  await assertProblem(await victim.get(callback), 400, 'malformed-request');
  await victim.get('/auth/login');
  await assertProblem(await victim.get(callback), 400, 'malformed-request');
  assert.ok(!victim.cookies.has(SESSION));
});

test('a callback works once, even with the same cookie', async () => {
  const browser = desk.browser();
  const callback = await reachCallback(browser, 'demo-operator');
  const copy = newBrowser(publicUrl, new Map(browser.cookies));
  assert.equal(locationOf(await browser.get(callback)).href, `${publicUrl}/`);
  await assertProblem(await browser.get(callback), 400, 'malformed-request');
  assert.equal(locationOf(await copy.get(callback)).href, `${publicUrl}/?sign-in-failed=failed`);
  assert.ok(!copy.cookies.has(SESSION));
});

test('an attempt that is changed, sealed with another key or too old is malformed', async (t) => {
  const attempt = { state: 's', nonce: 'n', codeVerifier: 'v', returnTo: '/' };
  const sealed = await sealAttempt(attempt, desk.config.sessionSecret);
  const foreign = await sealAttempt(attempt, new Uint8Array(32).fill(8));
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() - (ATTEMPT_MINUTES + 1) * 60_000 });
  const old = await sealAttempt(attempt, desk.config.sessionSecret);
  t.mock.timers.reset();
  for (const value of [`${sealed.slice(0, -2)}AA`, foreign, old, 'garbage', 'a.b.c.d.e', '']) {
    const browser = browserWith(publicUrl, ATTEMPT, value);
    await assertProblem(
      await browser.get('/auth/callback?code=x&state=s'),
      400,
      'malformed-request',
    );
  }
  // A valid attempt succeeds: above it is the seal that counts.
  const browser = browserWith(publicUrl, ATTEMPT, sealed);
  const answer = await browser.get('/auth/callback?code=x&state=s');
  assert.equal(locationOf(answer).search, '?sign-in-failed=failed');
});

test('a refusal of the issuer reaches the portal', async () => {
  const browser = desk.browser();
  const state = locationOf(await browser.get('/auth/login')).searchParams.get('state');
  const issuer = encodeURIComponent(`${publicUrl}/idp`);
  const answer = await browser.get(
    `/auth/callback?error=access_denied&state=${state}&iss=${issuer}`,
  );
  assert.equal(locationOf(answer).href, `${publicUrl}/?sign-in-failed=refused`);
});

test('an issuer that does not answer is reported, and asked again next time', async () => {
  const config = { ...(await signInConfig(desk.config.dataDir)), issuer: `${publicUrl}/idp` };
  const server = await startServer(desk.db, config);
  await desk.pause();
  try {
    const browser = newBrowser(config.publicUrl);
    assert.equal(
      locationOf(await browser.get('/auth/login')).search,
      '?sign-in-failed=unavailable',
    );
    const headers = { authorization: 'Bearer a.b.c' };
    await assertProblem(
      await fetch(`${config.publicUrl}/auth/me`, { headers }),
      503,
      'unavailable',
    );
    await desk.start();
    assert.equal(locationOf(await browser.get('/auth/login')).pathname, '/idp/auth');
  } finally {
    await server.close();
  }
});

test('returnTo never leads to another site', async () => {
  const refused = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
  ];
  const absurd = [
    'javascript:alert(1)',
    'evil.example',
    '',
    '/\n//evil.example',
    `/${'x'.repeat(5000)}`,
  ];
  const harmless = [
    '/.//evil.example',
    '/@evil.example',
    '/%2f%2fevil.example',
    '/tickets/é?x=//y#z',
  ];
  for (const returnTo of [...refused, ...absurd, ...harmless]) {
    const login = `/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
    const end = await signIn(desk.browser(), 'demo-operator', login);
    assert.equal(end.origin, publicUrl, returnTo);
    if (!harmless.includes(returnTo)) assert.equal(end.href, `${publicUrl}/`, returnTo);
  }
});

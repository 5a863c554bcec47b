import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { newBrowser, reachCallback, signIn } from '../access/sign-in/browser.ts';
import { startTestDesk } from '../support/desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { postUpdate, sendUpdate } from '../support/updates.ts';

test('no token, cookie, code or secret is in the log of any level, whatever goes wrong', async () => {
  let logged = '';
  const log = pino(
    { level: 'trace' },
    new Writable({
      write(chunk, _, done) {
        logged += String(chunk);
        done();
      },
    }),
  );
  await using desk = await startTestDesk({ log });
  const secrets = new Map<string, string>();
  const remember = (what: string, value: string | null | undefined) => {
    assert.ok(value, what);
    secrets.set(what, value);
  };

  const { operator } = desk;
  const authorization = await operator.authorization();
  remember('bearer token', authorization.replace('Bearer ', ''));
  const { id } = await addTestLine(desk.db);
  await sendUpdate(operator, id);
  await postUpdate(operator, id, '{"not json');
  await postUpdate(operator, id, { current: 1 });

  const browser = newBrowser(desk.origin);
  const callback = await reachCallback(browser, 'demo-supervisor');
  for (const name of ['code', 'state'])
    remember(`callback's ${name}`, callback.searchParams.get(name));
  remember('attempt cookie', browser.cookies.get('cpe_desk_sign_in')?.value);
  await browser.get(callback);
  await browser.get(callback);
  await signIn(browser, 'demo-supervisor');
  remember('session cookie', browser.cookies.get('cpe_desk_session')?.value);
  await browser.get('/auth/me');
  await browser.get(`/auth/callback?code=secret-code-of-a-forger&state=secret-state-of-a-forger`);
  secrets.set('a forged code', 'secret-code-of-a-forger');
  await browser.post('/auth/logout', { origin: 'http://evil.example' });
  for (const token of [`${authorization}x`, 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'])
    await fetch(`${desk.origin}/auth/me`, { headers: { authorization: token } });
  secrets.set('an unsigned token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0');
  secrets.set('client secret', btoa('demo-operator:demo'));
  await desk.db.connection.query({ text: 'drop table portal_session', name: 'drop', values: [] });
  await browser.get('/auth/me');

  assert.match(logged, /"route":"\/ticket\/ctt\/cpe\/update/, 'the log has requests');
  assert.match(logged, /unexpected error/, 'the log has errors');
  for (const [what, secret] of secrets) assert.ok(!logged.includes(secret), what);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { dropClearIdTokens } from '../../../src/access/sign-in/portal-session.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { contractClaims } from '../../support/test-sign-in-config.ts';
import { until } from '../../support/until.ts';
import { untilEnd } from '../../support/until-end.ts';
import { type Browser, locationOf, newBrowser } from './browser.ts';
import { assertProblem, callerIn, signInConfig, startServer } from './sign-in-desk.ts';

const ISSUER = fileURLToPath(new URL('external-issuer.ts', import.meta.url));

const stack = untilEnd(new AsyncDisposableStack());
const folder = stack.use(await tempFolder());
const database = stack.use(await createTestDatabase());
const issuerPort = await freePort();
const issuer = `http://localhost:${issuerPort}`;
const config = {
  ...(await signInConfig(folder.path)),
  issuer,
  clientId: 'desk',
  clientSecret: 'a secret of the desk and the issuer',
  audiences: ['desk-api'],
  identity: {
    ...contractClaims,
    rolesClaim: 'desk_roles',
    segmentGroupsClaim: 'https://telco/segments',
  },
};
const { publicUrl } = config;

const child = spawn(process.execPath, [ISSUER], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: {
    ...process.env,
    ISSUER_URL: issuer,
    CALLBACK_URL: `${publicUrl}/auth/callback`,
    AFTER_LOGOUT_URL: `${publicUrl}/`,
    ISSUER_PERSON: 'erin',
  },
});
stack.defer(() => void child.kill());
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
/** The library answers there too. */
const says = async (what: string): Promise<void> => {
  for (let line = await lines.next(); line.value !== what; line = await lines.next())
    assert.ok(!line.done, `The issuer ended and did not say ${what}`);
};
await says('ready');
const server = await startServer(database.pool, config);
stack.defer(() => server.close());

/** One browser for each site, since each has its own cookies. */
const signIn = async (): Promise<{ desk: Browser; atIssuer: Browser }> => {
  const [desk, atIssuer] = [newBrowser(publicUrl), newBrowser(issuer)];
  const interaction = locationOf(await atIssuer.get(locationOf(await desk.get('/auth/login'))));
  const resumed = locationOf(await atIssuer.get(interaction));
  const callback = locationOf(await atIssuer.get(resumed));
  assert.equal(locationOf(await desk.get(callback)).href, `${publicUrl}/`);
  return { desk, atIssuer };
};

const token = async (): Promise<string> => {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('desk:a+secret+of+the+desk+and+the+issuer')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
};
const me = (bearer: string) =>
  fetch(`${publicUrl}/auth/me`, { headers: { authorization: `Bearer ${bearer}` } });

test('an external issuer signs people in with roles of its configured claims', async () => {
  const { desk } = await signIn();
  const { actions, ...caller } = await callerIn(await desk.get('/auth/me'));
  assert.deepEqual(caller, {
    id: 'erin',
    name: 'Erin External',
    roles: ['supervisor'],
    segmentGroups: ['SME'],
  });
  assert.ok(actions.includes('cpe-update:settle'));
});

test('programs use bearer tokens of the issuer', async () => {
  const { roles, segmentGroups } = await callerIn(await me(await token()));
  assert.deepEqual([roles, segmentGroups], [['supervisor'], ['SME']]);
});

test('signing out ends the sessions of the desk and of the issuer', async () => {
  const { desk, atIssuer } = await signIn();
  const answer = await desk.post('/auth/logout');
  assert.equal(answer.status, 200);
  const { endSessionUrl } = z.object({ endSessionUrl: z.url() }).parse(await answer.json());
  await assertProblem(await desk.get('/auth/me'), 401, 'unauthenticated');
  const url = new URL(endSessionUrl);
  assert.deepEqual(
    [url.origin, url.searchParams.get('post_logout_redirect_uri')],
    [issuer, `${publicUrl}/`],
  );
  // The page of the issuer asks for a confirmation, which a script sends; here the test sends it.
  const page = await (await atIssuer.get(endSessionUrl)).text();
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1];
  assert.ok(xsrf, page);
  const confirm = await fetch(`${issuer}/session/end/confirm`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: [...atIssuer.cookies].map(([name, { value }]) => `${name}=${value}`).join('; '),
    },
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  });
  assert.equal(locationOf(confirm).href, `${publicUrl}/`);
});

const idTokens = async (): Promise<(string | null)[]> => {
  const { rows } = await database.pool.connection.query({
    text: 'select id_token from portal_session',
  });
  return rows.map(({ id_token }) => id_token);
};

test('the ID token is stored sealed, and refused as a bearer token', async () => {
  const { desk } = await signIn();
  const kept = await idTokens();
  assert.ok(kept.length > 0);
  for (const text of kept) assert.match(text ?? '', /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  const answer = z
    .object({ endSessionUrl: z.url() })
    .parse(await (await desk.post('/auth/logout')).json());
  const idToken = new URL(answer.endSessionUrl).searchParams.get('id_token_hint');
  assert.equal(decodeJwt(idToken ?? '').aud, config.clientId);
  const other = { ...(await signInConfig(folder.path)), issuer, audiences: [config.clientId] };
  const server = await startServer(database.pool, other);
  try {
    const headers = { authorization: `Bearer ${idToken}` };
    await assertProblem(
      await fetch(`${other.publicUrl}/auth/me`, { headers }),
      401,
      'unauthenticated',
    );
  } finally {
    await server.close();
  }
});

test('an ID token that an older release stored in clear is removed', async () => {
  const [first, second] = [(await signIn()).desk, (await signIn()).desk];
  await database.pool.connection.query({ text: "update portal_session set id_token = 'a.b.c'" });
  assert.equal((await first.post('/auth/logout')).status, 204);
  const { desk: sealed } = await signIn();
  await dropClearIdTokens(database.pool);
  assert.equal((await idTokens()).filter((text) => text !== null).length, 1);
  assert.equal((await second.post('/auth/logout')).status, 204);
  assert.equal((await sealed.post('/auth/logout')).status, 200);
});

test('after the issuer changes its keys only tokens of the new keys are valid', async () => {
  const before = await token();
  assert.equal((await me(before)).status, 200);
  child.stdin.write('rotate\n');
  await says('rotated');
  const now = await token();
  await until('the new key is known', async () => (await me(now)).status === 200);
  await assertProblem(await me(before), 401, 'unauthenticated');
  await until('people sign in with the new keys', async () => {
    const { desk } = await signIn().catch(() => ({ desk: undefined }));
    return desk !== undefined && (await desk.get('/auth/me')).status === 200;
  });
});

test('while the issuer does not answer, sessions continue and signing out works', async () => {
  const { desk } = await signIn();
  const another = newBrowser(publicUrl);
  const atIssuer = newBrowser(issuer);
  const interaction = locationOf(await atIssuer.get(locationOf(await another.get('/auth/login'))));
  const callback = locationOf(await atIssuer.get(locationOf(await atIssuer.get(interaction))));
  const gone = once(child, 'exit');
  child.kill();
  await gone;
  assert.equal(locationOf(await another.get(callback)).search, '?sign-in-failed=unavailable');
  assert.equal((await desk.get('/auth/me')).status, 200);
  assert.ok([200, 204].includes((await desk.post('/auth/logout')).status));
  await assertProblem(await desk.get('/auth/me'), 401, 'unauthenticated');
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { tempFolder } from '../../support/temp-folder.ts';
import { useDatabase } from '../../support/test-database.ts';
import { atEnd, untilEnd } from '../../support/until-end.ts';
import { type Browser, browserWith, newBrowser } from './browser.ts';
import { startShapedIssuer } from './shaped-issuer.ts';
import { assertProblem, callerIn, signInConfig, startServer } from './sign-in-desk.ts';

const SESSION = 'cpe_desk_session';
const database = await useDatabase();
const folder = untilEnd(await tempFolder());
const issuer = await startShapedIssuer();
atEnd(() => issuer.stop());
const config = { ...(await signInConfig(folder.path)), issuer: issuer.url };
const server = await startServer(database.pool, config);
atEnd(() => server.close());
// Another instance, which browsers reach at another address.
const other = { ...config, publicUrl: (await signInConfig(folder.path)).publicUrl };
const otherServer = await startServer(database.pool, other);
atEnd(() => otherServer.close());

const query = async (text: string) => (await database.pool.connection.query({ text })).rows;
const becomeOld = () =>
  query(`update portal_session
            set roles_read_at = roles_read_at - interval '16 min', renewing_until = null`);
const lastEntry = async () =>
  (await query('select event, subject, detail from access_log order by id desc limit 1'))[0];
const refreshes = () =>
  issuer.asked
    .filter(({ body }) => body.get('grant_type') === 'refresh_token')
    .map(({ body }) => body.get('refresh_token'));

beforeEach(async () => {
  await query('delete from portal_session');
  issuer.asked.length = 0;
  Object.assign(issuer.answers, {
    idToken: { name: 'Olivia', roles: ['operator'], segment_groups: ['SME'] },
    userinfo: undefined,
    userinfoStatus: 401,
    refreshToken: 'refresh-1',
    error: undefined,
    hasIdTokenOnRefresh: true,
  });
});

const signedIn = async (): Promise<Browser> => {
  const browser = newBrowser(config.publicUrl);
  assert.equal((await issuer.signIn(browser)).search, '');
  return browser;
};
const rightsOf = async (browser: Browser) => {
  const { roles, segmentGroups } = await callerIn(await browser.get('/auth/me'));
  return [roles, segmentGroups];
};

test('roles are read again after 15 minutes, and the change is in the access log', async () => {
  const browser = await signedIn();
  issuer.answers.idToken = { name: 'Olivia', roles: ['reviewer'], segment_groups: ['ENTERPRISE'] };
  issuer.answers.refreshToken = 'refresh-2';
  assert.deepEqual(await rightsOf(browser), [['operator'], ['SME']]);
  await becomeOld();
  assert.deepEqual(await rightsOf(browser), [['reviewer'], ['ENTERPRISE']]);
  assert.deepEqual(await lastEntry(), {
    event: 'roles-changed',
    subject: 'sub-1',
    detail: {
      rolesBefore: ['operator'],
      roles: ['reviewer'],
      segmentGroupsBefore: ['SME'],
      segmentGroups: ['ENTERPRISE'],
    },
  });
  await becomeOld();
  await rightsOf(browser);
  assert.deepEqual(refreshes(), ['refresh-1', 'refresh-2'], 'the issuer gave a new token');
});

test('refresh tokens are stored sealed', async () => {
  await signedIn();
  const [row] = await query('select refresh_token from portal_session');
  assert.match(row?.refresh_token, /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('many requests at two instances use a refresh token once', async () => {
  const browser = await signedIn();
  const cookie = browser.cookies.get(SESSION)?.value ?? '';
  const atOther = browserWith(other.publicUrl, SESSION, cookie);
  await becomeOld();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => (n % 2 ? browser : atOther).get('/auth/me')),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.deepEqual(refreshes(), ['refresh-1']);
});

test('a session ends when the issuer refuses its token, or gives no role any more', async () => {
  const ends: [change: object, reason: string][] = [
    [{ error: { error: 'invalid_grant' } }, 'refused-by-issuer'],
    [{ idToken: { roles: ['janitor'] } }, 'no-role'],
    [{ idToken: { roles: ['operator'], _claim_names: { groups: 'src1' } } }, 'group-overage'],
  ];
  for (const [change, reason] of ends) {
    const browser = await signedIn();
    Object.assign(issuer.answers, change);
    await becomeOld();
    await assertProblem(await browser.get('/auth/me'), 401, 'unauthenticated');
    const entry = await lastEntry();
    assert.deepEqual(entry, { event: 'session-ended', subject: 'sub-1', detail: { reason } });
    Object.assign(issuer.answers, {
      error: undefined,
      idToken: { roles: ['operator'], segment_groups: [] },
    });
  }
});

test('a session keeps its roles while the issuer fails, and is not asked for at each request', async () => {
  const browser = await signedIn();
  issuer.answers.error = { error: 'temporarily_unavailable' };
  await becomeOld();
  for (let n = 0; n < 3; n++) assert.deepEqual(await rightsOf(browser), [['operator'], ['SME']]);
  assert.equal(refreshes().length, 1);
});

test('without an ID token the roles come from userinfo; without both they stay', async () => {
  const browser = await signedIn();
  issuer.answers.hasIdTokenOnRefresh = false;
  issuer.answers.userinfo = { sub: 'sub-1', roles: ['supervisor'], segment_groups: ['SME'] };
  await becomeOld();
  assert.deepEqual(await rightsOf(browser), [['supervisor'], ['SME']]);
  issuer.answers.userinfo = undefined;
  await becomeOld();
  assert.deepEqual(await rightsOf(browser), [['supervisor'], ['SME']]);
});

test('a session without a refresh token asks the issuer nothing', async () => {
  issuer.answers.refreshToken = undefined;
  const browser = await signedIn();
  await becomeOld();
  assert.deepEqual(await rightsOf(browser), [['operator'], ['SME']]);
  assert.deepEqual(refreshes(), []);
});

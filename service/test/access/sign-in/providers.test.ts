import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { segmentGroups } from '@cpe-desk/contract';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { identityConfig } from '../../../src/config/claims.ts';
import { readConfig } from '../../../src/config/config.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { useDatabase } from '../../support/test-database.ts';
import { untilEnd } from '../../support/until-end.ts';
import { newBrowser } from './browser.ts';
import { startShapedIssuer } from './shaped-issuer.ts';
import { assertProblem, callerIn, signInConfig, startServer } from './sign-in-desk.ts';

/*
 * Tokens in the shapes that providers document, from an issuer of the test. What a provider sends
 * is from its documentation (docs/run/sign-in/), not from its servers.
 */

type Provider = {
  /** In docs/run/sign-in/. */
  page: string;
  /** Algorithm that signs the tokens. */
  alg?: string;
  /** A person's ID token, and what userinfo adds. */
  idToken: JWTPayload;
  userinfo?: JWTPayload;
  person: [id: string, name: string, roles: string[], groups: readonly string[]];
  /** A program's access token. */
  accessToken: JWTPayload;
  accessHeader?: Partial<JWTHeaderParameters>;
  program: [id: string, name: string, roles: string[], groups: readonly string[]];
  /** Changes of the access token that make it invalid. */
  traps: Record<string, JWTPayload | ((url: string) => JWTPayload)>;
};

const DOCUMENTS = new URL('../../../../docs/run/sign-in/', import.meta.url);

/** The settings that a provider's page gives. */
const settingsOf = async (page: string): Promise<Record<string, string>> => {
  const document = await readFile(new URL(page, DOCUMENTS), 'utf8');
  const lines = /```sh\n(OIDC_ISSUER=.*?)```/s.exec(document)?.[1]?.trim().split('\n') ?? [];
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return [name, value.replace(/^'(.*)'$/, '$1')];
    }),
  );
};

const providers: Record<string, Provider> = {
  'Keycloak (roles of the realm)': {
    page: 'keycloak.md',
    alg: 'RS256',
    // Keycloak leaves the roles out of the ID token; its userinfo can have them.
    idToken: { typ: 'ID', preferred_username: 'olivia', sid: 's', azp: 'cpe-desk-portal' },
    userinfo: {
      sub: 'sub-1',
      realm_access: { roles: ['operator', 'offline_access'] },
      resource_access: { 'cpe-desk': { roles: ['SME'] } },
    },
    person: ['sub-1', 'olivia', ['operator'], ['SME']],
    accessToken: {
      typ: 'Bearer',
      aud: ['account', 'cpe-desk'],
      azp: 'billing',
      sub: 'b1',
      preferred_username: undefined,
      client_id: 'billing',
      realm_access: { roles: ['reviewer', 'uma_authorization'] },
      resource_access: { 'cpe-desk': { roles: ['SME', 'ENTERPRISE'] } },
    },
    program: ['b1', 'billing (program)', ['reviewer'], ['ENTERPRISE', 'SME']],
    traps: {
      'an ID token': { typ: 'ID' },
      'a refresh token': { typ: 'Refresh' },
      'a token for account only': { aud: 'account' },
      'a token with a nonce that states no kind': { typ: undefined, nonce: 'n' },
    },
  },
  'Entra ID': {
    page: 'entra-id.md',
    alg: 'PS256',
    idToken: {
      oid: 'o-1',
      name: 'Olivia',
      tid: 't',
      ver: '2.0',
      roles: ['CpeDesk.Operator', 'CpeDesk.Sme'],
    },
    person: ['o-1', 'Olivia', ['operator'], ['SME']],
    accessToken: {
      aud: 'APPLICATION-ID',
      oid: 'o-2',
      sub: 'pairwise',
      azp: '5f2c',
      idtyp: 'app',
      roles: ['CpeDesk.Reviewer', 'CpeDesk.AllSegments'],
      tid: 't',
      ver: '2.0',
    },
    program: ['o-2', '5f2c (program)', ['reviewer'], segmentGroups],
    traps: {
      'a token of another tenant': { iss: 'https://login.microsoftonline.com/other/v2.0' },
      'a token for Microsoft Graph': { aud: '00000003-0000-0000-c000-000000000000' },
      'a token without oid': { oid: undefined },
    },
  },
  'Okta (custom authorization server)': {
    page: 'okta.md',
    idToken: {
      name: 'Olivia',
      preferred_username: 'olivia@telco.example',
      groups: ['Everyone', 'cpe-operators', 'seg-sme'],
    },
    person: ['sub-1', 'Olivia', ['operator'], ['SME']],
    accessToken: {
      aud: 'api://default',
      cid: '0oa1',
      sub: '0oa1',
      groups: ['cpe-leads', 'seg-all'],
    },
    program: ['0oa1', '0oa1 (program)', ['supervisor'], segmentGroups],
    traps: {
      'a token of the org server': (url) => ({ aud: url }),
      'a token that names no audience': { aud: undefined },
    },
  },
  Zitadel: {
    page: 'zitadel.md',
    idToken: { name: 'Olivia' },
    userinfo: {
      sub: 'sub-1',
      'urn:zitadel:iam:org:project:roles': {
        'cpe-operators': { 111: 'telco.example' },
        'seg-sme': { 111: 'telco.example' },
      },
      // Roles of another project have a claim of their own.
      'urn:zitadel:iam:org:project:999:roles': { 'cpe-leads': { 111: 'telco.example' } },
    },
    person: ['sub-1', 'Olivia', ['operator'], ['SME']],
    accessToken: {
      aud: ['PROJECT-ID', '7777'],
      client_id: 'billing',
      sub: '42',
      'urn:zitadel:iam:org:project:roles': { 'cpe-leads': { 111: 'x' }, 'seg-all': { 111: 'x' } },
    },
    program: ['42', 'billing (program)', ['supervisor'], segmentGroups],
    traps: { 'a token of another project': { aud: ['7777'] } },
  },
  Auth0: {
    page: 'auth0.md',
    idToken: {
      name: 'Olivia',
      'https://desk.telco.example/roles': ['operator'],
      'https://desk.telco.example/segment_groups': ['SME'],
    },
    person: ['sub-1', 'Olivia', ['operator'], ['SME']],
    accessToken: {
      aud: ['https://desk.telco.example', 'https://telco.eu.auth0.com/userinfo'],
      azp: 'abc',
      sub: 'abc@clients',
      gty: 'client-credentials',
      'https://desk.telco.example/roles': ['reviewer'],
      'https://desk.telco.example/segment_groups': ['SME'],
    },
    accessHeader: { typ: 'at+jwt' },
    program: ['abc@clients', 'abc (program)', ['reviewer'], ['SME']],
    traps: { 'a token for userinfo only': { aud: 'https://telco.eu.auth0.com/userinfo' } },
  },
  glewlwyd: {
    page: 'glewlwyd.md',
    alg: 'ES384',
    idToken: { name: 'Olivia', roles: 'operator reviewer', segment_groups: 'SME,ENTERPRISE' },
    person: ['sub-1', 'Olivia', ['operator', 'reviewer'], ['ENTERPRISE', 'SME']],
    accessToken: {
      aud: 'cpe-desk',
      client_id: 'billing',
      sub: 'b',
      type: 'client_token',
      roles: 'reviewer',
      segment_groups: 'SME,ENTERPRISE',
    },
    accessHeader: { typ: 'at+jwt' },
    program: ['b', 'billing (program)', ['reviewer'], ['ENTERPRISE', 'SME']],
    traps: { 'a token whose audience is its scope': { aud: 'openid' } },
  },
};

const database = await useDatabase();
const folder = untilEnd(await tempFolder());
const base = await signInConfig(folder.path);

const withSettings = (issuer: string, given: Record<string, string>) => {
  const read = readConfig(given);
  assert.ok(read.ok, read.ok ? '' : read.messages.join());
  return {
    ...base,
    issuer,
    audiences: read.config.OIDC_AUDIENCE,
    identity: identityConfig(read.config),
  };
};

for (const [name, provider] of Object.entries(providers)) {
  const { page, alg = 'RS256', idToken, userinfo, accessToken, accessHeader } = provider;
  const start = async () => {
    const settings = await settingsOf(page);
    const issuer = await startShapedIssuer({ alg });
    const server = await startServer(database.pool, withSettings(issuer.url, settings));
    return { issuer, server };
  };
  let running: Awaited<ReturnType<typeof start>>;
  const ask = async (claims: JWTPayload, path = '/auth/me', header = accessHeader) =>
    fetch(`${base.publicUrl}${path}`, {
      headers: { authorization: `Bearer ${await running.issuer.sign(claims, header)}` },
    });
  const summary = async (response: Response) => {
    const { id, name: shown, roles, segmentGroups: groups } = await callerIn(response);
    return [id, shown, roles, groups];
  };

  test(`${name}: people and programs have their rights, and traps are refused`, async () => {
    running = await start();
    try {
      Object.assign(running.issuer.answers, { idToken, userinfo });
      const browser = newBrowser(base.publicUrl);
      assert.equal((await running.issuer.signIn(browser)).pathname, '/');
      assert.deepEqual(await summary(await browser.get('/auth/me')), provider.person);
      assert.deepEqual(await summary(await ask(accessToken)), provider.program);
      for (const [what, trap] of Object.entries(provider.traps)) {
        const changes = typeof trap === 'function' ? trap(running.issuer.url) : trap;
        const response = await ask({ ...accessToken, ...changes }, '/auth/me', {});
        assert.equal(response.status, 401, `${name}: ${what}`);
        await assertProblem(response, 401, 'unauthenticated');
      }
    } finally {
      await running.server.close();
      running.issuer.stop();
    }
  });
}

const OVERAGE = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'x' } } };

const withIssuer = async (
  settings: Record<string, string>,
  work: (issuer: Awaited<ReturnType<typeof startShapedIssuer>>) => Promise<void>,
  alg?: string,
) => {
  await using stack = new AsyncDisposableStack();
  const issuer = await startShapedIssuer(alg ? { alg } : {});
  stack.defer(() => issuer.stop());
  const server = await startServer(database.pool, withSettings(issuer.url, settings));
  stack.defer(() => server.close());
  await work(issuer);
};

const bearer = async (token: Promise<string>) =>
  fetch(`${base.publicUrl}/tickets`, { headers: { authorization: `Bearer ${await token}` } });

test('a link instead of groups (Entra ID) is refused, with advice', () =>
  withIssuer({ OIDC_SEGMENT_GROUPS_CLAIM: 'groups' }, async (issuer) => {
    const claims = { aud: 'cpe-desk', sub: 's', roles: ['operator'], ...OVERAGE };
    const refused = await bearer(issuer.sign(claims));
    assert.match(await refused.clone().text(), /app roles/);
    await assertProblem(refused, 403, 'group-overage');
    assert.equal((await bearer(issuer.sign({ ...claims, groups: ['SME'] }))).status, 200);
    issuer.answers.idToken = { roles: ['operator'], ...OVERAGE };
    const end = await issuer.signIn(newBrowser(base.publicUrl));
    assert.equal(end.search, '?sign-in-failed=group-overage');
  }));

test('a person whom the claims give no role gets no session; the log names the claims', () =>
  withIssuer({}, async (issuer) => {
    issuer.answers.idToken = { name: 'Nora', roles: ['janitor'], groups: ['secret-group'] };
    const browser = newBrowser(base.publicUrl);
    assert.equal((await issuer.signIn(browser)).search, '?sign-in-failed=no-role');
    await assertProblem(await browser.get('/auth/me'), 401, 'unauthenticated');
    const { rows } = await database.pool.connection.query({
      text: `select subject, detail from access_log where event = 'sign-in-refused' order by id desc`,
    });
    const { subject, detail } = rows[0] ?? {};
    assert.deepEqual([subject, detail.reason], ['sub-1', 'no-role']);
    assert.ok(detail.claims.includes('groups') && detail.claims.includes('roles'));
    assert.doesNotMatch(JSON.stringify(detail), /janitor|secret-group|Nora/);
  }));

test('the entry of a sign-in lists the values that count for nothing', () =>
  withIssuer({}, async (issuer) => {
    issuer.answers.idToken = { roles: ['operator', 'janitor'], segment_groups: 'SME MOON' };
    await issuer.signIn(newBrowser(base.publicUrl));
    const { rows } = await database.pool.connection.query({
      text: `select detail from access_log where event = 'signed-in' order by id desc limit 1`,
    });
    assert.deepEqual(rows[0]?.detail, { roles: ['operator'], ignored: ['janitor', 'MOON'] });
  }));

test('userinfo is asked only where the ID token lacks rights, and may refuse', () =>
  withIssuer({ OIDC_DEFAULT_SEGMENT_GROUPS: 'SME' }, async (issuer) => {
    issuer.answers.idToken = { roles: 'operator', segment_groups: 'SME' };
    await issuer.signIn(newBrowser(base.publicUrl));
    assert.ok(!issuer.asked.some(({ path }) => path === '/userinfo'));
    issuer.answers.idToken = { roles: 'operator' };
    const browser = newBrowser(base.publicUrl);
    assert.equal((await issuer.signIn(browser)).pathname, '/');
    assert.ok(issuer.asked.some(({ path }) => path === '/userinfo'));
    assert.deepEqual((await callerIn(await browser.get('/auth/me'))).segmentGroups, ['SME']);
    // Another person's userinfo counts for nothing (OpenID Connect Core 5.3.2).
    issuer.answers.userinfo = { sub: 'another', segment_groups: 'ENTERPRISE' };
    await issuer.signIn(browser);
    assert.deepEqual((await callerIn(await browser.get('/auth/me'))).segmentGroups, ['SME']);
  }));

for (const alg of ['RS384', 'PS384', 'PS512', 'ES512', 'EdDSA', 'Ed25519'])
  test(`tokens that ${alg} signs are accepted`, () =>
    withIssuer(
      {},
      async (issuer) => {
        const claims = { aud: 'cpe-desk', sub: 's', roles: ['operator'] };
        assert.equal((await bearer(issuer.sign(claims))).status, 200);
        issuer.answers.idToken = { roles: 'operator' };
        assert.equal((await issuer.signIn(newBrowser(base.publicUrl))).pathname, '/');
      },
      alg,
    ));

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe } from '../../../contract/test/support/sample-cpe.ts';
import { openNig } from '../../src/nig/adapters/open-nig.ts';
import { freePort } from '../support/free-port.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilEnd } from '../support/until-end.ts';
import { settingsOf } from './nig-settings-of.ts';

const folder = untilEnd(await tempFolder());
const log = { warn() {}, error() {} };
const payload: NigPayload = {
  serviceLineId: 'L-1',
  ticketNo: 'CTT-1',
  current: sampleCpe,
  new: sampleCpe,
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};
const call = { updateId: '0198c5a2-7d1e-7b3c-9f00-0123456789ab', payload };

/** A NIG that accepts what `isSignedIn` accepts, and answers 401 to the rest. */
const nigThat = async (isSignedIn: (authorization: string | undefined) => boolean) => {
  const seen: (string | undefined)[] = [];
  const server = await listen(
    createServer((request, response) => {
      const { authorization } = request.headers;
      seen.push(authorization);
      const isOk = isSignedIn(authorization);
      response
        .writeHead(isOk ? 200 : 401, { 'content-type': 'application/json' })
        .end(JSON.stringify(isOk ? { status: 'accepted', reference: 'R' } : { error: 'no' }));
    }),
  );
  return { ...server, seen, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
};

/** A token endpoint. `tokens` are given one after another. */
const issuerOf = async (
  answer: (asked: { authorization: string | undefined; body: string }) => [number, object],
) => {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const server = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const one = { authorization: request.headers.authorization, body };
        asked.push(one);
        const [status, json] = answer(one);
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(json));
      });
    }),
  );
  return { url: `${server.url}/token`, asked, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
};

const open = async (url: string, environment: Record<string, string>) => {
  const settings = settingsOf({ NIG_URL: url, NIG_TIMEOUT_MS: '3000', ...environment });
  const nig = await openNig(settings, url, log);
  return { nig, [Symbol.asyncDispose]: () => nig.close() };
};

const oauthOf = (url: string) => ({
  ...{ NIG_AUTH: 'oauth2', NIG_OAUTH_TOKEN_URL: url, NIG_OAUTH_CLIENT_ID: 'de:sk' },
  ...{ NIG_OAUTH_CLIENT_SECRET: 's&1', NIG_OAUTH_SCOPE: 'nig', NIG_OAUTH_AUDIENCE: 'aud' },
});

for (const [NIG_AUTH, NIG_TOKEN, header] of [
  ['bearer', 't-1', 'Bearer t-1'],
  ['Token', 't-2', 'Token t-2'],
  ['basic', 'user:pä', `Basic ${Buffer.from('user:pä').toString('base64')}`],
] as const)
  test(`NIG_AUTH=${NIG_AUTH} signs in to each kind of call`, async () => {
    await using server = await nigThat((given) => given === header);
    await using opened = await open(server.url, { NIG_AUTH, NIG_TOKEN });
    assert.equal((await opened.nig.send(call)).outcome, 'accepted');
    await opened.nig.lookUp({ ...call, serviceLineId: 'L-1', handle: null });
    await opened.nig.cpeOf('L-1');
    await opened.nig.cpeOf('L-1', { inBulk: true });
    assert.deepEqual(server.seen, Array(4).fill(header));
  });

test('a token file is read again when it changes; an unusable one sends nothing', async () => {
  const path = join(folder.path, 'token');
  await writeFile(path, 'first\n');
  await using server = await nigThat(() => true);
  await using opened = await open(server.url, { NIG_AUTH: 'bearer', NIG_TOKEN_FILE: path });
  await opened.nig.send(call);
  await writeFile(path, 'second-one');
  await opened.nig.send(call);
  for (const unusable of ['', 'two\nlines']) {
    await writeFile(path, unusable);
    assert.equal((await opened.nig.send(call)).outcome, 'unavailable');
  }
  assert.deepEqual(server.seen, ['Bearer first', 'Bearer second-one']);
  await assert.rejects(
    open(server.url, { NIG_AUTH: 'bearer', NIG_TOKEN_FILE: '/missing' }),
    /NIG_TOKEN_FILE: \/missing cannot be read/,
  );
});

test('a fixed token that NIG refuses leaves the outcome unknown, after one request', async () => {
  await using server = await nigThat(() => false);
  await using opened = await open(server.url, { NIG_AUTH: 'bearer', NIG_TOKEN: 'x' });
  assert.equal((await opened.nig.send(call)).outcome, 'unknown');
  assert.equal(server.seen.length, 1);
});

test('OAuth2: one fetch serves all calls, until a minute before the token ends', async () => {
  let expires_in = 3600;
  await using issuer = await issuerOf(() => [
    200,
    { access_token: `t${issuer.asked.length}`, token_type: 'Bearer', expires_in },
  ]);
  await using server = await nigThat(() => true);
  await using opened = await open(server.url, oauthOf(issuer.url));
  await Promise.all(Array.from({ length: 20 }, () => opened.nig.send(call)));
  await opened.nig.send(call);
  assert.deepEqual(new Set(server.seen), new Set(['Bearer t1']));
  assert.equal(issuer.asked.length, 1);
  const [{ authorization = '', body = '' } = {}] = issuer.asked;
  // Both parts are form-encoded first (RFC 6749, section 2.3.1).
  assert.equal(Buffer.from(authorization.slice(6), 'base64').toString(), 'de%3Ask:s%261');
  const form = new URLSearchParams(body);
  assert.deepEqual(
    ['grant_type', 'scope', 'audience'].map((name) => form.get(name)),
    ['client_credentials', 'nig', 'aud'],
  );
  expires_in = 60;
  await using short = await open(server.url, oauthOf(issuer.url));
  await short.nig.send(call);
  await short.nig.send(call);
  assert.equal(issuer.asked.length, 3);
});

test('OAuth2: after a 401 the update is sent once more with a new token', async () => {
  await using issuer = await issuerOf(() => [
    200,
    { access_token: `t${issuer.asked.length}`, token_type: 'bearer', expires_in: 3600 },
  ]);
  await using server = await nigThat((given) => given !== 'Bearer t1');
  await using opened = await open(server.url, oauthOf(issuer.url));
  assert.equal((await opened.nig.send(call)).outcome, 'accepted');
  assert.deepEqual(server.seen, ['Bearer t1', 'Bearer t2']);
  await using refusing = await nigThat(() => false);
  await using other = await open(refusing.url, oauthOf(issuer.url));
  assert.equal((await other.nig.send(call)).outcome, 'unknown');
  assert.equal(refusing.seen.length, 2);
});

test('OAuth2: without a token nothing is sent', async () => {
  await using server = await nigThat(() => true);
  await using refusing = await issuerOf(() => [401, { error: 'invalid_client' }]);
  await using broken = await issuerOf(() => [200, { token: 'x' }]);
  await using hanging = await listen(createServer(() => {}));
  const urls = [refusing.url, broken.url, `http://127.0.0.1:${await freePort()}`, hanging.url];
  for (const url of urls) {
    await using opened = await open(server.url, { ...oauthOf(url), NIG_TIMEOUT_MS: '300' });
    const answer = await opened.nig.send(call);
    assert.ok(answer.outcome === 'unavailable', url);
    assert.match(answer.why, /^The desk has no token for NIG: /);
    assert.ok(!answer.why.includes('s&1'));
    const look = { ...call, serviceLineId: 'L-1', handle: null };
    assert.equal((await opened.nig.lookUp(look)).outcome, 'unknown');
  }
  assert.deepEqual(server.seen, []);
});

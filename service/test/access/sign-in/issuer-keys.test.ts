import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { beforeEach, test } from 'node:test';
import { errors, exportJWK, generateKeyPair, type JWK } from 'jose';
import { pino } from 'pino';
import { issuerFrom } from '../../../src/access/sign-in/issuer.ts';
import { type IssuerKeys, issuerKeys } from '../../../src/access/sign-in/issuer-keys.ts';
import { IssuerUnavailable } from '../../../src/access/sign-in/issuer-unavailable.ts';
import { listen } from '../../support/listen.ts';
import { testSignInConfig } from '../../support/test-sign-in-config.ts';
import { until } from '../../support/until.ts';
import { untilEnd } from '../../support/until-end.ts';

const MINUTE = 60_000;

/** The answer of the issuer; null: none. */
let published: JWK[] | null = [];
let asked = 0;
const server = untilEnd(
  await listen(
    createServer((_, response) => {
      asked += 1;
      if (published === null) response.writeHead(503).end();
      else response.end(JSON.stringify({ keys: published }));
    }),
  ),
);
const url = new URL(`${server.url}/jwks`);

const newKey = async (kid: string): Promise<JWK> => ({
  ...(await exportJWK((await generateKeyPair('ES256')).publicKey)),
  kid,
  alg: 'ES256',
});

let time: number;
let said: string[];
let keys: IssuerKeys;
const log = {
  warn: (_: object, text: string) => void said.push(text),
  info: (_: object, text: string) => void said.push(text),
};

const lines: string[] = [];
const logged = { write: (line: string) => void lines.push(line) };

beforeEach(async () => {
  [time, said, asked] = [0, [], 0];
  published = [await newKey('a')];
  keys = issuerKeys(url, log, () => time);
});

const find = async (kid: string) =>
  keys.find({ alg: 'ES256', kid }, { payload: '', signature: '' });

test('keys outlive an outage of the issuer for an hour, with one warning', async () => {
  assert.ok(await find('a'));
  published = null;
  for (const minutes of [9, 11, 30, 59]) {
    time = minutes * MINUTE;
    assert.ok(await find('a'), `after ${minutes} minutes`);
    assert.equal(keys.ageS(), minutes * 60);
  }
  time = 61 * MINUTE;
  await assert.rejects(find('a'), IssuerUnavailable);
  assert.deepEqual(said, ["cannot fetch the issuer's keys; using the keys of the last fetch"]);
});

test('after an outage the current keys of the issuer count', async () => {
  assert.ok(await find('a'));
  published = null;
  time = 20 * MINUTE;
  assert.ok(await find('a'));
  published = [await newKey('b')];
  time = 21 * MINUTE;
  await find('a').catch(() => {});
  await until('the new key is known', async () => keys.ageS() === 0);
  await assert.rejects(find('a'), errors.JWKSNoMatchingKey);
  assert.ok(await find('b'));
  assert.equal(said.at(-1), "fetched the issuer's keys again");
});

test('a withdrawn key is refused after ten minutes', async () => {
  assert.ok(await find('a'));
  published = [await newKey('b')];
  time = 9 * MINUTE;
  assert.ok(await find('a'));
  time = 11 * MINUTE;
  await assert.rejects(find('a'), errors.JWKSNoMatchingKey);
});

test('a new key is fetched at once; unknown keys cause one request per second', async () => {
  assert.ok(await find('a'));
  published = [...(published ?? []), await newKey('b')];
  time = 2000;
  assert.ok(await find('b'));
  for (let n = 0; n < 20; n++) await assert.rejects(find('c'), errors.JWKSNoMatchingKey);
  assert.equal(asked, 2);
});

test('during an outage an unknown key cannot be checked', async () => {
  assert.ok(await find('a'));
  published = null;
  time = 2000;
  await assert.rejects(find('b'), IssuerUnavailable);
  assert.ok(await find('a'));
});

test('during an outage the issuer is asked every ten seconds in the background', async () => {
  assert.ok(await find('a'));
  published = null;
  time = 11 * MINUTE;
  for (let n = 0; n < 20; n++) assert.ok(await find('a'));
  assert.equal(asked, 2);
  time += 11_000;
  for (let n = 0; n < 20; n++) assert.ok(await find('a'));
  await until('it was asked', async () => asked === 3);
});

test('there are no keys before the first answer of the issuer', async () => {
  published = null;
  await assert.rejects(find('a'), IssuerUnavailable);
  assert.equal(keys.ageS(), undefined);
  time = 1500;
  await assert.rejects(find('a'), IssuerUnavailable);
  published = [await newKey('a')];
  time = 3000;
  assert.ok(await find('a'));
  assert.deepEqual(said, [
    "cannot fetch the issuer's keys; bearer tokens cannot be checked",
    "fetched the issuer's keys again",
  ]);
});

test('an issuer that cannot be read is in the log, once', async () => {
  // It has no metadata: it answers everything with its keys.
  const { issuer } = issuerFrom(testSignInConfig(server.url, ''), pino({}, logged));
  for (let i = 0; i < 3; i += 1) await assert.rejects(issuer, IssuerUnavailable);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /cannot read the issuer's metadata \(OIDC_ISSUER\)/);
});

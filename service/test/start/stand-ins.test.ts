import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { chooseParts, type StandIns } from '../../src/start/stand-ins.ts';

const unwanted = async () => assert.fail('It is configured: nothing stands in for it');
const standIns: StandIns = { openIssuer: unwanted, startNig: unwanted, loadData: unwanted };

const partsOf = async (environment: Record<string, string>) => {
  const read = readConfig(environment);
  assert.ok(read.ok);
  return chooseParts(read.config, standIns);
};

test('nothing stands in for what is configured, and a configured database gets no demo data', async () => {
  const [OIDC_ISSUER, NIG_URL] = ['https://issuer.example', 'https://nig.example'];
  const configured = { OIDC_ISSUER, NIG_URL, DATABASE_URL: 'postgres://desk@127.0.0.1/desk' };
  assert.deepEqual(await partsOf(configured), {
    ok: true,
    parts: { issuer: OIDC_ISSUER, nig: NIG_URL, loadData: undefined },
  });
});

test('the embedded database gets demo data, also with an issuer and a NIG', async () => {
  const chosen = await partsOf({
    OIDC_ISSUER: 'https://issuer.example',
    NIG_URL: 'https://nig.example',
  });
  assert.equal(chosen.ok && chosen.parts.loadData, unwanted);
});

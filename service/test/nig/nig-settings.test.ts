import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { configHelp } from '../../src/config/config-help.ts';
import { settingsOf } from './nig-settings-of.ts';

const HTTPS = { NIG_URL: 'https://nig.example' };
const BEARER = { NIG_AUTH: 'bearer', NIG_TOKEN: 'x' };
const OAUTH = {
  NIG_AUTH: 'oauth2',
  NIG_OAUTH_TOKEN_URL: 'https://id.example/token',
  NIG_OAUTH_CLIENT_ID: 'desk',
  NIG_OAUTH_CLIENT_SECRET: 's',
};

const WRONG: [variable: string, environment: Record<string, string>][] = [
  ['NIG_PROFILE', { NIG_ADAPTER: 'mapped-http' }],
  ['NIG_PROFILE', { NIG_PROFILE: 'netbox' }],
  ['NIG_URL', { NIG_ADAPTER: 'nats', NIG_URL: 'http://nig' }],
  ['NIG_URL', { NIG_URL: 'nats://nig' }],
  ['NIG_URL', { NIG_URL: 'ftp://nig' }],
  ['NIG_NATS_SUBJECT', { NIG_NATS_SUBJECT: 'other' }],
  ['NIG_NATS_CREDS_FILE', { NIG_NATS_CREDS_FILE: '/x' }],
  ['NIG_AUTH', { NIG_ADAPTER: 'nats', ...BEARER }],
  ['NIG_BARE_404', { NIG_ADAPTER: 'nats', NIG_BARE_404: 'never-got-it' }],
  ['NIG_TOKEN', { NIG_TOKEN: 'x' }],
  ['NIG_TOKEN_FILE', { NIG_TOKEN_FILE: '/x' }],
  ['NIG_TOKEN', { ...OAUTH, NIG_TOKEN: 'x' }],
  ['NIG_TOKEN', { NIG_AUTH: 'Token' }],
  ['NIG_TOKEN_FILE', { ...BEARER, NIG_TOKEN_FILE: '/x' }],
  ['NIG_TOKEN', { NIG_AUTH: 'basic', NIG_TOKEN: 'no-colon' }],
  ['NIG_AUTH', { NIG_AUTH: 'two words', NIG_TOKEN: 'x' }],
  ['NIG_OAUTH_TOKEN_URL', { ...OAUTH, NIG_OAUTH_TOKEN_URL: '' }],
  ['NIG_OAUTH_CLIENT_ID', { ...OAUTH, NIG_OAUTH_CLIENT_ID: '' }],
  ['NIG_OAUTH_CLIENT_SECRET', { ...OAUTH, NIG_OAUTH_CLIENT_SECRET: '' }],
  ['NIG_OAUTH_CLIENT_SECRET_FILE', { ...OAUTH, NIG_OAUTH_CLIENT_SECRET_FILE: '/x' }],
  ['NIG_OAUTH_SCOPE', { NIG_OAUTH_SCOPE: 'x' }],
  ['NIG_TLS_KEY_FILE', { ...HTTPS, NIG_TLS_CERT_FILE: '/x' }],
  ['NIG_TLS_CERT_FILE', { ...HTTPS, NIG_TLS_KEY_FILE: '/x' }],
  ['NIG_TLS_CERT_FILE', { NIG_TLS_CERT_FILE: '/x', NIG_TLS_KEY_FILE: '/y' }],
  ['NIG_TLS_CA_FILE', { NIG_TLS_CA_FILE: '/x' }],
  ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
];

for (const [variable, environment] of WRONG)
  test(`${JSON.stringify(environment)} stops the start and names ${variable}`, () => {
    const read = readConfig(environment);
    assert.ok(!read.ok);
    assert.match(read.messages.join(), new RegExp(`^${variable}: `));
  });

test('empty and default values conflict with nothing', () => {
  settingsOf({
    ...{ NIG_AUTH: 'none', NIG_TOKEN: '', NIG_NATS_SUBJECT: 'nig', NIG_BARE_404: 'unknown' },
    ...{ NIG_PROFILE: '', NIG_TLS_CA_FILE: '', NIG_ADAPTER: 'http', NIG_RATE_PER_S: '0' },
    NODE_TLS_REJECT_UNAUTHORIZED: '1',
  });
});

test('the help shows no value of the environment', () => {
  process.env.NIG_TOKEN = 'a-secret-token';
  assert.ok(!configHelp().includes('a-secret-token'));
  delete process.env.NIG_TOKEN;
});

test('each kind of sign-in and adapter is accepted', () => {
  const auths = [
    BEARER,
    { NIG_AUTH: 'basic', NIG_TOKEN: 'u:p' },
    OAUTH,
    { ...BEARER, NIG_AUTH: 'Token' },
  ];
  for (const auth of auths) assert.equal(settingsOf({ ...HTTPS, ...auth }).NIG_AUTH, auth.NIG_AUTH);
  settingsOf({ NIG_ADAPTER: 'mapped-http', NIG_PROFILE: 'netbox' });
  settingsOf({ NIG_ADAPTER: 'nats', NIG_URL: 'tls://nig:4222', NIG_NATS_SUBJECT: 'a.b' });
});

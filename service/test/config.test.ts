import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../src/config/config.ts';
import { configHelp, configTable } from '../src/config/config-help.ts';
import { tracesUrlOf } from '../src/config/telemetry.ts';
import { tempFolder } from './support/temp-folder.ts';

const configOf = (environment: Record<string, string>) => {
  const read = readConfig(environment);
  assert.ok(read.ok, read.ok ? '' : read.messages.join());
  return read.config;
};
const messagesOf = (environment: Record<string, string>) => {
  const read = readConfig(environment);
  assert.ok(!read.ok);
  return read.messages;
};

test('no setting is required', () => {
  const { DATABASE_URL, NIG_URL, OIDC_ISSUER, ...config } = configOf({});
  assert.deepEqual([DATABASE_URL, NIG_URL, OIDC_ISSUER], [undefined, undefined, undefined]);
  assert.deepEqual(
    [
      config.PORT,
      config.HOST,
      config.DATA_DIR,
      config.NIG_PORT,
      config.NIG_TIMEOUT_MS,
      config.PUBLIC_URL,
    ],
    [3000, '127.0.0.1', '.data', 3001, 5000, 'http://localhost:3000'],
  );
  assert.deepEqual(config.EDITABLE_SEGMENT_GROUPS, [
    'ENTERPRISE',
    'GOVERNMENT',
    'SME',
    'WHOLESALE',
  ]);
  assert.deepEqual(configOf({ PORT: '', DATABASE_URL: '' }), configOf({}), 'empty is not set');
});

test('the public address follows the port, without a slash at its end', () => {
  assert.equal(configOf({ PORT: '8080' }).PUBLIC_URL, 'http://localhost:8080');
  const issuer = { OIDC_ISSUER: 'https://issuer.example/realms/x' };
  assert.equal(
    configOf({ ...issuer, PUBLIC_URL: 'https://desk.example/' }).PUBLIC_URL,
    'https://desk.example',
  );
});

test('by default one address may hold half of the connections', () => {
  const perAddress = (given: Record<string, string>) => configOf(given).MAX_CONNECTIONS_PER_ADDRESS;
  assert.equal(perAddress({}), 2048);
  assert.equal(perAddress({ MAX_CONNECTIONS: '101' }), 50);
  assert.equal(perAddress({ MAX_CONNECTIONS_PER_ADDRESS: '3000' }), 3000);
});

test('lists are separated by commas', () => {
  const config = configOf({
    EDITABLE_SEGMENT_GROUPS: 'SME, CONSUMER',
    CPE_ALLOWED_PREFIXES: '10.0.0.0/8,fd00::/8',
  });
  assert.deepEqual(config.EDITABLE_SEGMENT_GROUPS, ['SME', 'CONSUMER']);
  assert.deepEqual(config.CPE_ALLOWED_PREFIXES, ['10.0.0.0/8', 'fd00::/8']);
});

test('all wrong values are named together', () => {
  const wrong = {
    PORT: '70000',
    DATABASE_URL: 'mysql://x',
    NIG_URL: 'nig',
    NIG_TIMEOUT_MS: 'soon',
    NIG_LOOK_UP: 'perhaps',
    EDITABLE_SEGMENT_GROUPS: 'SME,ALL',
    CPE_ALLOWED_PREFIXES: '10.0.0.0/40',
    SESSION_SECRET: 'short',
    LOG_LEVEL: 'loud',
  };
  assert.deepEqual(
    messagesOf(wrong)
      .map((message) => message.split(':')[0])
      .sort(),
    Object.keys(wrong).sort(),
  );
});

test('NIG may be at a path; parts of a URL that are never sent are refused', () => {
  assert.equal(
    configOf({ NIG_URL: 'https://nig.example/api/' }).NIG_URL,
    'https://nig.example/api/',
  );
  for (const NIG_URL of [
    'https://desk:secret@nig.example',
    'https://nig.example/?v=1',
    'https://nig.example/#x',
  ])
    assert.match(messagesOf({ NIG_URL }).join(), /^NIG_URL: .*no user, password, query/);
});

test('without an issuer the desk stays on loopback', () => {
  assert.match(messagesOf({ HOST: '0.0.0.0' })[0] ?? '', /^HOST: .*set OIDC_ISSUER/);
  assert.match(
    messagesOf({ PUBLIC_URL: 'http://desk.example' })[0] ?? '',
    /^PUBLIC_URL: .*set OIDC_ISSUER/,
  );
  for (const HOST of ['localhost', '127.0.0.2', '::1']) assert.equal(configOf({ HOST }).HOST, HOST);
  const issuer = { OIDC_ISSUER: 'https://issuer.example' };
  assert.equal(configOf({ ...issuer, HOST: '0.0.0.0' }).HOST, '0.0.0.0');
});

test('in production a weak setting is refused with its name', () => {
  const OIDC_ISSUER = 'https://issuer.example';
  assert.match(
    messagesOf({ OIDC_ISSUER, PUBLIC_URL: 'http://desk.example' })[0] ?? '',
    /^PUBLIC_URL: .*not https/,
  );
  assert.match(
    messagesOf({ OIDC_ISSUER: 'http://issuer.example' })[0] ?? '',
    /^OIDC_ISSUER: .*not https/,
  );
  assert.ok(configOf({ OIDC_ISSUER: 'http://127.0.0.1:8080' }), 'on this machine it may be plain');
  for (const SESSION_SECRET of [
    'x'.repeat(64),
    'secret'.repeat(10),
    'abcdefghijklmnop'.repeat(2),
    'changeme',
  ])
    assert.match(messagesOf({ SESSION_SECRET })[0] ?? '', /^SESSION_SECRET: .*easy to guess/);
  assert.ok(configOf({ SESSION_SECRET: 'q3J9xk0Zr7Tg2LmVbN8wYpEoHs5DcUaF' }));
});

test('an owner needs a database and another role than the desk', () => {
  const DATABASE_URL = 'postgres://desk@db.example/cpe?sslmode=verify-full';
  const DATABASE_OWNER_URL = 'postgres://owner@db.example/cpe?sslmode=verify-full';
  assert.equal(
    configOf({ DATABASE_URL, DATABASE_OWNER_URL }).DATABASE_OWNER_URL,
    DATABASE_OWNER_URL,
  );
  assert.match(
    messagesOf({ DATABASE_OWNER_URL })[0] ?? '',
    /^DATABASE_OWNER_URL: goes with DATABASE_URL/,
  );
  assert.match(
    messagesOf({ DATABASE_URL, DATABASE_OWNER_URL: DATABASE_URL })[0] ?? '',
    /^DATABASE_OWNER_URL: names the role of DATABASE_URL/,
  );
  assert.match(
    messagesOf({
      DATABASE_URL: 'postgres://db.example/cpe?sslmode=verify-full',
      DATABASE_OWNER_URL,
    })[0] ?? '',
    /^DATABASE_URL: names no role/,
  );
});

test('a pooler without prepared statements needs two addresses that bypass it', () => {
  const DATABASE_URL = 'postgres://desk@pooler.example/cpe?sslmode=verify-full';
  const DATABASE_OWNER_URL = 'postgres://owner@db.example/cpe?sslmode=verify-full';
  const DATABASE_LISTEN_URL = 'postgres://desk@db.example/cpe?sslmode=verify-full';
  const DATABASE_PREPARE = 'false';
  const all = { DATABASE_URL, DATABASE_OWNER_URL, DATABASE_LISTEN_URL, DATABASE_PREPARE };
  assert.equal(configOf(all).DATABASE_PREPARE, false);
  assert.equal(configOf({}).DATABASE_PREPARE, true);
  for (const name of ['DATABASE_LISTEN_URL', 'DATABASE_OWNER_URL'])
    assert.match(
      messagesOf({ ...all, [name]: '' })[0] ?? '',
      new RegExp(`^${name}: goes with DATABASE_PREPARE`),
    );
  assert.ok(configOf({ ...all, DATABASE_OWNER_URL: '', MIGRATE_AT_START: 'false' }));
  assert.match(
    messagesOf({ DATABASE_PREPARE })[0] ?? '',
    /^DATABASE_PREPARE: false goes with DATABASE_URL/,
  );
  assert.match(
    messagesOf({ DATABASE_LISTEN_URL })[0] ?? '',
    /^DATABASE_LISTEN_URL: goes with DATABASE_URL/,
  );
});

test('the help and the README name every variable', () => {
  const names = configTable().match(/`[A-Z_]+`/g) ?? [];
  assert.ok(names.length > 20);
  for (const name of names) assert.ok(configHelp().includes(name.slice(1, -1)), name);
});

test('a certificate goes with its key and makes the address https', () => {
  const [TLS_CERT_FILE, TLS_KEY_FILE] = ['/tls.pem', '/tls-key.pem'];
  const files = { TLS_CERT_FILE, TLS_KEY_FILE };
  assert.equal(configOf({ ...files, PORT: '3443' }).PUBLIC_URL, 'https://localhost:3443');
  assert.match(messagesOf({ TLS_CERT_FILE })[0] ?? '', /^TLS_KEY_FILE: /);
  assert.match(messagesOf({ TLS_KEY_FILE })[0] ?? '', /^TLS_CERT_FILE: /);
  const open = { ...files, PUBLIC_URL: 'http://localhost:3000' };
  assert.deepEqual(messagesOf(open), [
    'PUBLIC_URL: must be https, as the desk serves HTTPS (TLS_CERT_FILE)',
  ]);
});

test('the variables of OpenTelemetry are known in production, also those that only its SDK reads', () => {
  const config = configOf({
    ...PRODUCTION,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-tenant=desk',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_METRICS_EXPORTER: 'none',
  });
  assert.equal(tracesUrlOf(config), 'http://collector:4318/v1/traces');
  assert.deepEqual(config.OTEL_EXPORTER_OTLP_HEADERS, {
    authorization: 'Bearer abc',
    'x-tenant': 'desk',
  });
  const whole = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://x.example/traces' };
  assert.equal(tracesUrlOf(configOf(whole)), 'https://x.example/traces');
  assert.equal(tracesUrlOf(configOf({})), undefined);
  assert.equal(tracesUrlOf(configOf({ ...whole, OTEL_SDK_DISABLED: 'true' })), undefined);
  const wrong = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_HEADERS: 'secret',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '2',
  };
  const messages = messagesOf(wrong);
  assert.deepEqual(
    messages.map((message) => message.split(':')[0]),
    Object.keys(wrong),
  );
  assert.match(messages[2] ?? '', /must be name=value pairs/);
  assert.doesNotMatch(messages.join(), /secret/, 'a header is a secret');
});

test('the help shows the common settings first, each setting once, the rest by group', () => {
  const names = configHelp().match(/^ {2}[A-Z_]+/gm) ?? [];
  assert.equal(new Set(names).size, names.length);
  const [common = '', ...groups] = configHelp().split('\n\n');
  assert.match(common, /^Common:\n {2}PORT/);
  assert.equal(common.match(/^ {2}[A-Z_]+/gm)?.length, 10);
  assert.deepEqual(
    groups.map((group) => group.split(':')[0]),
    [
      ...[
        'Server',
        'Database',
        'NIG',
        'Sign-in',
        'Policy',
        'Retention',
        'Bulk',
        'History',
        'Limits',
      ],
      'Telemetry',
    ],
  );
});

test('TZ names the time zone of the overview, in its usual spelling', () => {
  assert.equal(configOf({ TZ: 'asia/kuala_lumpur' }).TZ, 'Asia/Kuala_Lumpur');
  assert.equal(configOf({}).TZ, Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.match(
    messagesOf({ TZ: 'Mars/Olympus' })[0] ?? '',
    /^TZ: not a time zone such as Asia\/Kuala_Lumpur/,
  );
});

test('the settle deadline is not before the time when "NIG never got it" counts', () => {
  const deadlineOf = (settings: Record<string, string>) => {
    const read = readConfig(settings);
    assert.ok(read.ok);
    return read.config.SETTLE_DEADLINE_MS;
  };
  assert.equal(deadlineOf({}), 900_000);
  assert.equal(deadlineOf({ SETTLE_DEADLINE_MS: '1000', NIG_TIMEOUT_MS: '2000' }), 6000);
  assert.equal(deadlineOf({ NIG_TIMEOUT_MS: '400000' }), 1_200_000);
});

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://desk.example',
  OIDC_ISSUER: 'https://issuer.example',
  NIG_URL: 'https://nig.example',
  DATABASE_URL: 'postgres://desk@db.example/cpe?sslmode=verify-full',
};

test('production needs its own database, NIG and issuer; every fault is named', () => {
  assert.ok(configOf(PRODUCTION));
  const { NODE_ENV } = PRODUCTION;
  assert.deepEqual(
    messagesOf({ NODE_ENV }).map((message) => message.split(':')[0]),
    ['OIDC_ISSUER', 'NIG_URL', 'DATABASE_URL'],
  );
});

test('in production a setting that is not known is refused, with the nearest name', () => {
  const unknown = { ...PRODUCTION, NIG_TIMEOUT: '5000', OIDC_ISSUER_URL: 'https://x.example' };
  assert.deepEqual(messagesOf(unknown), [
    'NIG_TIMEOUT: no such setting; the nearest one is NIG_TIMEOUT_MS',
    'OIDC_ISSUER_URL: no such setting; the nearest one is OIDC_ISSUER',
  ]);
  const injected = {
    NIG_SERVICE_HOST: '10.0.0.7',
    NIG_SERVICE_PORT_HTTPS: '443',
    NIG_PORT: 'tcp://10.0.0.7:443',
    NIG_PORT_443_TCP: 'tcp://10.0.0.7:443',
    NIG_PORT_443_TCP_ADDR: '10.0.0.7',
    NIG_TOKN: '',
  };
  assert.equal(configOf({ ...PRODUCTION, ...injected }).NIG_PORT, 3001);
  assert.ok(configOf({ NIG_TIMEOUT: '1' }), 'elsewhere the environment may be of other programs');
});

test('what leaves the machine is encrypted, unless a setting says otherwise', () => {
  const NIG_URL = 'http://nig.example';
  assert.match(messagesOf({ NIG_URL })[0] ?? '', /^NIG_URL: .+NIG_ALLOW_HTTP=true/);
  assert.ok(configOf({ NIG_URL, NIG_ALLOW_HTTP: 'true' }));
  assert.ok(configOf({ NIG_URL: 'http://localhost:3001' }));
  assert.match(
    messagesOf({ HISTORY_ANCHOR_URL: 'http://anchors.example' })[0] ?? '',
    /^HISTORY_ANCHOR_URL: is not https/,
  );
  for (const parameters of ['', '?sslmode=require', '?sslmode=disable']) {
    const DATABASE_URL = `postgres://desk@db.example/cpe${parameters}`;
    assert.match(
      messagesOf({ DATABASE_URL })[0] ?? '',
      /^DATABASE_URL: .+sslmode=verify-full.+DATABASE_TLS=disable/,
    );
    assert.ok(configOf({ DATABASE_URL, DATABASE_TLS: 'disable' }));
  }
  for (const here of ['desk@127.0.0.1/cpe', 'desk@[::1]/cpe', 'desk@/cpe?host=/run/postgresql'])
    assert.ok(configOf({ DATABASE_URL: `postgres://${here}` }).DATABASE_URL, here);
  assert.match(
    messagesOf({ DATABASE_CERT_FILE: 'desk.pem' })[0] ?? '',
    /^DATABASE_CERT_FILE: goes with DATABASE_KEY_FILE/,
  );
  assert.match(
    messagesOf({ PGSSLROOTCERT: '/etc/ca.pem' })[0] ?? '',
    /^PGSSLROOTCERT: .+DATABASE_CA_FILE/,
  );
});

test('a synchronous standby is asked for where the database is elsewhere', () => {
  const sync = (given: Record<string, string>) => configOf(given).DATABASE_SYNC;
  const DATABASE_URL = 'postgres://desk@db.example/cpe?sslmode=verify-full';
  assert.equal(sync({}), 'off');
  assert.equal(sync({ DATABASE_URL: 'postgres://desk@localhost/cpe' }), 'off');
  assert.equal(sync({ DATABASE_URL }), 'warn');
  assert.equal(sync({ DATABASE_URL, DATABASE_SYNC: 'require' }), 'require');
});

test('an address with several hosts says which of them the desk writes to', () => {
  const TLS = 'sslmode=verify-full';
  const hosts = 'postgres://desk:x@a.example:5433,b.example/cpe';
  const { DATABASE_URL } = configOf({
    DATABASE_URL: `${hosts}?${TLS}&target_session_attrs=read-write`,
  });
  const { searchParams } = new URL(DATABASE_URL ?? '');
  assert.deepEqual(
    [searchParams.get('host'), searchParams.get('port')],
    ['a.example,b.example', '5433,5432'],
  );
  for (const wanted of ['', '&target_session_attrs=any', '&target_session_attrs=standby'])
    assert.match(
      messagesOf({ DATABASE_URL: `${hosts}?${TLS}${wanted}` })[0] ?? '',
      /^DATABASE_URL: .+target_session_attrs=read-write/,
    );
  assert.match(
    messagesOf({ DATABASE_URL: `${hosts}?${TLS}&target_session_attrs=master` })[0] ?? '',
    /^DATABASE_URL: target_session_attrs=master is none of any, read-write/,
  );
  const twoPorts = 'postgres://desk@x/cpe?host=a,b,c&port=1,2&target_session_attrs=primary';
  assert.match(
    messagesOf({ DATABASE_URL: `${twoPorts}&${TLS}` })[0] ?? '',
    /^DATABASE_URL: 3 hosts have 2 ports/,
  );
  const mixed = 'postgres://desk@127.0.0.1,db.example/cpe?target_session_attrs=primary';
  assert.match(messagesOf({ DATABASE_URL: mixed })[0] ?? '', /leaves this machine/);
  assert.equal(configOf({ DATABASE_URL: `${mixed}&${TLS}` }).DATABASE_SYNC, 'warn');
});

test('a standby for reads goes with its database, as the same role and as safely', () => {
  const DATABASE_URL = 'postgres://desk@db.example/cpe?sslmode=verify-full';
  const at = (DATABASE_READ_URL: string) => ({ DATABASE_URL, DATABASE_READ_URL });
  const several = 'postgres://desk@b.example,c.example/cpe';
  const read = configOf({
    ...at(`${several}?sslmode=verify-full&target_session_attrs=prefer-standby`),
    DATABASE_PASSWORD_FILE: '/run/secrets/desk',
  });
  const { searchParams } = new URL(read.DATABASE_READ_URL ?? '');
  assert.equal(searchParams.get('host'), 'b.example,c.example');
  assert.equal(searchParams.get('password_file'), '/run/secrets/desk');
  assert.match(messagesOf(at(several))[0] ?? '', /^DATABASE_READ_URL: leaves this machine/);
  assert.match(
    messagesOf(at('postgres://other@127.0.0.1/cpe'))[0] ?? '',
    /^DATABASE_READ_URL: names another role/,
  );
  assert.match(
    messagesOf({ DATABASE_READ_URL: 'postgres://desk@127.0.0.1/cpe' })[0] ?? '',
    /^DATABASE_READ_URL: goes with DATABASE_URL/,
  );
});

test('the files of a database go with its addresses', () => {
  const { DATABASE_URL, DATABASE_OWNER_URL } = configOf({
    DATABASE_URL: 'postgres://desk@127.0.0.1/cpe',
    DATABASE_OWNER_URL: 'postgres://owner@127.0.0.1/cpe',
    DATABASE_CA_FILE: '/etc/ca.pem',
    DATABASE_PASSWORD_FILE: '/run/desk',
    DATABASE_OWNER_PASSWORD_FILE: '/run/owner',
  });
  assert.equal(
    DATABASE_URL,
    'postgres://desk@127.0.0.1/cpe?password_file=%2Frun%2Fdesk&sslrootcert=%2Fetc%2Fca.pem',
  );
  assert.match(DATABASE_OWNER_URL ?? '', /password_file=%2Frun%2Fowner/);
});

test('a secret comes from its file, and only from there', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'secret');
  const secret = 'q3J9xk0Zr7Tg2LmVbN8wYpEoHs5DcUaF';
  await writeFile(file, `${secret}\n`);
  assert.equal(configOf({ SESSION_SECRET_FILE: file }).SESSION_SECRET, secret);
  assert.match(
    messagesOf({ SESSION_SECRET_FILE: file, SESSION_SECRET: secret })[0] ?? '',
    /^SESSION_SECRET: set it or SESSION_SECRET_FILE, not both/,
  );
  assert.match(
    messagesOf({ SESSION_SECRET_FILE: `${file}-gone` })[0] ?? '',
    /^SESSION_SECRET_FILE: ENOENT.+secret-gone/,
  );
});

test('claims are read by name unless a setting says otherwise', () => {
  const config = configOf({});
  assert.deepEqual(
    [
      config.OIDC_ROLES_CLAIM,
      config.OIDC_SEGMENT_GROUPS_CLAIM,
      config.OIDC_SUBJECT_CLAIM,
      config.OIDC_SCOPES,
      config.SESSION_HOURS,
    ],
    ['roles', 'segment_groups', 'sub', 'openid profile', 8],
  );
  assert.deepEqual(config.OIDC_AUDIENCE, ['cpe-desk']);
  assert.deepEqual(configOf({ OIDC_AUDIENCE: 'a, b' }).OIDC_AUDIENCE, ['a', 'b']);
  const maps = configOf({
    OIDC_ROLE_MAP: '{"CPE-Operators": "operator"}',
    OIDC_SEGMENT_GROUP_MAP: '{"seg-sme": ["SME"], "seg-all": "*"}',
  });
  assert.deepEqual(maps.OIDC_ROLE_MAP, new Map([['CPE-Operators', ['operator']]]));
  assert.equal(maps.OIDC_SEGMENT_GROUP_MAP?.get('seg-all')?.length, 5);
});

for (const [name, value, says] of [
  ['OIDC_ROLE_MAP', 'a=operator', 'must be a JSON object such as {"CPE-Operators": "operator"}'],
  ['OIDC_ROLE_MAP', '["operator"]', 'must be a JSON object'],
  ['OIDC_ROLE_MAP', '{"a": "operator", "b": "boss"}', 'the member "b" has "boss"; right is'],
  ['OIDC_SEGMENT_GROUP_MAP', '{"x": ["SMB"]}', 'the member "x" has ["SMB"]; right is "*" or'],
  ['OIDC_SEGMENT_GROUP_MAP', '{"x": "SME"}', 'the member "x" has "SME"'],
  ['OIDC_DEFAULT_SEGMENT_GROUPS', 'SME,MOON', 'Invalid option'],
  ['OIDC_ROLES_CLAIM', '/a~2', 'is not a JSON Pointer'],
  ['OIDC_SCOPES', 'profile', 'openid among them'],
  ['OIDC_SCOPES', 'openid  profile', 'single spaces'],
  ['OIDC_AUDIENCE', ',', 'names no audience'],
  ['OIDC_CLIENT_AUTH', 'jwt', 'Invalid option'],
  ['OIDC_CLIENT_AUTH', 'post', 'needs the secret'],
  ['OIDC_CLIENT_AUTH', 'private_key_jwt', 'OIDC_CLIENT_KEY_FILE'],
] as const)
  test(`${name}=${value} stops the start`, () => {
    const message = messagesOf({ [name]: value }).join('\n');
    assert.ok(message.includes(says) && message.includes(name), message);
  });

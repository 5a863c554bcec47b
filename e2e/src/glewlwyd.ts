import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { until } from '../../service/test/support/until.ts';

const PROGRAM = '/usr/bin/glewlwyd';
/** Debian puts the schema and an example of the configuration here. */
const DOCUMENTS = '/usr/share/doc/glewlwyd';

export const PERSON = { username: 'olivia', password: 'a password of olivia' };
/** Basic would encode these characters, and glewlwyd does not decode them. */
export const CLIENT_SECRET = 'a-secret_of.the~portal';

const PAGES = '/usr/share/glewlwyd/webapp';
/** Debian 12 links `config.json` of the pages to this folder, in which the file is. */
const PAGES_CONFIG = '/etc/glewlwyd/config-2.7.json/config.json';

const unpacked = async (name: string): Promise<string> =>
  gunzipSync(await readFile(join(DOCUMENTS, name))).toString();

const prepare = async (folder: string, port: number): Promise<string> => {
  const database = join(folder, 'glewlwyd.db');
  const db = new DatabaseSync(database);
  db.exec(await unpacked('database/init.sqlite3.sql.gz'));
  db.close();
  const pages = join(folder, 'pages');
  const isWhole = (path: string) => existsSync(path) && !path.endsWith('config.json');
  await cp(PAGES, pages, { recursive: true, dereference: true, filter: isWhole });
  await copyFile(PAGES_CONFIG, join(pages, 'config.json'));
  const example = await unpacked('glewlwyd.conf.sample.gz');
  const file = join(folder, 'glewlwyd.conf');
  await writeFile(
    file,
    example
      .replace(/^port=.*/m, `port=${port}`)
      .replace(/^external_url=.*/m, `external_url="http://localhost:${port}"`)
      .replace(/^static_files_path=.*/m, `static_files_path="${pages}"`)
      .replace(/^cookie_secure=.*/m, 'cookie_secure=0')
      .replace(/path = ".*glewlwyd.db"/, `path = "${database}"`),
  );
  return file;
};

/** Calls of glewlwyd's administration API, signed in as its first administrator. */
const administrator = async (url: string) => {
  let cookie = '';
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`glewlwyd: ${method} ${path}: ${response.status} ${text}`);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return text;
  };
  await call('POST', '/auth/', { username: 'admin', password: 'password' });
  return call;
};

/** Properties of people that glewlwyd's database does not have by default. */
const addProperties = async (call: Awaited<ReturnType<typeof administrator>>): Promise<void> => {
  const path = '/mod/user/database';
  const users = JSON.parse(await call('GET', path));
  for (const name of ['roles', 'segment_groups'])
    users.parameters['data-format'][name] = { multiple: true, read: true, write: true };
  await call('PUT', path, users);
  await call('PUT', `${path}/reset/`);
};

const pluginOf = (url: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claim = (name: string) => ({
    ...{ name, 'user-property': name, type: 'string', mandatory: true, scope: [] },
  });
  return {
    iss: `${url}/api/oidc`,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: publicKey.export({ type: 'spki', format: 'pem' }),
    'access-token-duration': 3600,
    'refresh-token-duration': 86_400,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'auth-type-code-enabled': true,
    'auth-type-refresh-enabled': true,
    'jwks-show': true,
    'allowed-scope': ['openid'],
    'name-claim': 'mandatory',
    'name-claim-scope': [],
    'pkce-allowed': true,
    'session-management-allowed': true,
    'session-cookie-name': 'GLEWLWYD2_OIDC_SESSION',
    'session-cookie-expiration': 86_400,
    'back-channel-logout-allowed': true,
    claims: [claim('roles'), claim('segment_groups')],
  };
};

/** Starts Debian's glewlwyd with one person and the portal's client. */
export async function startGlewlwyd(
  folder: string,
  port: number,
  publicUrl: string,
): Promise<AsyncDisposable & { issuer: string; url: string }> {
  const child = spawn(PROGRAM, ['-c', await prepare(folder, port)], { stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  await until('glewlwyd answers', async () => (await fetch(url).catch(() => null))?.ok === true);
  const call = await administrator(url);
  await addProperties(call);
  const scope = { name: 'openid', display_name: 'OpenID', password_required: true, scheme: {} };
  await call('PUT', '/scope/openid', scope);
  await call('POST', '/mod/plugin/', {
    ...{ module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', enabled: true },
    parameters: pluginOf(url),
  });
  await call('POST', '/user/', {
    ...PERSON,
    ...{ name: 'Olivia Operator', enabled: true, scope: ['openid', 'g_profile'] },
    roles: ['operator', 'janitor'],
    segment_groups: ['SME', 'ENTERPRISE'],
  });
  await call('POST', '/client/', {
    ...{ client_id: 'cpe-desk-portal', name: 'CPE Desk', enabled: true, confidential: true },
    client_secret: CLIENT_SECRET,
    password: CLIENT_SECRET,
    redirect_uri: [`${publicUrl}/auth/callback`],
    post_logout_redirect_uri: `${publicUrl}/`,
    backchannel_logout_uri: `${publicUrl}/auth/backchannel-logout`,
    authorization_type: ['code', 'refresh_token'],
    token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
    scope: [],
  });
  return {
    issuer: `${url}/api/oidc`,
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
    },
  };
}

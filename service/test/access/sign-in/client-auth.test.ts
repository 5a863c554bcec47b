import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeProtectedHeader, generateKeyPair, importSPKI, jwtVerify } from 'jose';
import {
  type ClientCredentials,
  clientAuthMethod,
  clientCredentials,
  readClientKey,
} from '../../../src/access/sign-in/client-auth.ts';
import { StartError } from '../../../src/platform/process/start-error.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { useDatabase } from '../../support/test-database.ts';
import { untilEnd } from '../../support/until-end.ts';
import { newBrowser } from './browser.ts';
import { startShapedIssuer } from './shaped-issuer.ts';
import { signInConfig, startServer } from './sign-in-desk.ts';

const database = await useDatabase();
const folder = untilEnd(await tempFolder());
const base = await signInConfig(folder.path);
const secret = 'a-secret.of_the~portal';
const none: ClientCredentials = { clientAuth: null, clientSecret: null, clientKey: null };

/** Signs in with these credentials; returns what the token endpoint got. */
const tokenRequest = async (credentials: Partial<ClientCredentials>, methods?: string[]) => {
  const metadata = methods && { token_endpoint_auth_methods_supported: methods };
  const issuer = await startShapedIssuer({ metadata });
  issuer.answers.idToken = { roles: 'operator' };
  const server = await startServer(database.pool, {
    ...base,
    issuer: issuer.url,
    ...credentials,
  });
  try {
    assert.equal((await issuer.signIn(newBrowser(base.publicUrl))).search, '');
    const asked = issuer.asked.find(({ path }) => path === '/token');
    assert.ok(asked);
    return { ...asked, issuer: issuer.url };
  } finally {
    await server.close();
    issuer.stop();
  }
};

const keyFile = async (name: string, pem: string): Promise<string> => {
  const file = join(folder.path, name);
  await writeFile(file, pem);
  return file;
};

test('a secret goes as the issuer offers it: post, else basic', async () => {
  const posted = await tokenRequest({ clientSecret: secret }, [
    'client_secret_basic',
    'client_secret_post',
  ]);
  assert.equal(posted.body.get('client_secret'), secret);
  assert.equal(posted.authorization, undefined);
  const basic = await tokenRequest({ clientSecret: secret }, ['client_secret_basic']);
  assert.match(basic.authorization ?? '', /^Basic /);
  assert.equal(basic.body.get('client_secret'), null);
  // OpenID Connect Discovery 1.0: an issuer that says nothing takes Basic.
  assert.match((await tokenRequest({ clientSecret: secret })).authorization ?? '', /^Basic /);
});

test('OIDC_CLIENT_SECRET_FILE is read again when it changes', async () => {
  const file = await keyFile('client-secret', 'the-first-one\n');
  const credentials = await clientCredentials({
    OIDC_CLIENT_SECRET: 'the-first-one',
    OIDC_CLIENT_SECRET_FILE: file,
  });
  await writeFile(file, `${secret}\n`);
  const posted = await tokenRequest(credentials, ['client_secret_post']);
  assert.equal(posted.body.get('client_secret'), secret);
});

test('OIDC_CLIENT_AUTH decides, whatever the issuer offers', async () => {
  const posted = await tokenRequest({ clientSecret: secret, clientAuth: 'post' }, []);
  assert.equal(posted.body.get('client_secret'), secret);
  const open = await tokenRequest({ clientSecret: secret, clientAuth: 'none' }, [
    'client_secret_post',
  ]);
  assert.deepEqual(
    [open.authorization, open.body.get('client_secret'), open.body.get('client_id')],
    [undefined, null, 'cpe-desk-portal'],
  );
});

test('without a secret the portal is a public client, or proves itself by its key', async () => {
  const generated = await generateKeyPair('ES256');
  const key = { key: generated.privateKey, certificate: null };
  assert.equal(clientAuthMethod(none, { issuer: 'x' }), 'none');
  assert.equal(clientAuthMethod({ ...none, clientKey: key }, { issuer: 'x' }), 'private_key_jwt');
});

for (const [type, alg, pair] of [
  ['RSA', 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['P-256', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', 'ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['Ed25519', 'Ed25519', generateKeyPairSync('ed25519')],
] as const)
  test(`private_key_jwt signs with an ${type} key (${alg})`, async () => {
    const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const clientKey = await readClientKey(await keyFile(`${type}.pem`, pem));
    const { body, issuer } = await tokenRequest({ clientAuth: 'private_key_jwt', clientKey });
    const assertion = body.get('client_assertion') ?? '';
    assert.equal(decodeProtectedHeader(assertion).alg, alg);
    const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { payload } = await jwtVerify(assertion, await importSPKI(publicPem, alg));
    assert.deepEqual([payload.iss, payload.sub], ['cpe-desk-portal', 'cpe-desk-portal']);
    assert.ok([payload.aud].flat().some((audience) => audience?.startsWith(issuer)));
  });

test('with a certificate in the file the assertion names it (Entra ID)', async () => {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder.path, name));
  execFileSync(
    'openssl',
    `req -x509 -newkey rsa:2048 -nodes -subj /CN=desk -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const pem = execFileSync('cat', [key ?? '', certificate ?? '']).toString();
  const clientKey = await readClientKey(await keyFile('both.pem', pem));
  const { body } = await tokenRequest({ clientKey });
  const header = decodeProtectedHeader(body.get('client_assertion') ?? '');
  const { fingerprint256 } = new X509Certificate(pem);
  const thumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  assert.deepEqual([header.alg, header['x5t#S256']], ['PS256', thumbprint]);
});

test('a key file that cannot be used names its setting', async () => {
  const refuses = async (file: string, why: RegExp) =>
    assert.rejects(readClientKey(file), (error: unknown) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, /^OIDC_CLIENT_KEY_FILE: /);
      assert.match(error.message, why);
      return true;
    });
  await refuses(join(folder.path, 'none.pem'), /cannot be read/);
  await refuses(await keyFile('garbage.pem', 'garbage'), /no private key in PEM/);
  const { privateKey } = generateKeyPairSync('x25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await refuses(await keyFile('x25519.pem', pem), /holds no RSA, P-256/);
});

test('what the issuer says of a failure is in the log', async () => {
  const issuer = await startShapedIssuer();
  issuer.answers.error = { error: 'invalid_client', error_description: 'no such client' };
  const lines: string[] = [];
  const server = await startServer(database.pool, { ...base, issuer: issuer.url }, (app) => {
    app.addHook('onRequest', async (request) => {
      request.log.warn = (_: object, text?: string) => void lines.push(text ?? '');
    });
  });
  try {
    const end = await issuer.signIn(newBrowser(base.publicUrl));
    assert.equal(end.search, '?sign-in-failed=failed');
    assert.deepEqual(lines, ['sign-in failed: the issuer says invalid_client: no such client']);
  } finally {
    await server.close();
    issuer.stop();
  }
});

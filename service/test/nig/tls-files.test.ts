import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openConnections } from '../../src/nig/call-nig.ts';
import { NIG_TLS } from '../../src/nig/tls-connector.ts';
import { openTlsFiles } from '../../src/platform/process/tls-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilEnd } from '../support/until-end.ts';
import { httpsNig, pemPath } from './https-nig.ts';

const TIMEOUT_MS = 5000;
const PUT = { method: 'PUT', path: '/', headers: {}, body: '{}' } as const;

const folder = untilEnd(await tempFolder());

/** Files of TLS that a test replaces. */
const filesOf = async (name: string, ca = 'ca') => {
  const paths = {
    ca: join(folder.path, `${name}-ca.pem`),
    cert: join(folder.path, `${name}.pem`),
    key: join(folder.path, `${name}-key.pem`),
  };
  const give = async (certificate: string, authority = ca) => {
    await copyFile(pemPath(authority), paths.ca);
    await copyFile(pemPath(certificate), paths.cert);
    await copyFile(pemPath(`${certificate}-key`), paths.key);
  };
  return { paths, give };
};

const endOf = async (name: string, url: string, { certificate = 'client', ca = 'ca' } = {}) => {
  const { paths, give } = await filesOf(name, ca);
  await give(certificate);
  const tls = openTlsFiles(paths, NIG_TLS, () => {});
  const options = { origin: url, timeoutMs: TIMEOUT_MS, most: 1 };
  const connections = openConnections({ ...options, ...(tls && { tls }) });
  const end = await connections.call(PUT);
  await connections.close();
  return end;
};

const answering = () =>
  httpsNig((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });

test('NIG accepts the desk by its certificate', async () => {
  await using nig = await answering();
  assert.equal((await endOf('good', nig.url)).end, 'answered');
  assert.deepEqual(nig.seen, ['PUT /']);
});

for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const)
  for (const [what, certificate] of [
    ['of another authority', 'stranger'],
    ['that expired', 'expired'],
  ] as const)
    test(`${maxVersion}: with a certificate ${what} nothing is sent`, async () => {
      await using nig = await httpsNig((_, response) => void response.end(), { maxVersion });
      const { end } = await endOf(`${certificate}-${maxVersion}`, nig.url, { certificate });
      assert.equal(end, 'nothing-sent');
      assert.deepEqual(nig.seen, []);
    });

test('without a certificate that NIG demands nothing is sent', async () => {
  await using nig = await answering();
  const tls = openTlsFiles({ ca: pemPath('ca') }, NIG_TLS, () => {});
  const connections = openConnections({
    ...{ origin: nig.url, timeoutMs: TIMEOUT_MS, most: 1 },
    ...(tls && { tls }),
  });
  const { end } = await connections.call(PUT);
  await connections.close();
  assert.deepEqual([end, nig.seen], ['nothing-sent', []]);
});

test('nothing is sent to a NIG with a certificate of another authority', async () => {
  await using nig = await answering();
  assert.equal((await endOf('suspicious', nig.url, { ca: 'other-ca' })).end, 'nothing-sent');
  assert.deepEqual(nig.seen, []);
});

test('a rotated certificate and other CAs are used by the next call, without a restart', async () => {
  const serials: string[] = [];
  const answer: Parameters<typeof httpsNig>[0] = ({ socket }, response) => {
    if ('getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function')
      serials.push(socket.getPeerCertificate().subject.CN);
    response.writeHead(200).end();
  };
  await using nig = await httpsNig(answer);
  const { paths, give } = await filesOf('rotated');
  await give('client');
  const faults: string[] = [];
  const tls = openTlsFiles(paths, NIG_TLS, (fault) => faults.push(fault));
  const connections = openConnections({
    ...{ origin: nig.url, timeoutMs: TIMEOUT_MS, most: 1 },
    ...(tls && { tls }),
  });
  const endNow = async () => (await connections.call(PUT)).end;
  assert.equal(await endNow(), 'answered');
  // The certificate is new, its key not yet: the pair before stays in use.
  await copyFile(pemPath('client-2'), paths.cert);
  assert.equal(await endNow(), 'answered');
  assert.match(faults.join(), /^NIG_TLS_KEY_FILE: does not go with the certificate/);
  await copyFile(pemPath('client-2-key'), paths.key);
  assert.equal(await endNow(), 'answered');
  assert.deepEqual(serials, ['client', 'client', 'client-2']);
  await give('client-2', 'other-ca');
  assert.equal(await endNow(), 'nothing-sent');
  await connections.close();
});

test('files that cannot be used stop the start and name the variable', async () => {
  const open = (paths: Parameters<typeof openTlsFiles>[0]) => () =>
    openTlsFiles(paths, NIG_TLS, () => {});
  assert.throws(open({ ca: '/missing.pem' }), /^StartError: NIG_TLS_CA_FILE: \/missing\.pem/);
  assert.throws(
    open({ cert: pemPath('client'), key: pemPath('client-2-key') }),
    /^StartError: NIG_TLS_KEY_FILE: does not go with the certificate/,
  );
  assert.throws(
    open({ cert: pemPath('client-key'), key: pemPath('client-key') }),
    /^StartError: NIG_TLS_CERT_FILE: .*cannot be used/,
  );
  assert.equal(
    openTlsFiles({}, NIG_TLS, () => {}),
    undefined,
  );
});

test('a key of another type than the certificate’s does not go with it', async () => {
  const { paths, give } = await filesOf('types');
  await give('client');
  const faults: string[] = [];
  const tls = openTlsFiles(paths, NIG_TLS, (fault) => void faults.push(fault));
  const before = tls?.read();
  for (const { privateKey } of [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ed25519'),
  ]) {
    await writeFile(paths.key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    assert.equal(tls?.read(), before, 'the old pair stays in use');
    assert.throws(() => openTlsFiles(paths, NIG_TLS, () => {}), /^StartError: NIG_TLS_KEY_FILE: /);
  }
  assert.match(faults.join(), /^NIG_TLS_KEY_FILE: does not go with the certificate/);
});

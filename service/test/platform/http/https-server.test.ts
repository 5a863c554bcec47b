import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import Fastify, { type FastifyInstance } from 'fastify';
import { readForwardedAddresses } from '../../../src/platform/http/client-address.ts';
import { registerClosing } from '../../../src/platform/http/close-connections.ts';
import { limitConnections } from '../../../src/platform/http/connections.ts';
import { httpsServer } from '../../../src/platform/http/https-server.ts';
import { serverLimits } from '../../../src/platform/http/limits.ts';
import { requireOneHost } from '../../../src/platform/http/one-host.ts';
import { openTlsFiles } from '../../../src/platform/process/tls-files.ts';
import { pem, pemPath } from '../../nig/https-nig.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { atEnd, untilEnd } from '../../support/until-end.ts';

/* A small server with the desk's own parts, so that a test can hold its answers back. */

const folder = untilEnd(await tempFolder());
const ca = pem('ca');

type Options = { connections?: number; connectionsPerAddress?: number };

const start = async ({ connections = 100, connectionsPerAddress = 100 }: Options = {}) => {
  const files = {
    cert: join(folder.path, `${crypto.randomUUID()}.pem`),
    key: join(folder.path, `${crypto.randomUUID()}-key.pem`),
  };
  const give = async (name: string) => {
    await copyFile(pemPath(name), files.cert);
    await copyFile(pemPath(`${name}-key`), files.key);
  };
  await give('server');
  const names = { ca: '', cert: 'TLS_CERT_FILE', key: 'TLS_KEY_FILE' };
  const tls = openTlsFiles(files, { names, code: 'tls' }, () => {});
  assert.ok(tls);
  const app: FastifyInstance = Fastify({
    ...serverLimits(true),
    serverFactory: httpsServer(tls, true),
    trustProxy: true,
  });
  let isDraining = false;
  const open = limitConnections(app, { connections, connectionsPerAddress }, []);
  registerClosing(app as never, { graceMs: 300, connections: open, isDraining: () => isDraining });
  readForwardedAddresses(app);
  requireOneHost(app as never);
  const held: (() => void)[] = [];
  app.get('/held', async () => {
    await new Promise<void>((resolve) => held.push(resolve));
    return 'late';
  });
  app.get('/', async ({ ip, raw }) => ({ ip, version: raw.httpVersion }));
  app.post('/', async () => 'got it');
  await app.listen({ host: '127.0.0.1', port: 0 });
  atEnd(async () => app.close());
  const [address] = app.addresses();
  assert.ok(typeof address === 'object');
  const { port } = address;
  return {
    ...{ app, port, held, files, give },
    origin: `https://127.0.0.1:${port}`,
    drain: () => {
      isDraining = true;
    },
  };
};
type Started = Awaited<ReturnType<typeof start>>;

const sessionTo = ({ origin }: Pick<Started, 'origin'>): ClientHttp2Session => {
  const session = connect(origin, { ca });
  session.on('error', () => {});
  atEnd(async () => session.destroy());
  return session;
};

type Asked = { status: number; body: string };

/** Sends a request by HTTP/2 and reads the answer. */
const ask = async (
  session: ClientHttp2Session,
  headers: Record<string, string> = {},
): Promise<Asked> => {
  const stream = session.request({ ':path': '/', ...headers });
  // A stream that is cut off has no error.
  const cutOff = once(stream, 'close').then(() => {
    throw new Error('no answer');
  });
  const [answer] = await Promise.race([once(stream, 'response'), cutOff]);
  cutOff.catch(() => {});
  return { status: Number(answer[':status']), body: await text(stream) };
};

/** Sends a request by HTTP/1.1 over TLS. */
const askHttp1 = ({ origin }: Started): Promise<string> =>
  new Promise((resolve, reject) => {
    get(`${origin}/`, { ca, agent: false }, (response) => resolve(text(response))).on(
      'error',
      reject,
    );
  });

const certificateOf = async (port: number): Promise<string> => {
  const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
};

test('clients choose HTTP/2 or HTTP/1.1, and a proxy names the address in both', async () => {
  const server = await start();
  const forwarded = { 'x-forwarded-for': '[2001:db8::7]:4711' };
  const { body } = await ask(sessionTo(server), forwarded);
  assert.deepEqual(JSON.parse(body), { ip: '2001:db8::7', version: '2.0' });
  assert.deepEqual(JSON.parse(await askHttp1(server)), { ip: '127.0.0.1', version: '1.1' });
});

test('TLS 1.1 is refused', async () => {
  const { port } = await start();
  const socket = connectTls({
    ...{ port, host: '127.0.0.1', ca },
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
  });
  await assert.rejects(once(socket, 'secureConnect'), /protocol version|alert|EPROTO|ECONNRESET/i);
});

test('a host that differs from :authority is refused; the same one again is not', async () => {
  const server = await start();
  const session = sessionTo(server);
  const { host } = new URL(server.origin);
  const named = { ':authority': host };
  assert.equal((await ask(session, { ...named, host })).status, 200);
  assert.equal((await ask(session, { ...named, host: 'other.example' })).status, 400);
});

test('a new certificate serves new connections, and open ones go on', async () => {
  const server = await start();
  const before = await certificateOf(server.port);
  const session = sessionTo(server);
  const late = ask(session, { ':path': '/held' });
  await until('it is held', async () => server.held.length === 1);
  await server.give('server-2');
  const after = await certificateOf(server.port);
  assert.notEqual(after, before);
  assert.equal((await ask(session)).status, 200, 'the open connection');
  server.held[0]?.();
  assert.deepEqual(await late, { status: 200, body: 'late' });
  await copyFile(pemPath('server-key'), server.files.key);
  assert.equal(await certificateOf(server.port), after, 'while the key does not fit yet');
});

test('at the limit of connections an idle HTTP/2 connection goes, never a busy one', async () => {
  const server = await start({ connections: 3 });
  const [busy, idle, other] = [sessionTo(server), sessionTo(server), sessionTo(server)];
  const late = ask(busy, { ':path': '/held' });
  await until('it is held', async () => server.held.length === 1);
  await ask(idle);
  await ask(other);
  const closed = once(idle, 'close');
  const newcomer = sessionTo(server);
  assert.equal((await ask(newcomer)).status, 200);
  await closed;
  assert.equal((await ask(other)).status, 200);
  server.held[0]?.();
  assert.deepEqual(await late, { status: 200, body: 'late' });
});

test('a busy HTTP/1.1 connection over TLS counts as busy', async () => {
  const server = await start({ connections: 1 });
  const socket = connectTls({
    port: server.port,
    host: '127.0.0.1',
    ca,
    ALPNProtocols: ['http/1.1'],
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  socket.write('GET /held HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n');
  await until('it is held', async () => server.held.length === 1);
  const refused = connectTcp(server.port, '127.0.0.1').on('error', () => {});
  await once(refused, 'close');
  server.held[0]?.();
  assert.match(await text(socket), /^HTTP\/1.1 200 [\s\S]+late$/);
});

test('while it drains, an answer ends its HTTP/2 session; running requests end as usual', async () => {
  const server = await start();
  const session = sessionTo(server);
  const late = ask(session, { ':path': '/held' });
  await until('it is held', async () => server.held.length === 1);
  server.drain();
  const goaway = once(session, 'goaway');
  assert.equal((await ask(session)).status, 200);
  await goaway;
  server.held[0]?.();
  assert.deepEqual(await late, { status: 200, body: 'late' });
  await until('the session ends', async () => session.destroyed);
});

test('a stop lets running requests end, and cuts off those that take longer than the grace', async () => {
  const server = await start();
  const [silent, first, second] = [sessionTo(server), sessionTo(server), sessionTo(server)];
  await ask(silent);
  const late = ask(first, { ':path': '/held' });
  await until('it is held', async () => server.held.length === 1);
  const never = ask(second, { ':path': '/held' });
  await until('both are held', async () => server.held.length === 2);
  const stopped = server.app.close();
  await once(silent, 'close');
  server.held[0]?.();
  assert.deepEqual(await late, { status: 200, body: 'late' });
  await assert.rejects(never);
  await stopped;
});

test('an HTTP/2 request whose body does not end is cancelled', async (t) => {
  const server = await start();
  const session = sessionTo(server);
  await ask(session);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stream = session.request({
    ...{ ':method': 'POST', ':path': '/', 'content-type': 'application/json' },
  });
  const closed = once(stream, 'close');
  stream.on('error', () => {});
  stream.write('{"a":');
  const seen = once(server.app.server, 'stream');
  await seen;
  t.mock.timers.tick(120_000);
  await closed;
  assert.equal(stream.rstCode, constants.NGHTTP2_CANCEL);
  t.mock.timers.reset();
  await sleep(0);
  assert.equal((await ask(session)).status, 200, 'the connection goes on');
});

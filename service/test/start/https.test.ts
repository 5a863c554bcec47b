import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type CpeUpdateRequest, ticketSchema, withoutVersion } from '@cpe-desk/contract';
import { z } from 'zod';
import { openDatabase } from '../../src/platform/database/database.ts';
import { pem, pemPath } from '../nig/https-nig.ts';
import { freePort } from '../support/free-port.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTestNig } from '../support/test-nig.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { until } from '../support/until.ts';

/* `npm run serve` with a certificate and its key: HTTP/2 to the whole desk. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const folder = stack.use(await tempFolder()).path;
const database = stack.use(await createTestDatabase());
const nig = await startTestNig(stack.use(await tempFolder()).path);
stack.defer(() => nig.stop());
const issuer = await startTokenIssuer();
stack.defer(issuer.stop);
const files = { cert: join(folder, 'tls.pem'), key: join(folder, 'tls-key.pem') };

const serve = (port: number, more: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [MAIN, '--without-portal'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...{ PORT: String(port), PUBLIC_URL: `https://127.0.0.1:${port}`, LOG_LEVEL: 'info' },
      ...{ DATABASE_URL: database.url, OIDC_ISSUER: issuer.url, NIG_URL: nig.url },
      ...{ DATA_DIR: join(folder, `data-${port}`), SHUTDOWN_GRACE_S: '0' },
      ...{ TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key },
      ...more,
    },
  });
  stack.defer(() => void child.kill('SIGKILL'));
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
  return { child, said: () => said, ended: once(child, 'close') };
};

test('a key that does not go with the certificate stops the start and is named', async () => {
  await copyFile(pemPath('server'), files.cert);
  await copyFile(pemPath('client-key'), files.key);
  const { child, said, ended } = serve(await freePort());
  await ended;
  assert.equal(child.exitCode, 1, said());
  assert.match(said(), /^TLS_KEY_FILE: does not go with the certificate/m);
  const missing = serve(await freePort(), { TLS_CERT_FILE: '/nowhere.pem' });
  await missing.ended;
  assert.match(missing.said(), /^TLS_CERT_FILE: \/nowhere\.pem cannot be used: ENOENT/m);
});

/** The desk that the tests below use. */
const open = async () => {
  await copyFile(pemPath('server-key'), files.key);
  const port = await freePort();
  const desk = serve(port);
  await until('it has started', async () => {
    assert.equal(desk.child.exitCode, null, desk.said());
    return desk.said().includes('Ctrl-C stops it');
  });
  const authorization = await issuer.tokenOf('olivia');
  const session = (): ClientHttp2Session => {
    const opened = connect(`https://127.0.0.1:${port}`, { ca: pem('ca') });
    stack.defer(() => opened.destroy());
    return opened;
  };
  const send = (by: ClientHttp2Session, path: string, body?: object, requestId?: string) =>
    by
      .request({
        ...{ ':path': path, ':method': body === undefined ? 'GET' : 'POST', authorization },
        ...(body && { 'content-type': 'application/json' }),
        ...(requestId !== undefined && { 'x-request-id': requestId }),
      })
      .on('error', () => {})
      .end(body && JSON.stringify(body));
  return { ...desk, session, send };
};
let desk: Awaited<ReturnType<typeof open>>;
let main: ClientHttp2Session;
let id: string;

const ask = async (path: string, body?: object) => {
  const stream = desk.send(main, path, body);
  const [headers] = await once(stream, 'response');
  const answer = z.looseObject({}).parse(JSON.parse(await text(stream)));
  return { status: headers[':status'], headers, body: answer };
};

/** The body of an update of the line's address. */
const updateTo = async (ipAddress: string): Promise<CpeUpdateRequest> => {
  const { cpe } = ticketSchema.parse((await ask(`/ticket/ctt/${id}`)).body);
  assert.ok(cpe);
  const current = withoutVersion(cpe);
  return { current, new: { ...current, ipAddress }, reason: 'test' };
};

test('an update and its events go by HTTP/2; limits and headers are those of HTTP/1.1', async () => {
  desk = await open();
  main = desk.session();
  await using db = openDatabase(database.url, { log: { warn() {} } });
  ({ id } = await addTestLine(db));
  const events = desk.send(main, `/ticket/ctt/events?id=${id}`);
  const [headers] = await once(events, 'response');
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
  let heard = '';
  events.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
  });
  const path = `/ticket/ctt/cpe/update/${id}`;
  const update = await ask(path, await updateTo('10.80.200.7'));
  assert.equal(update.status, 200);
  assert.match(String(update.headers['strict-transport-security']), /max-age/);
  await until('the state is heard', async () => heard.includes('"state":"applied"'));
  assert.equal((await ask(path, { reason: 'x'.repeat(70_000) })).status, 413);
  const metrics = desk.send(main, '/metrics');
  assert.match(await text(metrics), /^cpe_desk_certificate_seconds_left \d{6,}$/m);
  events.close();
});

test('a caller who leaves in the middle of an update does not stop it', async () => {
  await nig.setFaults({ latencyMs: 500 });
  await nig.forgetLog();
  const leaving = desk.session();
  const body = await updateTo('10.80.200.8');
  desk.send(leaving, `/ticket/ctt/cpe/update/${id}`, body, 'left-1');
  await until('NIG has it', async () => (await nig.log()).length > 0);
  leaving.destroy();
  await nig.setFaults();
  await until('it is applied', async () => {
    const ticket = ticketSchema.parse((await ask(`/ticket/ctt/${id}`)).body);
    return ticket.cpe?.ipAddress === '10.80.200.8';
  });
  await until('its line', async () => /"requestId":"left-1".+"status":499/.test(desk.said()));
});

test('SIGUSR2 switches to debug; a stop ends event streams and the process', async () => {
  desk.child.kill('SIGUSR2');
  await until('the level is debug', async () => desk.said().includes('"to":"debug"'));
  const events = desk.send(main, '/ticket/ctt/events');
  await once(events, 'response');
  const ends = once(events.resume(), 'end');
  desk.child.kill('SIGTERM');
  await ends;
  await desk.ended;
  assert.equal(desk.child.exitCode, 0, desk.said());
});

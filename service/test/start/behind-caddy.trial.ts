import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { type ServiceProcess, startServiceProcess } from '../faults/service-process.ts';
import { startCaddy } from '../support/caddy.ts';
import { clientWith } from '../support/client.ts';
import { freePort } from '../support/free-port.ts';
import { openNig } from '../support/ground.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, sendUpdate } from '../support/updates.ts';

/*
 * Three desks behind Debian's Caddy with deploy/caddy/Caddyfile: HTTP/2, events, a rolling restart.
 */

const DESKS = 3;
const TABS = 10;
const CLIENTS = 12;
/** As the Caddyfile needs it: longer than 1 s until it notices, and 4 s of idle connections. */
const GRACE_S = '6';

const stack = untilEnd(new AsyncDisposableStack());
const database = stack.use(await createTestDatabase());
const nig = await openNig(stack);
const issuer = await startTokenIssuer();
stack.defer(issuer.stop);
const port = await freePort();
const ports: number[] = [];
for (let n = 0; n < DESKS; n++) ports.push(await freePort());

const startDesk = async (at: number): Promise<ServiceProcess> =>
  stack.use(
    await startServiceProcess({
      database,
      nigUrl: nig.url,
      nigTimeoutMs: 5000,
      settings: {
        PORT: String(at),
        PUBLIC_URL: `https://localhost:${port}`,
        TRUSTED_PROXIES: '127.0.0.1,::1',
        OIDC_ISSUER: issuer.url,
        SESSION_SECRET: 'of all desks behind one proxy, 0123456789',
        SHUTDOWN_GRACE_S: GRACE_S,
      },
    }),
  );
const desks = await Promise.all(ports.map(startDesk));
const caddy = stack.use(
  await startCaddy(
    port,
    ports.map((at) => `127.0.0.1:${at}`),
  ),
);
tls.setDefaultCACertificates([...tls.getCACertificates('default'), caddy.authority]);
const authorization = await issuer.tokenOf('erin');
const operator = clientWith(caddy.origin, authorization);
await until('Caddy reaches a desk', () =>
  operator.get('/readyz').then(
    ({ status }) => status === 200,
    () => false, // It does not listen yet.
  ),
);

/** Streams the events of a ticket, as a tab does; answers what has arrived so far. */
const openTab = async (session: ClientHttp2Session, id: string) => {
  const stream = session.request({ ':path': `/ticket/ctt/events?id=${id}`, authorization });
  const tab = { text: '' };
  stream.setEncoding('utf8').on('data', (text) => {
    tab.text += text;
  });
  const [headers] = await once(stream, 'response');
  assert.equal(headers[':status'], 200);
  return tab;
};

test('ten tabs of one browser stream over one HTTP/2 connection, unbuffered, beside other requests', async () => {
  const { id } = await addTestLine(database.pool);
  const session = connect(caddy.origin);
  stack.defer(() => session.destroy());
  await once(session, 'connect');
  assert.equal(session.alpnProtocol, 'h2');
  const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(session, id)));
  // The answers stay open, so what arrives was not kept until their end.
  assert.equal((await sendUpdate(operator, id, { ipAddress: newAddress() })).status, 200);
  await until('each tab has the applied update', async () =>
    tabs.every(({ text }) => text.includes('"state":"applied"')),
  );
  const page = session.request({ ':path': `/ticket/ctt/${id}`, authorization });
  const [headers] = await once(page, 'response');
  assert.equal(headers[':status'], 200);
});

test('callers outside get neither the metrics nor the API reference', async () => {
  for (const path of ['/metrics', '/docs', '/docs/json'])
    assert.equal((await operator.get(path)).status, 404, path);
});

test('a rolling restart of three desks behind the proxy fails no request', async (t) => {
  const lines: { id: string }[] = [];
  for (let n = 0; n < CLIENTS; n++) lines.push(await addTestLine(database.pool));
  const failures: string[] = [];
  let [answered, isOver] = [0, false];
  const work = async ({ id }: { id: string }): Promise<void> => {
    while (!isOver) {
      try {
        const { status, body } = await sendUpdate(operator, id, { ipAddress: newAddress() });
        if (status !== 200) failures.push(`${status} ${JSON.stringify(body)}`);
        answered++;
      } catch (error) {
        failures.push(String(error instanceof Error ? (error.cause ?? error) : error));
      }
    }
  };
  const working = Promise.all(lines.map(work));
  const others = desks.map((_, n) => n);
  for (const n of others) {
    const before = answered;
    await until('requests are answered', async () => answered > before + 30, 60_000);
    desks[n]?.signal('SIGTERM');
    assert.equal(await desks[n]?.ended, 0);
    desks[n] = await startDesk(ports[n] ?? 0);
    // Until Caddy has seen it.
    await sleep(1500);
  }
  isOver = true;
  await working;
  t.diagnostic(`${answered} updates, each after a read, while three desks restarted`);
  assert.deepEqual(failures, []);
});

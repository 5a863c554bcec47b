import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as z from 'zod';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { sendUpdate } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

const openApi = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
  ),
});

test('/healthz and /readyz need no sign-in', async () => {
  assert.deepEqual(await (await fetch(`${desk.origin}/healthz`)).json(), { status: 'alive' });
  assert.deepEqual(await (await fetch(`${desk.origin}/readyz`)).json(), { status: 'ready' });
});

test('without its database a desk is alive but not ready, and answers 503', async () => {
  await using line = await openTcpLine(desk.databaseUrl);
  await using stack = new AsyncDisposableStack();
  const cut = stack.use(await startTestDesk({ beside: { ...desk, databaseUrl: line.url } }));
  const client = cut.operator;
  const { id } = await addTestLine(desk.db);
  assert.equal((await client.get('/readyz')).status, 200);
  line.refuse();
  line.cut();
  for (const path of ['/healthz', '/metrics']) assert.equal((await client.get(path)).status, 200);
  for (const path of ['/readyz', `/ticket/ctt/${id}`]) {
    const answer = await client.get(path);
    assertProblem(answer, 'unavailable');
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
  }
  await line.accept();
  await until('the desk is ready again', async () => (await client.get('/readyz')).status === 200);
  assert.equal((await client.get(`/ticket/ctt/${id}`)).status, 200);
});

test('/metrics counts requests by route, NIG’s answers by outcome, and unsettled updates', async () => {
  const { id } = await addTestLine(desk.db);
  await sendUpdate(operator, id);
  const text = await readMetrics(desk);
  assert.match(text, /^cpe_desk_nig_seconds_count\{call="send",outcome="accepted"\} 1$/m);
  assert.match(
    text,
    /^cpe_desk_http_request_seconds_count\{.*route="\/ticket\/ctt\/cpe\/update\/:id".*\} 1$/m,
  );
  assert.match(text, /^# TYPE cpe_desk_unsettled_updates gauge$/m);
  assert.match(text, /^cpe_desk_nig_available 1$/m);
  assert.match(text, /^process_cpu_seconds_total /m);
});

test('/metrics shows NIG’s budgets, open streams, how late events are, and the database’s role', async () => {
  const leaving = new AbortController();
  await operator.fetch('/ticket/ctt/events', { signal: leaving.signal });
  await desk.nig.setFaults({ latencyMs: 800 });
  const { id } = await addTestLine(desk.db);
  const sending = sendUpdate(operator, id);
  await until('the send is in its budget', async () =>
    /^cpe_desk_nig_calls_active\{call="send"\} 1$/m.test(await readMetrics(desk)),
  );
  const text = await readMetrics(desk);
  for (const figure of [
    /^cpe_desk_nig_calls_most\{call="look-up"\} 8$/m,
    /^cpe_desk_event_streams 1$/m,
    /^cpe_desk_event_lag_seconds \d/m,
    /^cpe_desk_unsettled_updates\{state="needs-attention"\} 0$/m,
    /^cpe_desk_unsettled_oldest_seconds\{state="needs-attention"\} 0$/m,
    /^cpe_desk_database_recovering 0$/m,
    /^cpe_desk_database_timeline 1$/m,
    /^cpe_desk_build_info\{version="\d+\.\d+\.\d+"\} 1$/m,
    /^nodejs_eventloop_lag_p99_seconds \d/m,
  ])
    assert.match(text, figure);
  assert.doesNotMatch(text, /^cpe_desk_database_standby_lag_seconds/m, 'there is no standby');
  leaving.abort();
  await sending;
  await desk.nig.setFaults();
  await until('the stream is gone', async () =>
    /^cpe_desk_event_streams 0$/m.test(await readMetrics(desk)),
  );
});

test('/metrics has the age of the issuer’s keys once the issuer gave them', async () => {
  assert.equal((await operator.get('/ticket/ctt?limit=1')).status, 200);
  const text = await readMetrics(desk);
  const age = /^cpe_desk_issuer_keys_age_seconds (\S+)$/m.exec(text)?.[1];
  assert.ok(Number(age) >= 0 && Number(age) < 900, `${age} s`);
  await using unasked = await startTestDesk({ beside: desk });
  const before = await readMetrics(unasked);
  assert.doesNotMatch(before, /^cpe_desk_issuer_keys_age_seconds /m);
});

test('/openapi.json is valid OpenAPI 3.1 and has every route of the contract', async () => {
  const document = openApi.parse(await (await fetch(`${desk.origin}/openapi.json`)).json());
  const { openapi, paths } = document;
  assert.match(openapi, /^3\.1\./);
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  for (const route of [
    'GET /ticket/ctt',
    'GET /ticket/ctt/{id}',
    'POST /ticket/ctt/cpe/update/{id}',
    'POST /ticket/ctt/cpe/preview/{id}',
    'GET /ticket/ctt/cpe/history/{id}',
    'GET /ticket/ctt/cpe/updates/{updateId}',
    'GET /ticket/ctt/events',
    'GET /catalog/models',
    'GET /auth/login',
    'GET /auth/callback',
    'POST /auth/logout',
    'GET /auth/me',
    'GET /healthz',
    'GET /readyz',
    'GET /metrics',
  ])
    assert.ok(described.includes(route), `${route} is not described: ${described.join(', ')}`);
  assert.deepEqual(paths['/healthz']?.get?.security, []);
  assert.equal(paths['/ticket/ctt']?.get?.security, undefined);
  const statuses = Object.keys(paths['/ticket/ctt/cpe/update/{id}']?.post?.responses ?? {});
  assert.deepEqual(statuses.sort(), '200 400 401 403 404 409 413 415 422 429 503 504'.split(' '));
});

test('/docs shows the API; all files of the page are served', async () => {
  const page = await fetch(`${desk.origin}/docs`);
  assert.equal(page.status, 200);
  const files = [...(await page.text()).matchAll(/(?:src|href)="(\S+?\.(?:js|css))"/g)].map(
    ([, file = '']) => file,
  );
  assert.ok(files.some((file) => file.includes('swagger-ui')));
  for (const file of files) assert.equal((await fetch(new URL(file, page.url))).status, 200, file);
});

test('every answer has a request id: the caller’s where it is valid, else a new one', async () => {
  const idOf = async (given?: string) =>
    (
      await fetch(`${desk.origin}/healthz`, { headers: given ? { 'x-request-id': given } : {} })
    ).headers.get('x-request-id');
  assert.equal(await idOf('trace-42'), 'trace-42');
  for (const unfit of [undefined, 'with space', 'x'.repeat(65)])
    assert.match((await idOf(unfit)) ?? '', /^[\da-f-]{36}$/);
});

test('an unknown path or update is answered with a problem', async () => {
  for (const path of [
    '/nowhere',
    '/ticket/ctt/cpe/updates/none',
    `/ticket/ctt/cpe/updates/${crypto.randomUUID()}`,
    // The router cannot read these: they are answered before its hooks run.
    '/ticket/ctt/%FF',
    `/ticket/ctt/${'x'.repeat(200)}`,
  ])
    assertProblem(await operator.get(path), 'not-found');
});

test('headers allow a browser only files of the desk, and no frames', async () => {
  const { headers } = await fetch(`${desk.origin}/healthz`);
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /'unsafe|upgrade-insecure/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, test } from 'node:test';
import type { Cpe } from '@cpe-desk/contract';
import { readConfig } from '../../../src/config/config.ts';
import type { Environment } from '../../../src/config/environment.ts';
import { httpNig } from '../../../src/nig/http-nig.ts';
import { traceNig } from '../../../src/nig/trace-nig.ts';
import { startTracing } from '../../../src/start/start-tracing.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { type ReceivedSpan, startCollector } from '../../support/collector.ts';
import { useDesk } from '../../support/desk.ts';
import { freePort } from '../../support/free-port.ts';
import { listen } from '../../support/listen.ts';
import { untilEnd } from '../../support/until-end.ts';
import { leaveUnknown, prepareUpdate, waitUntilSettled } from '../../support/updates.ts';

const desk = await useDesk();

/* A relay in front of NIG that sees which trace a call names. */
const seen: { traceparent: unknown; tracestate: unknown }[] = [];
const relay = untilEnd(
  await listen(
    createServer(async (request, response) => {
      const { method = '', url, headers } = request;
      seen.push({ traceparent: headers.traceparent, tracestate: headers.tracestate });
      const body = method === 'PUT' ? { body: await text(request) } : {};
      const sent = { 'content-type': 'application/json' };
      try {
        const answer = await fetch(`${desk.nig.url}${url}`, { method, headers: sent, ...body });
        const type = answer.headers.get('content-type') ?? '';
        response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
      } catch {
        // NIG drops the connection where a test wants it to.
        response.destroy();
      }
    }),
  ),
);
const adapter = httpNig({ url: relay.url, timeoutMs: 5000 });
desk.deps.nig = traceNig(adapter);
untilEnd({ [Symbol.asyncDispose]: adapter.close });

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${CALLER}-01`;

let stop = async () => {};
const trace = async (environment: Environment): Promise<void> => {
  const read = readConfig(environment);
  assert.ok(read.ok);
  ({ stop } = await startTracing(read.config, 'test', { warn() {} }));
};
afterEach(async () => {
  await stop();
  seen.length = 0;
});

/** Every value that must stay out of a span. */
const secrets = (cpes: readonly Cpe[], ...more: string[]): string[] =>
  [
    ...cpes.flatMap((cpe) => [cpe.ipAddress, cpe.serialNumber, cpe.macAddress, cpe.port]),
    ...more,
  ].filter((value) => value !== null);

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.find((span) => span.name === name);
  assert.ok(found, `${name} of ${spans.map((span) => span.name)}`);
  return found;
};

test('an update is one trace of its caller: request, steps, statements, NIG; and no values', async () => {
  await using collector = await startCollector();
  await trace({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=trial',
  });
  const { body, send } = await prepareUpdate(desk);
  const headers = { traceparent, tracestate: 'vendor=1', 'x-request-id': 'traced-1' };
  assert.equal((await send(headers)).status, 200);
  await stop();

  assert.equal(collector.received[0]?.path, '/v1/traces');
  const spans = collector.spans().filter(({ traceId }) => traceId === TRACE);
  const request = named(spans, 'POST /ticket/ctt/cpe/update/:id');
  assert.equal(request.parentSpanId, CALLER);
  assert.equal(request.attributes['http.response.status_code'], 200);
  assert.equal(request.attributes['cpe_desk.request_id'], 'traced-1');
  const { 'service.name': name, 'deployment.environment.name': place } = request.resource;
  assert.deepEqual([name, place], ['cpe-desk', 'trial']);
  const parents = {
    'update 3 load': request,
    'SQL select-update-contexts': named(spans, 'update 3 load'),
    'update 4-7 check': request,
    'update 8 record': request,
    'SQL record-intents': named(spans, 'update 8 record'),
    'update 9 send': request,
    'NIG send': named(spans, 'update 9 send'),
    'update 10 apply': request,
    'SQL write-applied': named(spans, 'update 10 apply'),
  };
  for (const [name, parent] of Object.entries(parents))
    assert.equal(named(spans, name).parentSpanId, parent.spanId, name);
  const nig = named(spans, 'NIG send');
  assert.equal(nig.attributes['cpe_desk.nig.outcome'], 'accepted');
  assert.equal(nig.attributes['http.response.status_code'], 201);
  assert.deepEqual(seen, [{ traceparent: `00-${TRACE}-${nig.spanId}-01`, tracestate: 'vendor=1' }]);
  for (const value of secrets([body.current, body.new], 'Olivia', 'demo-operator', 'CTT-'))
    assert.ok(!collector.text().includes(value), value);
});

test('refusals and look-ups are traced without values either, in protobuf by default', async () => {
  await using collector = await startCollector();
  await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await desk.nig.setFaults({ mode: 'reject' });
  const refused = await prepareUpdate(desk);
  assertProblem(await refused.send(), 'nig-rejected');
  const unknown = await leaveUnknown(desk);
  await waitUntilSettled(desk.operator, unknown.id);
  await stop();
  assert.equal(collector.received[0]?.type, 'application/x-protobuf');
  for (const text of ['rejected', 'settle update', 'NIG look-up', 'SQL write-applied'])
    assert.ok(collector.text().includes(text), text);
  const bodies = [refused.body, unknown.body].flatMap(({ current, new: wanted }) => [
    ...[current, wanted],
  ]);
  for (const value of secrets(bodies)) assert.ok(!collector.text().includes(value), value);
});

test('the statement of a batch names each update that it serves', async () => {
  await using collector = await startCollector();
  await trace({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  const updates = await Promise.all(Array.from({ length: 6 }, () => prepareUpdate(desk)));
  await Promise.all(updates.map(({ send }) => send()));
  await stop();
  const spans = collector.spans();
  const linked = spans.filter(({ name }) => name === 'batch').flatMap(({ links }) => links);
  const steps = new Set(
    spans.filter(({ name }) => name.startsWith('update')).map(({ spanId }) => spanId),
  );
  assert.ok(linked.length > 0);
  for (const { spanId } of linked) assert.ok(steps.has(spanId), spanId);
});

test('a collector that is away or silent fails no request, and no stop waits for it', async () => {
  await using silent = await listen(createServer(() => {}));
  for (const url of [silent.url, `http://127.0.0.1:${await freePort()}`]) {
    await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const { send } = await prepareUpdate(desk);
    assert.equal((await send()).status, 200);
    await stop();
  }
});

test('probes, scrapes and polls have no spans', async () => {
  await using collector = await startCollector();
  await trace({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  for (const path of ['/healthz', '/readyz', '/metrics']) await fetch(`${desk.origin}${path}`);
  await desk.operator.get('/policy/hold');
  await stop();
  const spans = collector.spans();
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name);
  assert.deepEqual([...new Set(roots)], ['GET /policy/hold']);
});

test('without a collector NIG gets the trace of the caller unchanged', async () => {
  const { send } = await prepareUpdate(desk);
  assert.equal((await send({ traceparent, tracestate: 'vendor=1' })).status, 200);
  assert.deepEqual(seen, [{ traceparent, tracestate: 'vendor=1' }]);
  const id = crypto.randomUUID();
  const other = await prepareUpdate(desk);
  await other.send({ 'x-request-id': id, traceparent: 'nonsense' });
  const expected = new RegExp(`^00-${id.replaceAll('-', '')}-[0-9a-f]{16}-00$`);
  assert.match(String(seen[1]?.traceparent), expected);
});

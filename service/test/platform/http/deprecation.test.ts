import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { describeApi, registerApiReference } from '../../../src/operations/api-reference.ts';
import type { Api } from '../../../src/platform/http/api.ts';
import { announceDeprecations } from '../../../src/platform/http/deprecation.ts';
import { registerProblems, sendNotFound } from '../../../src/platform/http/problem.ts';

const link = 'https://example.test/changelog#old';
const LINK = `<${link}>; rel="deprecation"; type="text/html"`;

/** A server with two deprecated routes, one with a date of removal, and one that stays. */
const listen = async (stack: AsyncDisposableStack) => {
  const app: Api = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  announceDeprecations(app);
  registerProblems(app);
  await describeApi(app, 'http://localhost');
  const since = '2026-11-02';
  const sunset = '2027-06-30';
  const route = (path: string, deprecated?: { since: string; sunset?: string; link: string }) =>
    app.get(
      path,
      { config: { action: 'public', deprecated }, schema: { tags: ['tickets'] } },
      (request, reply) => (path === '/failing' ? sendNotFound(request, reply) : reply.send({})),
    );
  route('/old', { since, sunset, link });
  route('/failing', { since, link });
  route('/current');
  await registerApiReference(app);
  stack.defer(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
};

test('a deprecated route says since when and until when, also where it fails; others do not', async () => {
  await using stack = new AsyncDisposableStack();
  const origin = await listen(stack);
  const ask = async (path: string) => {
    const { status, headers } = await fetch(origin + path);
    return [status, ...['deprecation', 'sunset', 'link'].map((name) => headers.get(name))];
  };
  assert.deepEqual(await ask('/old'), [200, '@1793577600', 'Wed, 30 Jun 2027 00:00:00 GMT', LINK]);
  assert.deepEqual(await ask('/failing'), [404, '@1793577600', null, LINK]);
  assert.deepEqual(await ask('/current'), [200, null, null, null]);
});

test('openapi.json marks a deprecated route, with its date of removal', async () => {
  await using stack = new AsyncDisposableStack();
  const origin = await listen(stack);
  const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as {
    paths: Record<string, { get: Record<string, unknown> }>;
  };
  const marks = Object.keys(paths).map((path) => {
    const { deprecated, 'x-sunset': sunset } = paths[path]?.get ?? {};
    return [path, deprecated, sunset];
  });
  assert.deepEqual(marks, [
    ['/old', true, '2027-06-30'],
    ['/failing', true, undefined],
    ['/current', undefined, undefined],
  ]);
});

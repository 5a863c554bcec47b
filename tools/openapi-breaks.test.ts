import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBreaks } from './openapi-breaks.ts';

const documentOf = (request: object, answer: object, parameters: object[] = []) => ({
  paths: {
    '/thing': {
      post: {
        parameters,
        requestBody: { content: { 'application/json': { schema: request } } },
        responses: {
          200: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Answer' } } },
          },
        },
      },
    },
  },
  components: { schemas: { Answer: answer } },
});

const text = { type: 'string' };
const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
});
const old = documentOf(object({ a: text }, ['a']), object({ id: text, state: text }, ['id']));

test('an addition breaks nothing', () => {
  const now = documentOf(
    object({ a: text, b: text }, ['a']),
    object({ id: text, state: text, more: text }, ['id']),
    [{ name: 'q', in: 'query', schema: text }],
  );
  assert.deepEqual(findBreaks(old, now), []);
});

for (const [what, now, said] of [
  ['a route that is gone', { paths: {} }, 'POST /thing is gone'],
  [
    'an answer without a member',
    documentOf(object({ a: text }, ['a']), object({ id: text }, ['id'])),
    'POST /thing 200: member state is gone',
  ],
  [
    'an answer that leaves a member out',
    documentOf(object({ a: text }, ['a']), object({ id: text, state: text })),
    'POST /thing 200: member id may be absent now',
  ],
  [
    'a request that needs more',
    documentOf(object({ a: text, b: text }, ['a', 'b']), object({ id: text, state: text }, ['id'])),
    'POST /thing body: member b is required now',
  ],
  [
    'a parameter that is required',
    documentOf(object({ a: text }, ['a']), object({ id: text, state: text }, ['id']), [
      { name: 'q', in: 'query', required: true, schema: text },
    ]),
    'POST /thing: parameter q is required now',
  ],
  [
    'another type',
    documentOf(object({ a: { type: 'number' } }, ['a']), object({ id: text, state: text }, ['id'])),
    'POST /thing body/a: type string does not fit any more',
  ],
  [
    'a value that may be null',
    documentOf(
      object({ a: text }, ['a']),
      object({ id: { type: ['string', 'null'] }, state: text }, ['id']),
    ),
    'POST /thing 200/id: type null does not fit any more',
  ],
] as const)
  test(`${what} is a break`, () => assert.deepEqual(findBreaks(old, now), [said]));

test('variants are compared whatever their order, and one that is gone is a break', () => {
  const coded = (code: string) => object({ code: { const: code } }, ['code']);
  const [a, b, c] = [coded('a'), coded('b'), coded('c')];
  const before = documentOf(text, { oneOf: [object({ x: text }), b] });
  assert.deepEqual(
    findBreaks(before, documentOf(text, { oneOf: [a, b, object({ x: text }), c] })),
    [],
  );
  assert.deepEqual(findBreaks(before, documentOf(text, { oneOf: [a, b] })), [
    'POST /thing 200: a variant is gone',
  ]);
});

test('a further problem beside a named one breaks nothing; null beside it does', () => {
  const withAnswer = (schema: object, named = object({ code: text }, ['code'])) => ({
    paths: {
      '/thing': {
        get: { responses: { 403: { content: { 'application/problem+json': { schema } } } } },
      },
    },
    components: { schemas: { Forbidden: named, Overage: object({ code: text }, ['code']) } },
  });
  const [forbidden, overage] = ['Forbidden', 'Overage'].map((name) => ({
    $ref: `#/components/schemas/${name}`,
  }));
  const before = withAnswer(forbidden ?? {});
  const both = { anyOf: [forbidden, overage] };
  assert.deepEqual(findBreaks(before, withAnswer(both)), []);
  assert.deepEqual(findBreaks(before, withAnswer(both, object({}))), [
    'GET /thing 403: member code is gone',
    'GET /thing 403: member code may be absent now',
  ]);
  assert.ok(findBreaks(before, withAnswer({ anyOf: [forbidden, { type: 'null' }] })).length > 0);
});

test('a deprecated route may go after its sunset, not before, and not without one', () => {
  const deprecated = (marks: object) => ({
    paths: { '/thing': { get: { responses: {}, ...marks } } },
  });
  const gone = { paths: {} };
  const old = deprecated({ deprecated: true, 'x-sunset': '2027-06-30' });
  assert.deepEqual(findBreaks(old, gone, '2027-07-01'), []);
  assert.deepEqual(findBreaks(old, gone, '2027-06-30'), ['GET /thing is gone']);
  assert.deepEqual(findBreaks(deprecated({ deprecated: true }), gone, '2099-01-01'), [
    'GET /thing is gone',
  ]);
});

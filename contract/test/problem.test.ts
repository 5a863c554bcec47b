import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import {
  type Failure,
  fieldErrorCodes,
  problemBody,
  problemCodes,
  problemSchema,
  problems,
} from '../src/problem.ts';
import { sampleCpe as cpe, sampleModel as model } from './support/sample-cpe.ts';

const errors = [{ pointer: '/new/port', code: 'not-a-port', detail: 'Give a port' }];

/** One of each code, with its status. */
const samples: [status: number, Failure][] = [
  [400, { code: 'malformed-request', detail: 'd', errors }],
  [401, { code: 'unauthenticated', detail: 'd' }],
  [403, { code: 'forbidden', detail: 'd' }],
  [403, { code: 'group-overage', detail: 'd' }],
  [404, { code: 'ctt-not-found', detail: 'd' }],
  [404, { code: 'not-found', detail: 'd' }],
  [422, { code: 'invalid-cpe', detail: 'd', errors }],
  [422, { code: 'no-network-context', detail: 'd', missing: ['OLT'] }],
  [422, { code: 'not-eligible', detail: 'd', reasons: ['not-ftth'] }],
  [
    409,
    {
      code: 'stale-cpe',
      detail: 'd',
      conflicts: [{ field: 'port', opened: 'a', now: 'b', wanted: 'c' }],
      cpe: { ...cpe, version: 2 },
    },
  ],
  [409, { code: 'update-in-progress', detail: 'd', updateId: 'u' }],
  [409, { code: 'not-settleable', detail: 'd', state: 'applied' }],
  [
    409,
    { code: 'not-revertible', detail: 'd', conflicts: [{ field: 'port', after: 'a', now: 'b' }] },
  ],
  [409, { code: 'value-in-use', detail: 'd', errors }],
  [409, { code: 'duplicate-row', detail: 'd', firstRow: 1 }],
  [409, { code: 'wrong-bulk-state', detail: 'd', state: 'reading' }],
  [409, { code: 'check-changed', detail: 'd', checkHash: null }],
  [409, { code: 'check-expired', detail: 'd', expiresAt: '2026-01-01T00:00:00Z' }],
  [409, { code: 'model-exists', detail: 'd', model }],
  [409, { code: 'name-in-use', detail: 'd' }],
  [409, { code: 'nig-differs', detail: 'd', fields: ['model'], nig: cpe }],
  [409, { code: 'idempotency-key-reused', detail: 'd' }],
  [422, { code: 'nig-rejected', detail: 'd', updateId: 'u', nig: { code: 'N', message: 'm' } }],
  [503, { code: 'nig-unavailable', detail: 'd' }],
  [504, { code: 'nig-outcome-unknown', detail: 'd', updateId: 'u' }],
  [413, { code: 'body-too-large', detail: 'd' }],
  [415, { code: 'unsupported-media-type', detail: 'd' }],
  [429, { code: 'too-many-requests', detail: 'd' }],
  [503, { code: 'unavailable', detail: 'd' }],
  [500, { code: 'internal-error', detail: 'd' }],
];

test('each code has its status and its schema', () => {
  assert.deepEqual(samples.map(([, { code }]) => code).sort(), problemCodes.toSorted());
  for (const [status, failure] of samples) {
    assert.equal(problems[failure.code].status, status, failure.code);
    const body = problemBody(failure);
    assert.equal(body.type, `urn:cpe-desk:problem:${failure.code}`);
    assert.deepEqual(problemSchema(failure.code).parse(body), body);
  }
});

test('unavailable may have one of the documented causes', () => {
  const of = (cause: unknown) =>
    problemSchema('unavailable').safeParse({
      ...problemBody({ code: 'unavailable', detail: 'd' }),
      cause,
    }).success;
  assert.deepEqual(['held', 'database-rewound', 'other'].map(of), [true, true, false]);
});

test('a missing member is refused', () => {
  for (const [, failure] of samples)
    for (const [member, schema] of Object.entries(problems[failure.code].members)) {
      if (schema instanceof z.ZodOptional) continue;
      const { [member]: _, ...rest } = Object.fromEntries(Object.entries(problemBody(failure)));
      assert.equal(
        problemSchema(failure.code).safeParse(rest).success,
        false,
        `${failure.code} ${member}`,
      );
    }
});

test('codes and titles are unique, and another status or code is refused', () => {
  assert.equal(new Set(problemCodes.map((code) => problems[code].title)).size, problemCodes.length);
  for (const [, failure] of samples) {
    const body = problemBody(failure);
    for (const wrong of [{ status: 200 }, { code: 'other' }, { detail: undefined }])
      assert.equal(
        problemSchema(failure.code).safeParse({ ...body, ...wrong }).success,
        false,
        failure.code,
      );
  }
});

test('field errors have the documented codes', () => {
  assert.deepEqual(
    [...fieldErrorCodes],
    [
      'required',
      'too-long',
      'unknown-model',
      'withdrawn-model',
      'not-an-address',
      'not-a-host-address',
      'outside-allowed-prefixes',
      'not-whole',
      'too-low',
      'above-line-rate',
      'above-model-rate',
      'not-a-port',
      'no-such-port',
      'port-needs-onu',
      'not-a-serial',
      'not-a-mac',
      'not-a-prefix',
      'second-ipv6-address',
      'control-character',
    ],
  );
});

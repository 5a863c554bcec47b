import assert from 'node:assert/strict';
import { type ProblemCode, problemSchema, problems } from '@cpe-desk/contract';
import * as z from 'zod';

const withErrors = z.object({
  errors: z.array(z.looseObject({ pointer: z.string(), code: z.string() })),
});

/**
 * Asserts that an answer is this problem, with exactly the members of its schema; answers its body.
 */
export function assertProblem(
  answer: { status: number; headers: Headers; body: unknown },
  code: ProblemCode,
): Record<string, unknown> {
  const body = z.looseObject({ code: z.string(), detail: z.string() }).parse(answer.body);
  assert.equal(body.code, code, `${body.code}: ${body.detail}`);
  assert.equal(answer.status, problems[code].status);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.ok(answer.headers.get('x-request-id'));
  assert.deepEqual(problemSchema(code).parse(answer.body), answer.body);
  return body;
}

/** The field errors of a problem, as `pointer code`. */
export function errorsOf(body: unknown): string[] {
  return withErrors.parse(body).errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

import { type ProblemCode, problemSchema, problems } from '@cpe-desk/contract';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** The server on which features register their routes, typed by the contract's schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const idParams = z.object({ id: z.string().describe('Id of the ticket') });

/** The failures of every route that needs a caller. */
const ALWAYS = [
  ...(['unauthenticated', 'forbidden', 'group-overage'] as const),
  ...(['too-many-requests', 'unavailable'] as const),
] as const;

/**
 * The problem answers of a route for its OpenAPI description: by status, each with its possible
 * codes.
 */
export const problemAnswers = (...codes: ProblemCode[]) => {
  const all = [...codes, ...ALWAYS];
  const statuses = [...new Set(all.map((code) => problems[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const here = all.filter((code) => problems[code].status === status);
      const [first, ...others] = here.map(problemSchema);
      const schema = first && others.length > 0 ? z.union([first, ...others]) : first;
      return [
        status,
        { description: here.join(', '), content: { 'application/problem+json': { schema } } },
      ];
    }),
  );
};

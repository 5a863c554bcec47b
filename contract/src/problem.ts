import * as z from 'zod';
import { bulkStates } from './bulk-state.ts';
import { deviceModelSchema } from './catalogue.ts';
import { cpeFieldSchema, cpeSchema, versionedCpeSchema } from './cpe.ts';
import { cpeUpdateStates } from './cpe-update-state.ts';
import { ineligibilityReasons } from './eligibility.ts';
import { networkElementKinds } from './service-line.ts';

/** A finding about one place in a request. `pointer` is a JSON pointer (RFC 6901). */
export const findingSchema = z
  .object({ pointer: z.string(), code: z.string(), detail: z.string() })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof findingSchema>;

export const fieldErrorCodes = [
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
] as const;
export type FieldErrorCode = (typeof fieldErrorCodes)[number];

/** A field's value on the three sides of a stale update. */
export const conflictSchema = z
  .object({
    field: cpeFieldSchema,
    opened: z.unknown().describe('the value that the caller opened'),
    now: z.unknown().describe('the value recorded now'),
    wanted: z.unknown().describe('the value that the caller wants'),
  })
  .meta({ id: 'Conflict' });
export type Conflict = z.infer<typeof conflictSchema>;

const errors = z.array(findingSchema);

/** Why the desk is unavailable, where the caller can act on it. */
export const unavailableCauses = ['held', 'database-rewound'] as const;
export type UnavailableCause = (typeof unavailableCauses)[number];

/** Every expected failure: its status, its title and its members. Anything else is a bug. */
export const problems = {
  'malformed-request': {
    status: 400,
    title: 'The request does not match this route',
    members: { errors },
  },
  unauthenticated: { status: 401, title: 'Sign in first', members: {} },
  forbidden: { status: 403, title: 'Your role does not allow this', members: {} },
  'group-overage': {
    status: 403,
    title: 'The issuer sent a link instead of your groups',
    members: {},
  },
  'ctt-not-found': { status: 404, title: 'The ticket does not exist', members: {} },
  'not-found': { status: 404, title: 'No resource has this address', members: {} },
  'invalid-cpe': { status: 422, title: 'Some values break a rule', members: { errors } },
  'no-network-context': {
    status: 422,
    title: "The line's network elements are incomplete",
    members: { missing: z.array(z.enum(networkElementKinds)) },
  },
  'not-eligible': {
    status: 422,
    title: 'The CPE cannot be edited from this ticket',
    members: { reasons: z.array(z.enum(ineligibilityReasons)) },
  },
  'stale-cpe': {
    status: 409,
    title: 'The CPE changed after it was opened',
    members: { conflicts: z.array(conflictSchema), cpe: versionedCpeSchema },
  },
  'update-in-progress': {
    status: 409,
    title: 'Another update of this line is unsettled',
    members: { updateId: z.string() },
  },
  'not-settleable': {
    status: 409,
    title: 'This update cannot be settled with this outcome',
    members: { state: z.enum(cpeUpdateStates) },
  },
  'not-revertible': {
    status: 409,
    title: 'This update cannot be reverted',
    members: {
      conflicts: z.array(
        z.object({
          field: cpeFieldSchema,
          after: z.unknown().describe('the value after the update'),
          now: z.unknown().describe('the value recorded now'),
        }),
      ),
    },
  },
  'value-in-use': {
    status: 409,
    title: 'Another line uses one of the values',
    members: {
      errors,
      freedByRow: z
        .int()
        .optional()
        .describe('Of a row of a bulk: an earlier row frees the values; retry after the run'),
    },
  },
  'duplicate-row': {
    status: 409,
    title: 'An earlier row of the file is about the same line',
    members: { firstRow: z.int() },
  },
  'wrong-bulk-state': {
    status: 409,
    title: 'The bulk is in a state that does not allow this',
    members: { state: z.enum(bulkStates) },
  },
  'check-changed': {
    status: 409,
    title: 'The bulk was checked again',
    members: { checkHash: z.string().nullable().describe('The present one; null: none') },
  },
  'check-expired': {
    status: 409,
    title: 'The check of the bulk is too old',
    members: { expiresAt: z.iso.datetime() },
  },
  'name-in-use': {
    status: 409,
    title: 'Another API token has this name',
    members: {},
  },
  'nig-differs': {
    status: 409,
    title: 'NIG holds a different CPE',
    members: { fields: z.array(cpeFieldSchema), nig: cpeSchema },
  },
  'model-exists': {
    status: 409,
    title: 'The catalogue has this model',
    members: { model: deviceModelSchema },
  },
  'idempotency-key-reused': {
    status: 409,
    title: 'The Idempotency-Key was used for a different request',
    members: {},
  },
  'nig-rejected': {
    status: 422,
    title: 'NIG refused the update',
    members: { updateId: z.string(), nig: z.object({ code: z.string(), message: z.string() }) },
  },
  'nig-unavailable': { status: 503, title: 'NIG cannot be reached', members: {} },
  'nig-outcome-unknown': {
    status: 504,
    title: 'The outcome of the update in NIG is unknown',
    members: { updateId: z.string() },
  },
  'body-too-large': { status: 413, title: 'The body is too large', members: {} },
  'unsupported-media-type': { status: 415, title: 'Send JSON', members: {} },
  'too-many-requests': { status: 429, title: 'Too many requests', members: {} },
  unavailable: {
    status: 503,
    title: 'The desk is unavailable',
    members: { cause: z.enum(unavailableCauses).optional() },
  },
  'internal-error': { status: 500, title: 'The desk has an internal error', members: {} },
} as const;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as ProblemCode[];

type MembersOf<Code extends ProblemCode> =
  (typeof problems)[Code]['members'] extends infer Members extends z.core.$ZodShape
    ? Members
    : never;

/** An expected failure as a value: its code, its detail and the members of the code. */
export type Failure = {
  [Code in ProblemCode]: z.infer<
    z.ZodObject<{ code: z.ZodLiteral<Code>; detail: z.ZodString } & MembersOf<Code>>
  >;
}[ProblemCode];

const schemaOf = (code: ProblemCode) =>
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.literal(problems[code].status),
      code: z.literal(code),
      detail: z.string(),
      ...problems[code].members,
    })
    .meta({ id: `Problem-${code}` });

const schemas = new Map(problemCodes.map((code) => [code, schemaOf(code)]));

/**
 * `application/problem+json` (RFC 9457) of one code. OpenAPI refers to a schema by its id, so each
 * code has one schema object.
 */
export const problemSchema = (code: ProblemCode): z.ZodType => schemas.get(code) ?? schemaOf(code);

/** The members that all problems have, for readers that then look at `code`. */
export const anyProblemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
});
export type AnyProblem = z.infer<typeof anyProblemSchema>;

/** The body of a problem answer. */
export const problemBody = (failure: Failure) => {
  const { status, title } = problems[failure.code];
  return { type: `urn:cpe-desk:problem:${failure.code}`, title, status, ...failure };
};
export type ProblemBody = ReturnType<typeof problemBody>;

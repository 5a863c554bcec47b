import { nigCapabilitiesSchema, nigPayloadSchema } from '@cpe-desk/contract';
import { z } from 'zod';

/*
 * The form of a profile: how the requests and answers of a NIG map to updates. Its values are
 * JSONata expressions. docs/integrate/nig-profiles.md describes each member.
 */

/** `$eval` would run text of an answer as an expression. */
const expression = z
  .string()
  .min(1)
  .refine((text) => !/\$eval\b/.test(text), 'must not use $eval');

const onlyReads = z.literal('GET', 'must be GET: only "send" may change NIG');

const ruleOf = <const Outcomes extends readonly [string, ...string[]]>(outcomes: Outcomes) =>
  z
    .strictObject({
      name: z.string().optional(),
      status: z.array(z.int().min(100).max(599)).min(1),
      contentType: z.string().optional(),
      when: expression.optional(),
      outcome: z.enum(outcomes),
      reference: expression.optional(),
      code: expression.optional(),
      message: expression.optional(),
      handle: expression.optional(),
    })
    .superRefine(({ outcome, ...rule }, context) => {
      const need = (name: 'reference' | 'code' | 'message' | 'when'): void => {
        if (rule[name] === undefined)
          context.addIssue({ code: 'custom', path: [name], message: `${outcome} needs it` });
      };
      if (outcome === 'accepted') need('reference');
      if (outcome === 'rejected') for (const name of ['code', 'message'] as const) need(name);
      if (outcome === 'never-got-it') need('when');
      if (rule.handle !== undefined && outcome !== 'unknown')
        context.addIssue({ code: 'custom', path: ['handle'], message: 'goes with unknown' });
    });

/** An acceptance counts only if the answer names the update. */
const namesUpdate = z
  .array(z.object({ outcome: z.string(), when: z.string().optional() }))
  .superRefine((rules, context) => {
    for (const [index, { outcome, when = '' }] of rules.entries())
      if (outcome === 'accepted' && !when.includes('$updateId'))
        context.addIssue({
          code: 'custom',
          path: [index, 'when'],
          message: 'must compare the answer with $updateId: an acceptance names its update',
        });
  });

const sendRules = z.array(ruleOf(['accepted', 'rejected', 'unknown'])).min(1);
const monitorRules = z.array(ruleOf(['accepted', 'rejected', 'unknown', 'gone'])).min(1);
const lookUpRules = z.array(ruleOf(['accepted', 'rejected', 'unknown', 'never-got-it'])).min(1);

const exchangeSchema = z.strictObject({
  status: z.int(),
  contentType: z.string().default('application/json'),
  headers: z.strictObject({ location: z.string(), etag: z.string() }).partial().default({}),
  body: z.unknown(),
});

const sampleSchema = z.strictObject({
  name: z.string().optional(),
  call: z.enum(['send', 'lookUp', 'cpeOf']),
  updateId: z.string().default('00000000-0000-4000-8000-000000000001'),
  serviceLineId: z.string(),
  handle: z.string().nullable().default(null),
  payload: z
    .strictObject({ ...nigPayloadSchema.shape, new: nigPayloadSchema.shape.new.partial() })
    .partial()
    .default({}),
  exchange: z.array(exchangeSchema),
  outcome: z
    .enum(['accepted', 'rejected', 'unavailable', 'unknown', 'never-got-it'])
    .optional()
    .describe('Of send and lookUp'),
  cpe: z.unknown().optional().describe('Of cpeOf: the CPE, or null'),
  reference: z.string().optional(),
  code: z.string().optional(),
  handled: z.string().optional().describe('The handle that the answer gives'),
});

const twoSends = 'must be one request: an update has exactly one changing call';

export const profileSchema = z
  .strictObject({
    profile: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and -'),
    version: z.int().min(1),
    follows: z.string().min(1).describe('The version and file of the definition that it follows'),
    capabilities: nigCapabilitiesSchema.strict(),
    /** Promises that a NIG of this kind cannot keep, with the reason. */
    cannot: z
      .array(z.strictObject({ promise: z.int().min(1).max(10), why: z.string().min(1) }))
      .default([]),
    find: z
      .strictObject({
        method: onlyReads,
        path: expression,
        id: expression,
        count: expression,
        record: expression.optional(),
      })
      .optional(),
    send: z.strictObject(
      {
        method: z.enum(['PUT', 'PATCH', 'POST']),
        path: expression,
        contentType: z.string().default('application/json'),
        headers: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), expression).default({}),
        body: expression,
        answers: sendRules,
      },
      { error: (issue) => (Array.isArray(issue.input) ? twoSends : undefined) },
    ),
    monitor: z.strictObject({ method: onlyReads, answers: monitorRules }).optional(),
    lookUp: z
      .strictObject({ method: onlyReads, path: expression, answers: lookUpRules })
      .optional(),
    cpeOf: z.strictObject({ method: onlyReads, path: expression, cpe: expression }).optional(),
    samples: z.array(sampleSchema).min(1, 'at least one sample'),
  })
  .superRefine((profile, context) => {
    const refuse = (path: PropertyKey[], message: string) =>
      void context.addIssue({ code: 'custom', path, message });
    const { lookUp, cpeOf, asynchronous } = profile.capabilities;
    if (lookUp !== (profile.lookUp !== undefined))
      refuse(['capabilities', 'lookUp'], 'is true where "lookUp" is given, else false');
    if (cpeOf !== (profile.cpeOf !== undefined))
      refuse(['capabilities', 'cpeOf'], 'is true where "cpeOf" is given, else false');
    if (asynchronous !== (profile.monitor !== undefined))
      refuse(['capabilities', 'asynchronous'], 'is true where "monitor" is given, else false');
    for (const call of ['send', 'lookUp'] as const)
      for (const { path, message } of namesUpdate.safeParse(profile[call]?.answers ?? []).error
        ?.issues ?? [])
        refuse([call, 'answers', ...path], message);
    for (const [index, { outcome }] of profile.lookUp?.answers.entries() ?? [])
      if (asynchronous && outcome === 'never-got-it')
        refuse(
          ['lookUp', 'answers', index, 'outcome'],
          'a NIG that answers before it applies cannot be known never to have got an update',
        );
  });

export type Profile = z.infer<typeof profileSchema>;
export type Sample = Profile['samples'][number];

type AnyRule = Profile['send']['answers'][number];
/** A rule of any of the answers. */
export type Rule = Omit<AnyRule, 'outcome'> & {
  outcome: AnyRule['outcome'] | 'gone' | 'never-got-it';
};

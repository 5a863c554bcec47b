import * as z from 'zod';
import { roles } from './access.ts';
import { actorSchema } from './actor.ts';
import { hasUnsafeCharacter, isBlank } from './fields/characters.ts';
import { segmentGroupSchema } from './service-line.ts';

/** A token is valid for at most this long. */
export const MOST_TOKEN_DAYS = 365;

const LONGEST_NAME = 100;

/** The name of a token's program. */
export const apiTokenNameSchema = z
  .string()
  .max(LONGEST_NAME)
  .refine(
    (text) => !hasUnsafeCharacter(text),
    'Leave out control characters and those that change the direction of text',
  )
  .refine((text) => !isBlank(text), 'Give a name that can be read')
  .transform((text) => text.trim());

/** The body of `POST /access/tokens`. */
export const apiTokenRequestSchema = z
  .strictObject({
    name: apiTokenNameSchema.describe('The program, as history and access log show it'),
    roles: z.array(z.enum(roles)).min(1).describe('Any but admin'),
    segmentGroups: z.array(segmentGroupSchema).describe('Among your own'),
    expiresAt: z.iso
      .datetime({ offset: true })
      .describe(`In the future, in at most ${MOST_TOKEN_DAYS} days`),
  })
  .meta({ id: 'ApiTokenRequest' });
export type ApiTokenRequest = z.infer<typeof apiTokenRequestSchema>;

/** A token without its secret. */
export const apiTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('The first characters of the token'),
    roles: z.array(z.enum(roles)),
    segmentGroups: z.array(segmentGroupSchema),
    createdAt: z.iso.datetime(),
    createdBy: actorSchema,
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().describe('Exact to a minute; null: never'),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiToken' });
export type ApiToken = z.infer<typeof apiTokenSchema>;

export const apiTokenListSchema = z
  .object({ items: z.array(apiTokenSchema) })
  .meta({ id: 'ApiTokenList' });
export type ApiTokenList = z.infer<typeof apiTokenListSchema>;

/** The answer of `POST /access/tokens`: the only one with the token itself. */
export const createdApiTokenSchema = apiTokenSchema
  .extend({ token: z.string().describe('Shown once; the desk keeps only its hash') })
  .meta({ id: 'CreatedApiToken' });
export type CreatedApiToken = z.infer<typeof createdApiTokenSchema>;

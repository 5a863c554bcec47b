import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { LONGEST_NAME } from './catalogue.ts';
import { hasUnsafeCharacter, isBlank } from './fields/characters.ts';
import { inOneLine } from './fields/text.ts';

/**
 * How a model connects to the line. A model with an SFP cage is no PON device: the module in it may
 * be one.
 */
export const modelAccesses = [
  ...['gpon', 'xgs-pon', 'xg-pon', 'epon', '10g-epon'],
  ...['ethernet', 'sfp', 'sfp-plus', 'dsl', 'docsis', 'lte', '5g'],
] as const;

/** Longest note about a model, in characters. */
const LONGEST_NOTE = 200;
/** PostgreSQL's `integer`. */
const LARGEST_KBPS = 2_147_483_647;

const nameSchema = z
  .string()
  .trim()
  .max(LONGEST_NAME)
  .refine((text) => !isBlank(text), 'Give a name that can be read')
  .refine((text) => !hasUnsafeCharacter(text), 'Leave out control characters');

const noteSchema = z
  .string()
  .max(LONGEST_NOTE)
  .refine((text) => !hasUnsafeCharacter(inOneLine(text)), 'Leave out control characters')
  .nullish()
  .transform((text) => text?.trim() || null);

const nameMembers = { manufacturer: nameSchema, model: nameSchema };

/** The body of `POST /catalog/models`. */
export const newModelSchema = z
  .strictObject({
    ...nameMembers,
    access: z
      .string()
      .nullish()
      .transform((text) => text?.trim().toLowerCase() ?? null)
      .pipe(z.enum(modelAccesses).nullable())
      .describe(`One of ${modelAccesses.join(', ')}, in any case; null: unknown`),
    maxPortKbps: z
      .int()
      .min(1)
      .max(LARGEST_KBPS)
      .nullish()
      .transform((kbps) => kbps ?? null)
      .describe('Speed of the fastest port, kbit/s; null: unknown'),
    note: noteSchema.describe(`At most ${LONGEST_NOTE} characters`),
  })
  .meta({ id: 'NewModel' });
export type NewModel = z.infer<typeof newModelSchema>;

/** The body of `POST /catalog/model-requests`. */
export const modelRequestBodySchema = z
  .strictObject({ ...nameMembers, note: noteSchema.describe('Where the model was seen') })
  .meta({ id: 'NewModelRequest' });
export type ModelRequestBody = z.infer<typeof modelRequestBodySchema>;

/** A model that someone needs and that the catalogue lacks. */
export const modelRequestSchema = z
  .object({
    id: z.string(),
    manufacturer: z.string(),
    model: z.string(),
    note: z.string().nullable(),
    by: actorSchema,
    at: z.iso.datetime(),
  })
  .meta({ id: 'ModelRequest' });
export type ModelRequest = z.infer<typeof modelRequestSchema>;

export const modelRequestListSchema = z
  .object({ items: z.array(modelRequestSchema) })
  .meta({ id: 'ModelRequestList' });

export const vendorIdListSchema = z
  .object({ items: z.array(z.object({ vendorId: z.string(), vendor: z.string() })) })
  .meta({ id: 'VendorIdList', description: 'The first 4 letters of PON serial numbers' });

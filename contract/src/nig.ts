import * as z from 'zod';

/** What a NIG can do, by its adapter and the settings. */
export const nigCapabilitiesSchema = z
  .object({
    lookUp: z.boolean().describe('NIG can be asked for the outcome of an update'),
    cpeOf: z.boolean().describe('NIG says which CPE it holds for a line'),
    idempotentById: z.boolean().describe('The same update sent twice has the effect of one'),
    asynchronous: z.boolean().describe('NIG may answer before it has applied an update'),
  })
  .meta({ id: 'NigCapabilities' });
export type NigCapabilities = z.infer<typeof nigCapabilitiesSchema>;

export const nigAdapters = ['http', 'mapped-http', 'nats'] as const;
export type NigAdapter = (typeof nigAdapters)[number];

/** The kinds of calls to NIG. Each has a budget of its own. */
export const nigCallKinds = ['send', 'look-up', 'reconcile'] as const;
export type NigCallKind = (typeof nigCallKinds)[number];

/** The connection of one instance to NIG, as it is now. */
export const nigStatusSchema = z
  .object({
    adapter: z.enum(nigAdapters),
    profile: z
      .object({ name: z.string(), version: z.int(), sha256: z.string() })
      .nullable()
      .describe('The mapping of the adapter mapped-http; `sha256` of its file'),
    capabilities: nigCapabilitiesSchema,
    circuit: z
      .enum(['closed', 'open', 'half-open'])
      .describe('open: updates are refused because NIG did not answer; half-open: one tries NIG'),
    budgets: z.array(
      z.object({
        call: z.enum(nigCallKinds),
        active: z.int().describe('Calls that run now or wait for a connection'),
        most: z.int(),
      }),
    ),
  })
  .meta({ id: 'NigStatus', description: 'The connection of the answering instance to NIG' });
export type NigStatus = z.infer<typeof nigStatusSchema>;

/** The request that an update would send to NIG. */
export const nigRequestSchema = z
  .object({
    method: z.string().describe('For nats: REQUEST'),
    path: z.string().describe('Path and query at NIG_URL; for nats: the subject'),
    headers: z.record(z.string(), z.string()).describe('Without credentials'),
    body: z.string(),
  })
  .meta({ id: 'NigRequest', description: 'The exact request; `{updateId}` stands for the id' });
export type NigRequest = z.infer<typeof nigRequestSchema>;

/** In the answer of a preview: the request, or why it cannot be told. */
export const nigRequestPreviewSchema = z.discriminatedUnion('known', [
  z.object({ known: z.literal(true), request: nigRequestSchema }),
  z.object({ known: z.literal(false), why: z.string() }),
]);
export type NigRequestPreview = z.infer<typeof nigRequestPreviewSchema>;

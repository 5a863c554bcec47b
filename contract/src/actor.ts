import * as z from 'zod';

/** Who did something. The name is kept as it was at that time. */
export const actorSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Actor' });
export type Actor = z.infer<typeof actorSchema>;

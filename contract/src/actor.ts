import * as z from 'zod';

/** Who did something; the name is frozen as it was then. */
export const actorSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Actor' });
export type Actor = z.infer<typeof actorSchema>;

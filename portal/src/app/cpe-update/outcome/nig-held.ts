import { type Cpe, cpeSchema } from '@cpe-desk/contract';
import * as z from 'zod';

const nigDiffersSchema = z.object({ code: z.literal('nig-differs'), nig: cpeSchema });

/** What NIG holds instead, where a problem says that the operator may decide to overwrite it. */
export const nigHeld = (problem: unknown): Cpe | null =>
  nigDiffersSchema.safeParse(problem).data?.nig ?? null;

import * as z from 'zod';
import { roles } from './access.ts';
import { actorSchema } from './actor.ts';
import { plainText } from './fields/text.ts';
import { segmentGroupSchema } from './service-line.ts';
import { pageLimit } from './ticket.ts';

/** A person's session in one browser. */
export const portalSessionSchema = z
  .object({
    id: z.string().describe('Names the session; nobody can sign in with it'),
    person: actorSchema,
    roles: z.array(z.enum(roles)),
    segmentGroups: z.array(segmentGroupSchema),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().describe('Exact to a minute'),
    expiresAt: z.iso.datetime().describe('When it ends at the latest'),
    isCurrent: z.boolean().describe('Whether this request belongs to it'),
  })
  .meta({ id: 'PortalSession' });
export type PortalSession = z.infer<typeof portalSessionSchema>;

export const portalSessionPageSchema = z
  .object({ items: z.array(portalSessionSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'PortalSessionPage' });
export type PortalSessionPage = z.infer<typeof portalSessionPageSchema>;

export const portalSessionQuerySchema = z.strictObject({
  subject: plainText(255).optional().describe('Id of a person'),
  cursor: plainText(2000).optional(),
  limit: pageLimit(50),
});
export type PortalSessionQuery = z.infer<typeof portalSessionQuerySchema>;

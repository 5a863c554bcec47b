import * as z from 'zod';
import { holdSchema } from './hold.ts';
import { incidentViewSchema } from './incident.ts';

/** `GET /desk-state`: what every page of the portal shows. */
export const deskStateSchema = incidentViewSchema
  .extend({
    hold: holdSchema,
    attention: z
      .int()
      .nullable()
      .describe('Updates that a person must settle; null for a caller who may not'),
    differences: z
      .int()
      .nullable()
      .describe('Lines with an open difference; null for a caller who may not see them'),
    unread: z.int().nonnegative().default(0).describe('Notifications that the caller has not read'),
    sessionEndsAt: z.iso
      .datetime()
      .nullable()
      .describe('When the session ends without a further request; null without a session'),
  })
  .meta({ id: 'DeskState' });
export type DeskState = z.infer<typeof deskStateSchema>;

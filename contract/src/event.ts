import * as z from 'zod';
import { cpeUpdateStates } from './cpe-update-state.ts';

/** One server-sent event, named `cpe-update`: an update reached a state. Sent only for what is committed. */
export const cpeUpdateEventSchema = z
  .object({
    updateId: z.string(),
    state: z.enum(cpeUpdateStates),
    cttId: z.string(),
    ticketNo: z.string(),
    serviceLineId: z.string(),
    by: z.string(),
    at: z.iso.datetime(),
  })
  .meta({ id: 'CpeUpdateEvent' });
/** One server-sent event, named `presence`: who else has a ticket of this service line open. */
export const presenceEventSchema = z.object({ names: z.array(z.string()) }).meta({ id: 'PresenceEvent' });

export type CpeUpdateLiveEvent = z.infer<typeof cpeUpdateEventSchema>;

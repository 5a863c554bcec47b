import * as z from 'zod';
import { cpeUpdateStates } from './cpe-update-state.ts';

/** Most tickets that one event stream names. */
export const MOST_TICKETS_OF_STREAM = 50;

/** The server-sent event `cpe-update`: an update reached a state. Sent only after the commit. */
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

/** The server-sent event `presence`: who else is viewing a ticket of this service line. */
export const presenceEventSchema = z
  .object({ serviceLineId: z.string(), names: z.array(z.string()) })
  .meta({ id: 'PresenceEvent' });

/**
 * The server-sent event `gone`: the caller may not see this ticket, so the stream sends none of its
 * events.
 */
export const goneEventSchema = z.object({ id: z.string() }).meta({ id: 'GoneEvent' });

/** The server-sent event `ping`: the stream works. A reader that misses it reconnects. */
export const pingEventSchema = z.object({ at: z.iso.datetime() }).meta({ id: 'PingEvent' });

export type CpeUpdateLiveEvent = z.infer<typeof cpeUpdateEventSchema>;
export type PresenceEvent = z.infer<typeof presenceEventSchema>;

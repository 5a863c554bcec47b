import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, presenceEventSchema } from '@cpe-desk/contract';
import type * as z from 'zod';

const parse = <T>(schema: z.ZodType<T>, text: unknown): T | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: nothing that we sent
  }
};

/** A refusal (a session that has ended, a proxy's 502) ends an EventSource for good (HTML, 9.2.3). */
const OPEN_AGAIN_MS = 5000;

/** Who is told what: `missed` that something may have happened while nobody listened, `present` who else is there. */
export type Listener = {
  heard(event: CpeUpdateLiveEvent): void;
  missed(): void;
  present(names: readonly string[]): void;
};

/**
 * Hears of a ticket's line until the returned function is called. The browser reconnects after a broken connection,
 * we after a refusal.
 */
export const hearLine = (ticketId: string, { heard, missed, present }: Listener): (() => void) => {
  let isBroken = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = (): EventSource => {
    const opened = new EventSource(`/ticket/ctt/events?${new URLSearchParams({ id: ticketId })}`);
    opened.addEventListener('error', () => {
      isBroken = true;
      present([]);
      if (opened.readyState !== EventSource.CLOSED) return;
      again = setTimeout(() => {
        source = open();
      }, OPEN_AGAIN_MS);
    });
    opened.addEventListener('open', () => {
      if (isBroken) missed();
      isBroken = false;
    });
    opened.addEventListener('cpe-update', ({ data }) => {
      const event = parse(cpeUpdateEventSchema, data);
      if (event) heard(event);
    });
    opened.addEventListener('presence', ({ data }) => {
      const event = parse(presenceEventSchema, data);
      if (event) present(event.names);
    });
    return opened;
  };
  let source = open();
  return () => {
    clearTimeout(again);
    source.close();
  };
};

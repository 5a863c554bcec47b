import { type CpeUpdateLiveEvent, cpeUpdateEventSchema } from '@cpe-desk/contract';

const parse = (text: unknown): CpeUpdateLiveEvent | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return cpeUpdateEventSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: nothing that we sent
  }
};

/** A refusal (a session that has ended, a proxy's 502) ends an EventSource for good (HTML, 9.2.3). */
const OPEN_AGAIN_MS = 5000;

/**
 * Hears of the updates of a ticket's line until the returned function is called. The browser reconnects after a broken
 * connection, we after a refusal; `missed` tells that something may have happened in between.
 */
export const hearUpdates = (
  ticketId: string,
  heard: (event: CpeUpdateLiveEvent) => void,
  missed: () => void,
): (() => void) => {
  let isBroken = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = (): EventSource => {
    const opened = new EventSource(`/ticket/ctt/events?${new URLSearchParams({ id: ticketId })}`);
    opened.addEventListener('error', () => {
      isBroken = true;
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
      const event = parse(data);
      if (event) heard(event);
    });
    return opened;
  };
  let source = open();
  return () => {
    clearTimeout(again);
    source.close();
  };
};

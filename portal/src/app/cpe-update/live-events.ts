import { type CpeUpdateLiveEvent, cpeUpdateEventSchema } from '@cpe-desk/contract';

const parse = (text: unknown): CpeUpdateLiveEvent | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    return cpeUpdateEventSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON: nothing that we sent
  }
};

/**
 * Hears of the updates of a ticket's line until the returned function is called. The browser reconnects by itself;
 * `missed` tells that something may have happened in between.
 */
export const hearUpdates = (
  ticketId: string,
  heard: (event: CpeUpdateLiveEvent) => void,
  missed: () => void,
): (() => void) => {
  const source = new EventSource(`/ticket/ctt/events?${new URLSearchParams({ id: ticketId })}`);
  let isBroken = false;
  source.addEventListener('error', () => {
    isBroken = true;
  });
  source.addEventListener('open', () => {
    if (isBroken) missed();
    isBroken = false;
  });
  source.addEventListener('cpe-update', ({ data }) => {
    const event = parse(data);
    if (event) heard(event);
  });
  return () => source.close();
};

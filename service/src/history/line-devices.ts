import { type Cpe, cpeSchema, type LineDevice, type LineDevices } from '@cpe-desk/contract';
import { type Queryable, run } from '../platform/database/database.ts';
import type { LoadedTicket } from '../tickets/load-ticket.ts';
import { selectSwaps } from './history.sql.ts';

type Time = Pick<LineDevice, 'since' | 'until' | 'replacedBy'>;

const deviceOf = ({ serialNumber, manufacturer, model }: Cpe, time: Time): LineDevice => ({
  serialNumber,
  manufacturer,
  model,
  ...time,
});

/**
 * The devices of a ticket's line through its swaps, the device in use first. Empty where no CPE is
 * recorded.
 */
export const lineDevices = async (
  db: Queryable,
  { line, cpe }: Pick<LoadedTicket, 'line' | 'cpe'>,
): Promise<LineDevices> => {
  const items: LineDevice[] = [];
  let since: string | null = null;
  for (const swap of await run(db, selectSwaps, [line.id])) {
    const until = swap.at.toISOString();
    // The device as it was when it was replaced: a correction may have changed its model's name.
    items.unshift(
      deviceOf(cpeSchema.parse(swap.before), { since, until, replacedBy: swap.sequence }),
    );
    since = until;
  }
  if (cpe) items.unshift(deviceOf(cpe, { since, until: null, replacedBy: null }));
  return { serviceLineId: line.id, items };
};

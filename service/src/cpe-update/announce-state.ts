import type { CpeUpdateState } from '@cpe-desk/contract';
import { run, type Transaction } from '../platform/database/database.ts';
import type { Announcement } from './events/live-updates.ts';
import { type CpeUpdateRow, insertEvent } from './queries.ts';

/** What is told of an update, whichever state it reached. */
export type Announced = Omit<Announcement, 'at' | 'state'>;

/**
 * The announcement of a state, as the transaction that makes it true adds it to the events: nobody hears of what was rolled back.
 * What is given may have more members than are told.
 */
export const announcementOfState = (
  { updateId, cttId, ticketNo, serviceLineId, by, segmentGroup }: Announced,
  state: CpeUpdateState,
): string => {
  const at = new Date().toISOString();
  const announcement: Announcement = {
    updateId,
    state,
    cttId,
    ticketNo,
    serviceLineId,
    by,
    segmentGroup,
    at,
  };
  return JSON.stringify(announcement);
};

/** Tells everyone who has the ticket open that an update reached a state, when the transaction has committed. */
export const announceState = (tx: Transaction, row: CpeUpdateRow, state: CpeUpdateState) =>
  run(tx, insertEvent, [
    announcementOfState(
      {
        updateId: row.id,
        cttId: row.ctt_id,
        ticketNo: row.ticket_no,
        serviceLineId: row.service_line_id,
        by: row.actor_name,
        segmentGroup: row.segment_group,
      },
      state,
    ),
  ]);

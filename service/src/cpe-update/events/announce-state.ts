import {
  type CpeUpdateLiveEvent,
  type CpeUpdateState,
  cpeUpdateEventSchema,
  type SegmentGroup,
  segmentGroupSchema,
} from '@cpe-desk/contract';
import type { z } from 'zod';
import { type Pool, run, type Transaction } from '../../platform/database/database.ts';
import { deleteOldEvents, insertEvent } from './queries.ts';

/** An event with the segment group that decides who hears it. */
export const announcementSchema = cpeUpdateEventSchema.extend({ segmentGroup: segmentGroupSchema });
export type Announcement = z.infer<typeof announcementSchema>;

/** What is told of an update, whichever state it reached. */
export type Announced = Omit<Announcement, 'at' | 'state'>;

/** The row of an update, as far as it is told. */
type AnnouncedRow = {
  id: string;
  ctt_id: string;
  ticket_no: string;
  service_line_id: string;
  actor_name: string;
  segment_group: SegmentGroup;
};

/**
 * The announcement of a state, as the transaction that makes it true adds it to the events: nobody
 * hears of what was rolled back. What is given may have more members than are told.
 */
export const announcementOfState = (
  { updateId, cttId, ticketNo, serviceLineId, by, segmentGroup }: Announced,
  state: CpeUpdateState,
): string => {
  const told = { updateId, state, cttId, ticketNo, serviceLineId, by, segmentGroup };
  const announcement: Announcement = { ...told, at: new Date().toISOString() };
  return JSON.stringify(announcement);
};

/** Announces that an update reached a state to all who view its ticket, once the transaction commits. */
export const announceState = (tx: Transaction, row: AnnouncedRow, state: CpeUpdateState) =>
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

/** What a caller hears of an announcement. */
export const eventOf = ({ segmentGroup: _, ...event }: Announcement): CpeUpdateLiveEvent => event;

/** An event is kept for this long at least, hours. An instance that is further behind misses it. */
const KEPT_HOURS = 1;

export const pruneEvents = (db: Pool) => run(db, deleteOldEvents, [KEPT_HOURS]);

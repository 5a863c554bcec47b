import {
  type CpeUpdateLiveEvent,
  type CpeUpdateState,
  cpeUpdateEventSchema,
  type SegmentGroup,
  segmentGroupSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { type Pool, run, type Transaction } from '../../platform/database/database.ts';
import { deleteOldEvents, insertEvent } from './events.sql.ts';

/** An event with the segment group that decides who receives it. */
export const announcementSchema = cpeUpdateEventSchema.extend({
  segmentGroup: segmentGroupSchema,
  /** Only streams of its ticket receive an event of a bulk's row: a bulk has thousands. */
  isOfBulk: z.boolean().default(false),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** The facts of an update in an announcement of any state. */
export type Announced = Omit<Announcement, 'at' | 'state'>;

/** The columns of an update that an announcement needs. */
type AnnouncedRow = {
  id: string;
  ctt_id: string;
  ticket_no: string;
  service_line_id: string;
  actor_name: string;
  segment_group: SegmentGroup;
  bulk_id: string | null;
};

/**
 * The announcement of a state. The transaction that reaches the state adds it to the events, so
 * that nobody receives a state that was rolled back. The parameter may have more members than the
 * announcement.
 */
export const announcementOfState = (
  { updateId, cttId, ticketNo, serviceLineId, by, segmentGroup, isOfBulk }: Announced,
  state: CpeUpdateState,
): string => {
  const facts = { updateId, state, cttId, ticketNo, serviceLineId, by, segmentGroup, isOfBulk };
  const announcement: Announcement = { ...facts, at: new Date().toISOString() };
  return JSON.stringify(announcement);
};

/** Announces, when the transaction commits, that an update reached a state. */
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
        isOfBulk: row.bulk_id !== null,
      },
      state,
    ),
  ]);

/** The event that a caller receives. */
export const eventOf = ({
  segmentGroup: _,
  isOfBulk: __,
  ...event
}: Announcement): CpeUpdateLiveEvent => event;

/** Events are kept at least this long, hours. An instance further behind misses them. */
const KEPT_HOURS = 1;

export const pruneEvents = (db: Pool) => run(db, deleteOldEvents, [KEPT_HOURS]);

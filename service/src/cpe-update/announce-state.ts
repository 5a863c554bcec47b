import type { CpeUpdateState } from '@cpe-desk/contract';
import type { Transaction } from '../database.ts';
import { announce } from './live-updates.ts';
import type { CpeUpdateRow } from './queries.ts';

/** Tells everyone who has the ticket open that an update reached a state, when the transaction commits. */
export const announceState = (tx: Transaction, row: CpeUpdateRow, state: CpeUpdateState) =>
  announce(tx, {
    updateId: row.id,
    state,
    cttId: row.ctt_id,
    ticketNo: row.ticket_no,
    serviceLineId: row.service_line_id,
    by: row.actor_name,
    segmentGroup: row.segment_group,
  });

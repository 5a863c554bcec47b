// Written by npm run sql-types from tickets.sql; do not edit.
import type { SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectTicketRow = {
  ticket: unknown;
};
/**
 * Null groups: any group, for the desk itself.
 */
export const selectTicket = statement<SelectTicketRow, [
  id: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]> | null,
]>('select-ticket');

export type SelectNetworkRow = {
  cpe_element_id: string;
  cpe_element_name: string;
  network_elements: unknown;
};
/**
 * The present network elements of a line. No row where it has no CPE.
 */
export const selectNetwork = statement<SelectNetworkRow, [
  serviceLineId: string,
]>('select-network');

export type SelectLineContextRow = {
  recorded_at: Date | null;
  knows_dual_stack: boolean;
  last_entry: unknown;
  nig_drift: unknown;
  others: unknown;
  addresses: string[];
};
/**
 * The context of a ticket: when its CPE was recorded and by whom, the line's other tickets, and
 * addresses of other lines on its OLT.
 */
export const selectLineContext = statement<SelectLineContextRow, [
  serviceLineId: string,
  ticketId: string,
  mostOthers: number,
  oltId: string | null,
  mostAddresses: number,
]>('select-line-context');

export type SelectLinesOfTicketsRow = {
  id: string;
  service_line_id: string;
};
export const selectLinesOfTickets = statement<SelectLinesOfTicketsRow, [
  ids: readonly string[],
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('select-lines-of-tickets');

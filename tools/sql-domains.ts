import {
  accessEvents,
  accessTypes,
  anchorKinds,
  bulkFormats,
  bulkKinds,
  bulkRowStates,
  bulkStates,
  bulkWaits,
  claimKinds,
  cpeUpdateKinds,
  cpeUpdateStates,
  driftHolders,
  inboxKinds,
  incidentCauses,
  networkElementKinds,
  repairTakes,
  repairVerdicts,
  segmentGroups,
  summaryFacts,
  technologies,
  ticketStatuses,
} from '@cpe-desk/contract';

/** A column whose values contract lists: their type and, unless it is an array, the list. */
export type Domain = { type: string; values?: readonly string[] };

const segmentGroup: Domain = { type: 'SegmentGroup', values: segmentGroups };
const technology: Domain = { type: 'Technology', values: technologies };
const ticketStatus: Domain = { type: 'TicketStatus', values: ticketStatuses };
const kind: Domain = { type: 'CpeUpdateKind', values: cpeUpdateKinds };
const fact: Domain = { type: 'SummaryFact', values: summaryFacts };
const changed: Domain = { type: 'CpeField[]' };

/** By table and column. A test compares those that have a check constraint with it. */
export const domains: Readonly<Record<string, Domain>> = {
  'access_log.event': { type: 'AccessEvent', values: accessEvents },
  'cpe_bulk.format': { type: 'BulkFormat', values: bulkFormats },
  'cpe_bulk.kind': { type: 'BulkKind', values: bulkKinds },
  'cpe_bulk.state': { type: 'BulkState', values: bulkStates },
  'cpe_bulk.waits_for': { type: 'BulkWait', values: bulkWaits },
  'cpe_bulk_row.kind': kind,
  'cpe_bulk_row.state': { type: 'BulkRowState', values: bulkRowStates },
  'cpe_claim.kind': { type: 'ClaimKind', values: claimKinds },
  'cpe_history.changed': changed,
  'cpe_history.kind': kind,
  'cpe_update.changed': changed,
  'cpe_update.kind': kind,
  'cpe_update.state': { type: 'CpeUpdateState', values: cpeUpdateStates },
  'ctt.segment_group': segmentGroup,
  'ctt.status': ticketStatus,
  'ctt.technology': technology,
  'drift.holder': { type: 'DriftHolder', values: driftHolders },
  'history_anchor.kind': { type: 'AnchorKind', values: anchorKinds },
  'inbox_entry.kind': { type: 'InboxKind', values: inboxKinds },
  'incident.cause': { type: 'IncidentCause', values: incidentCauses },
  // A line's CPE is in a table of its own.
  'network_element.kind': {
    type: 'NetworkElementKind',
    values: networkElementKinds.filter((each) => each !== 'CPE'),
  },
  'repair.segment_groups': { type: 'SegmentGroup[]' },
  'repair.take': { type: 'RepairTake', values: repairTakes },
  'repair_line.verdict': { type: 'RepairVerdict', values: repairVerdicts },
  'service_line.access_type': { type: 'AccessType', values: accessTypes },
  'service_line.segment_group': segmentGroup,
  'service_line.technology': technology,
  'update_summary.fact': fact,
  'zone_summary.fact': fact,
};

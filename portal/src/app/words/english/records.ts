import type {
  CpeField,
  CpeUpdateKind,
  CpeUpdateState,
  FieldErrorCode,
  IneligibilityReason,
  NetworkElementKind,
  Role,
  SegmentGroup,
  Technology,
  TicketStatus,
  WarningCode,
} from '@cpe-desk/contract';

export const records = {
  fields: {
    manufacturer: 'Manufacturer',
    model: 'Model',
    serialNumber: 'Serial number',
    macAddress: 'MAC address',
    ipAddress: 'IP address',
    ipv6Address: 'IPv6 address',
    ipv6Prefix: 'Delegated IPv6 prefix',
    bandwidth: 'Bandwidth',
    downKbps: 'Bandwidth down (kbit/s)',
    upKbps: 'Bandwidth up (kbit/s)',
    port: 'Port',
  } satisfies Record<CpeField | 'downKbps' | 'upKbps', string>,
  status: {
    acknowledged: 'Acknowledged',
    inProgress: 'In progress',
    held: 'Held',
    pending: 'Pending',
    resolved: 'Resolved',
    closed: 'Closed',
    cancelled: 'Cancelled',
    rejected: 'Rejected',
  } satisfies Record<TicketStatus, string>,
  kind: { refresh: 'Refresh', correction: 'Correction', swap: 'Swap' } satisfies Record<
    CpeUpdateKind,
    string
  >,
  state: {
    recorded: 'Being sent',
    accepted: 'Accepted by NIG',
    unknown: 'Outcome unknown',
    'needs-attention': 'Needs attention',
    applied: 'Applied',
    rejected: 'Refused by NIG',
    abandoned: 'Not received by NIG',
  } satisfies Record<CpeUpdateState, string>,
  technology: {
    FTTH: 'FTTH',
    FTTB: 'FTTB',
    COPPER: 'Copper',
    FWA: 'FWA',
  } satisfies Record<Technology, string>,
  segmentGroup: {
    ENTERPRISE: 'Enterprise',
    GOVERNMENT: 'Government',
    SME: 'SME',
    WHOLESALE: 'Wholesale',
    CONSUMER: 'Consumer',
  } satisfies Record<SegmentGroup, string>,
  element: { OLT: 'OLT', SPLITTER: 'Splitter', ONT: 'ONT', CPE: 'CPE' } satisfies Record<
    NetworkElementKind,
    string
  >,
  role: {
    operator: 'Operator',
    reviewer: 'Reviewer',
    supervisor: 'Supervisor',
    admin: 'Admin',
  } satisfies Record<Role, string>,
  /** Why the CPE cannot be edited from a ticket, and what to do about it. */
  ineligible: {
    'ticket-closed':
      'The ticket is closed. Work from an open ticket of this service line, or open a new one.',
    'not-ftth':
      'The service line is not FTTH. CPE Desk holds only the CPE of FTTH lines; change it where this line is managed.',
    'not-managed-services':
      'The service line has no Managed Services. Its CPE belongs to the customer; have Managed Services recorded first if that is wrong.',
    'segment-not-editable':
      'CPE of this segment group is not edited here. Pass the ticket to the team that looks after the segment.',
  } satisfies Record<IneligibilityReason, string>,
  /** The other reasons why the CPE cannot be updated now. */
  obstacles: {
    forbidden: 'Read-only: your role cannot change CPE data. Operators and supervisors can.',
    missing: (element: string) =>
      `The line has no ${element} on record. Have it recorded first, then correct the CPE here.`,
    noNetwork: 'The line has no OLT or no CPE on record.',
    inProgress: (by: string) =>
      by === ''
        ? 'Another update of this line is waiting for NIG’s answer.'
        : `${by}’s update of this line is waiting for NIG’s answer.`,
    nigUnavailable: 'NIG is unavailable. Updates are paused.',
  },
  /** Broken rules and warnings in this language; null: the service's own sentence is used. */
  findings: null as Readonly<Record<FieldErrorCode | WarningCode | 'in-use', string>> | null,
  notKnown: 'Not known',
  none: 'None',
  yes: 'Yes',
  no: 'No',
  down: 'down',
  up: 'up',
};

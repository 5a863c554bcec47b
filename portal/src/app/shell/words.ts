import type {
  ChainVerdict,
  Cpe,
  CpeField,
  CpeUpdateKind,
  IneligibilityReason,
  NetworkElementKind,
  Role,
  SegmentGroup,
  Technology,
  TicketStatus,
} from '@cpe-desk/contract';

/** The language of the words below; numbers and times follow it. */
const LANGUAGE = 'en-GB';

export const fieldLabels: Readonly<Record<CpeField | 'downKbps' | 'upKbps', string>> = {
  manufacturer: 'Manufacturer',
  model: 'Model',
  serialNumber: 'Serial number',
  macAddress: 'MAC address',
  ipAddress: 'IP address',
  bandwidth: 'Bandwidth',
  downKbps: 'Bandwidth down (kbit/s)',
  upKbps: 'Bandwidth up (kbit/s)',
  port: 'Port',
};

export const statusWords: Readonly<Record<TicketStatus, string>> = {
  acknowledged: 'Acknowledged',
  inProgress: 'In progress',
  held: 'Held',
  pending: 'Pending',
  resolved: 'Resolved',
  closed: 'Closed',
  cancelled: 'Cancelled',
  rejected: 'Rejected',
};

export const kindWords: Readonly<Record<CpeUpdateKind, string>> = {
  refresh: 'Refresh',
  correction: 'Correction',
  swap: 'Swap',
};

/** Why the CPE can not be edited from a ticket, and what to do about it. */
export const reasonWords: Readonly<Record<IneligibilityReason, string>> = {
  'ticket-closed': 'The ticket is closed. Work from an open ticket of this service line, or open a new one.',
  'not-ftth':
    'The service line is not FTTH. Only the CPE of FTTH lines is kept here; change it where this line is managed.',
  'not-managed-services':
    'The service line has no Managed Services. Its CPE belongs to the customer; have Managed Services recorded first if that is wrong.',
  'segment-not-editable':
    'CPE of this segment group is not edited here. Pass the ticket to the team that looks after the segment.',
};

export const technologyWords: Readonly<Record<Technology, string>> = {
  FTTH: 'FTTH',
  FTTB: 'FTTB',
  COPPER: 'Copper',
  FWA: 'FWA',
};

export const segmentGroupWords: Readonly<Record<SegmentGroup, string>> = {
  ENTERPRISE: 'Enterprise',
  GOVERNMENT: 'Government',
  SME: 'SME',
  WHOLESALE: 'Wholesale',
  CONSUMER: 'Consumer',
};

export const elementWords: Readonly<Record<NetworkElementKind, string>> = {
  OLT: 'OLT',
  SPLITTER: 'Splitter',
  ONT: 'ONT',
  CPE: 'CPE',
};

export const roleWords: Readonly<Record<Role, string>> = {
  operator: 'Operator',
  reviewer: 'Reviewer',
  supervisor: 'Supervisor',
  admin: 'Admin',
};

export const NOT_KNOWN = 'Not known';

export const NO_SUCH_TICKET = 'There is no such ticket, or it is outside your segment groups';

/** What a refresh did. */
export const NOTHING_CHANGED = 'No field changed: the recorded data was sent to NIG again.';

export const yesNoWords = (yes: boolean): string => (yes ? 'Yes' : 'No');

const megabits = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 3 });

/** A speed given in kbit/s, exactly: `100 Mbit/s`, below 1,000 `64 kbit/s`. */
export const formatKbps = (kbps: number): string =>
  kbps < 1000 ? `${megabits.format(kbps)} kbit/s` : `${megabits.format(kbps / 1000)} Mbit/s`;

export const formatBandwidth = ({ downKbps, upKbps }: Cpe['bandwidth']): string =>
  `${formatKbps(downKbps)} down, ${formatKbps(upKbps)} up`;

const minutes = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const seconds = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'long' });

/** An RFC 3339 time in the reader's own time zone, to the minute. */
export const formatTime = (text: string): string => minutes.format(new Date(text));

/** The same to the second and with the time zone, for evidence. */
export const formatExactTime = (text: string): string => seconds.format(new Date(text));

/** A CPE's value of one field, as people read it. */
export const valueText = (field: CpeField, cpe: Cpe): string =>
  field === 'bandwidth' ? formatBandwidth(cpe.bandwidth) : cpe[field] || NOT_KNOWN;

/** The title of a browser tab. */
export const pageTitle = (page: string): string => `${page} - CPE Desk`;

/** Why signing in came to nothing, by the code that the service puts into the address. */
export const signInFailureWords = {
  refused: 'Signing in was refused. Ask your administrator for access to CPE Desk.',
  failed: 'Signing in did not work. Try again; if it fails again, tell your administrator.',
  unavailable: 'The sign-in service can not be reached right now. Try again in a minute.',
} as const;

/** A problem in words for people; the service's own are for programs too. */
export const problemWords = (problem: {
  code: string;
  title: string;
  detail: string;
}): { title: string; detail: string } =>
  problem.code === 'unauthenticated'
    ? { title: 'You are not signed in any more', detail: 'Sign in again, then try again here.' }
    : problem;

/** Whether a history is intact, and if not, from where on. */
export const verdictWords = ({ isIntact, entries, fault }: ChainVerdict): string =>
  isIntact
    ? `The history is intact: ${entries} ${entries === 1 ? 'entry' : 'entries'}, each with the hash of the one before it.`
    : `The history is not intact from entry ${fault?.sequence} on. ${fault?.detail ?? ''}. Tell whoever runs the desk.`;

export const revertedMessage = (reference: string): string => `Reverted. NIG reference ${reference}`;

/** The keys that do something, for the help. */
export const keyboardWords = [
  { keys: '/', does: 'Search tickets' },
  { keys: 'j', does: 'Next ticket' },
  { keys: 'k', does: 'Ticket before' },
  { keys: 'Enter', does: 'Open the ticket' },
  { keys: 'Escape', does: 'Close a dialog, or leave the form' },
  { keys: '?', does: 'This help' },
] as const;

const whole = new Intl.NumberFormat(LANGUAGE);

/** A number of things: `12,345`. */
export const formatCount = (count: number): string => whole.format(count);

import type { CpeUpdateKind, CpeUpdateState, UnsettledUpdate } from '@cpe-desk/contract';
import { records } from './records.ts';

const unsettled: Readonly<Record<UnsettledUpdate['state'], string>> = {
  recorded: 'The desk is sending it to NIG.',
  accepted: 'NIG accepted it. The desk is updating its records.',
  unknown: 'NIG did not answer in time. The desk is asking NIG for the outcome.',
  'needs-attention':
    'It could not be settled in time. A supervisor has to settle it, on the page “Needs attention”.',
};

export const cpeUpdate = {
  heading: 'Ticket status',
  version: (version: number) => `CPE version ${version}`,
  recordedSince: (time: string, by: string) => `As recorded since ${time}, by ${by}`,
  byImport: 'an import',
  alsoOpenBy: (names: readonly string[]) => `Also open by ${names.join(', ')}`,
  closed: 'The CPE cannot be edited here',
  noCpe: 'No CPE is recorded for this line. Have it recorded first, then correct it here.',
  noRole: 'Read-only: your role cannot change CPE data. Operators and supervisors can.',
  edit: 'Edit CPE',
  refresh: 'Refresh CPE',
  nigAway:
    'NIG does not answer at the moment. Updates are refused at once, and nothing is sent. This page checks again automatically.',
  notSettled: (by: string) => `An update by ${by} is not settled yet`,
  since: 'since',
  on: 'on',
  unsettled,
  /** The same, to the end: while the operator waits for the outcome of an update. */
  outcome: {
    ...unsettled,
    applied: 'It was applied.',
    rejected: 'NIG refused it.',
    abandoned: 'NIG did not receive it.',
  } satisfies Record<CpeUpdateState, string>,
  review: 'Review update',
  cancelEditing: 'Cancel editing',
  undo: 'Undo',
  undoField: (field: string) => `Put back ${field}`,
  putBack: 'Put back',
  pasteRecord: 'Paste a record',
  recorded: 'Recorded',
  differing: (count: number) =>
    count === 0
      ? 'No field differs: this would be a refresh.'
      : count === 1
        ? '1 field differs.'
        : `${count} fields differ.`,
  leaveQuestion: 'Leave this page? Your edits will be lost.',
  restored: (time: string) => `Your edits of ${time} are restored.`,
  discard: 'Discard edits',
  hints: {
    serialNumber:
      '4 letters and 8 hex digits, or 16 hex digits; as on the label for a device without PON; empty if not known',
    macAddress: '12 hex digits; empty if not known',
    ipv6Address: 'Beside an IPv4 address; empty if none',
    ipv6Prefix: '/32 to /64, such as 2a02:908:4b00:7f00::/56; empty if none',
    inside: (prefixes: readonly string[]) =>
      prefixes.length === 0 ? '' : `Inside ${prefixes.join(', ')}`,
    onOlt: (prefixes: readonly string[]) =>
      prefixes.length === 0 ? '' : `Lines of this OLT use ${prefixes.join(', ')}`,
    rate: 'kbit/s, or with a unit: 100M, 1 Gbps, 100/50',
    rateIs: (rate: string, kbps: number) =>
      kbps < 1000 ? `That is ${rate} = ${kbps / 1000} Mbit/s` : `That is ${rate}`,
    port: 'frame/slot/port:onu',
    portOf: (frame: string, slot: string, port: string, onu: string) =>
      `frame ${frame}, slot ${slot}, port ${port}, ONU ${onu}`,
  },
  leftOut: {
    invisible: (count: number) =>
      count === 1 ? 'Removed 1 invisible character.' : `Removed ${count} invisible characters.`,
    prefix: (typed: string) => `Left out the prefix length of ${typed}.`,
    rest: (typed: string) => `Read from: ${typed}`,
    several: (values: readonly string[]) => `The text has several: ${values.join(', ')}. Keep one.`,
  },
  unknownModel: {
    explained: (manufacturer: string, model: string) =>
      `The device catalogue lacks ${manufacturer} ${model}.`,
    add: 'Add to the catalogue',
    request: 'Request this model',
    requested: 'Requested. A supervisor can add it; this form shows when it is there.',
  },
  dualStackWaits:
    'IPv6 address and prefix can be recorded when all instances of the desk are upgraded.',
  ambiguousRate: (values: readonly string[]) =>
    `Two readings are possible: ${values.join(' or ')}. Type one without a separator.`,
  paste: {
    heading: 'Paste a record',
    explained:
      'Output of a device, an OLT or a log, a spreadsheet row, JSON, a label or a message. The form changes only after you confirm.',
    text: 'Record',
    found: 'Read from the text',
    now: 'In the form',
    pasted: 'Read',
    from: 'From',
    line: (line: number, text: string) => `Line ${line}: ${text}`,
    device: 'The text has several devices. Which one is at this line?',
    matches: (fields: string) => `same ${fields} as recorded`,
    choose: 'Choose a value',
    reading: 'Reading…',
    nothing:
      'No field was recognised. Include the names or headings: serial number, MAC, IP, port, bandwidth, manufacturer, model.',
    unread: (count: number) =>
      count === 1 ? 'Ignored 1 line. Show it' : `Ignored ${count} lines. Show them`,
    fields: {
      bandwidth: 'Bandwidth down / up',
    },
    take: (count: number) => (count === 1 ? 'Fill in 1 value' : `Fill in ${count} values`),
  },
  conflict: {
    heading: 'Someone changed this CPE after you opened it',
    explained: (by: string, time: string) =>
      `${by} changed it at ${time}. Your edits are kept: choose a value for each field.`,
    explainedAnonymous: 'Your edits are kept: choose a value for each field.',
    opened: 'Opened with',
    now: 'Now',
    wanted: 'Wanted',
    take: 'Take',
    mine: 'Mine',
    theirs: 'Theirs',
    goOn: 'Use these values',
  },
  checking: 'Checking the values against the rules.',
  reviewing: 'Reviewing the update',
  confirm: {
    refresh: 'Confirm refresh',
    correction: 'Confirm correction',
    swap: 'Confirm swap',
  } satisfies Record<CpeUpdateKind, string>,
  send: {
    refresh: 'Send refresh to NIG',
    correction: 'Send correction to NIG',
    swap: 'Send swap to NIG',
  } satisfies Record<CpeUpdateKind, string>,
  explained: {
    refresh:
      'No field differs. The recorded data is sent to NIG again, and the corp data is updated.',
    correction: 'Fields differ; the device stays the same.',
    swap: 'The serial number changes: a new device replaces the old device.',
  } satisfies Record<CpeUpdateKind, string>,
  oldDevice: 'Old device',
  isReplacedBy: 'is replaced by',
  newDevice: 'new device',
  lookTwice: 'Check these warnings',
  payload: 'Request to NIG',
  requestUnknown: (why: string) => `The exact request is not known: ${why}. This is its data:`,
  reasonHint: (left: number) => `Optional. Reviewers read it later. ${left} characters left.`,
  lastReasons: 'Your earlier reasons',
  progress: {
    recording: 'The desk has not confirmed the update yet.',
    recorded: 'The update is recorded. The desk is sending it to NIG.',
    accepted: 'NIG accepted it. The desk is updating its records.',
  },
  mayLeave: 'You can leave it running: this page shows the result.',
  leftUpdate: 'The update that you left running:',
  askingDesk: 'Asking the desk for the outcome.',
  openOutcome: 'Outcome unknown',
  otherSettled: 'The other update is settled',
  signInAgain: 'Sign in again',
  overwrite: 'Overwrite NIG',
  loadCurrent: 'Load current values',
  tryAgain: 'Try again',
  inSeconds: (seconds: number) => `in ${seconds} s`,
  back: 'Back to editing',
  applied: (kind: CpeUpdateKind, reference: string) =>
    `${records.kind[kind]} applied. NIG reference ${reference}`,
  updatedBy: (name: string) => `${name} updated this CPE`,
  by: (kind: CpeUpdateKind, name: string) => `${records.kind[kind]} by ${name}`,
};

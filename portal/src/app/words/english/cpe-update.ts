import type { CpeUpdateKind, CpeUpdateState, UnsettledUpdate } from '@cpe-desk/contract';
import { records } from './records.ts';

const unsettled: Readonly<Record<UnsettledUpdate['state'], string>> = {
  recorded: 'It is being sent to NIG.',
  accepted: 'NIG accepted it; the local records follow in a moment.',
  unknown: 'NIG did not answer in time. It is being asked what became of it.',
  'needs-attention':
    'It could not be settled in time. A supervisor has to settle it, on the page “Needs attention”.',
};

export const cpeUpdate = {
  heading: 'Ticket status',
  version: (version: number) => `CPE version ${version}`,
  recordedSince: (time: string, by: string) => `As recorded since ${time}, by ${by}`,
  byImport: 'an import',
  alsoOpenBy: (names: readonly string[]) => `Also open by ${names.join(', ')}`,
  closed: 'The CPE can not be edited here',
  noCpe:
    'There is no CPE on the record of this line. Have it recorded first; then it can be corrected here.',
  noRole: 'Your role looks at CPE, it does not change them. Operators and supervisors can.',
  edit: 'Edit CPE',
  refresh: 'Refresh CPE',
  nigAway:
    'NIG does not answer at the moment: updates are refused right away, and nothing is sent. This page looks again by itself.',
  notSettled: (by: string) => `An update by ${by} is not settled yet`,
  since: 'since',
  on: 'on',
  unsettled,
  /** The same, to the end: while the operator waits for the outcome of an update. */
  outcome: {
    ...unsettled,
    applied: 'It was applied.',
    rejected: 'NIG refused it.',
    abandoned: 'NIG never got it.',
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
  leaveQuestion: 'Leave this page? The values that you typed are lost.',
  restored: (time: string) => `What you typed at ${time} is here again.`,
  discard: 'Discard it',
  hints: {
    serialNumber: '4 letters and 8 hex digits, or 16 hex digits; empty if not known',
    macAddress: '12 hex digits; empty if not known',
    inside: (prefixes: readonly string[]) =>
      prefixes.length === 0 ? '' : `Inside ${prefixes.join(', ')}`,
    onOlt: (prefixes: readonly string[]) =>
      prefixes.length === 0 ? '' : `Lines of this OLT use ${prefixes.join(', ')}`,
    rate: 'kbit/s, or with a unit: 100M, 1 Gbps, 100/50',
    rateIs: (rate: string) => `That is ${rate}`,
    port: 'frame/slot/port:onu',
    portOf: (frame: string, slot: string, port: string, onu: string) =>
      `frame ${frame}, slot ${slot}, port ${port}, ONU ${onu}`,
  },
  paste: {
    heading: 'Paste a record',
    explained:
      'What a device, an OLT or a log printed, a row of a spreadsheet, JSON, a label or a message. Nothing is taken before you confirm it.',
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
      count === 1 ? '1 line was not read. Show it' : `${count} lines were not read. Show them`,
    fields: {
      ipv6Address: 'IPv6 address',
      ipv6Prefix: 'IPv6 prefix',
      bandwidth: 'Bandwidth down / up',
    },
    take: (count: number) => (count === 1 ? 'Take 1 value' : `Take ${count} values`),
  },
  conflict: {
    heading: 'Somebody else changed this CPE',
    explained: (by: string, time: string) =>
      `${by} changed it at ${time}. Nothing that you typed is lost: choose for each field, then go on.`,
    explainedAnonymous:
      'It was changed after you opened it. Nothing that you typed is lost: choose for each field, then go on.',
    opened: 'Opened with',
    now: 'Now',
    wanted: 'Wanted',
    take: 'Take',
    mine: 'Mine',
    theirs: 'Theirs',
    goOn: 'Go on with these values',
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
    refresh: 'No field differs; the known data is sent to NIG again, and the corp data follow.',
    correction: 'Fields differ, the device is the same.',
    swap: 'The serial number changes: another device takes the place of the old one.',
  } satisfies Record<CpeUpdateKind, string>,
  oldDevice: 'Old device',
  isReplacedBy: 'is replaced by',
  newDevice: 'new device',
  lookTwice: 'Look twice',
  payload: 'What NIG will get',
  reasonHint: (left: number) =>
    `Optional, for whoever reviews this later. ${left} characters left.`,
  lastReasons: 'Reasons that you gave before',
  progress: {
    recording: 'The desk has not confirmed the update yet.',
    recorded: 'The update is recorded; NIG is being asked.',
    accepted: 'NIG accepted it; the local records follow.',
  },
  mayLeave: 'You can leave it running: this page shows the result.',
  leftUpdate: 'The update that you left running:',
  askingDesk: 'Asking the desk for the outcome.',
  openOutcome: 'The outcome is not known yet',
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

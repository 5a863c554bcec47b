import type { CpeUpdateKind, CpeUpdateState, UnsettledUpdate } from '@cpe-desk/contract';
import { records } from './records.ts';

const unsettled: Readonly<Record<UnsettledUpdate['state'], string>> = {
  recorded: 'The desk is sending it to NIG.',
  accepted: 'NIG accepted it. The desk is updating its records.',
  unknown: 'NIG did not answer in time. Checking the result with NIG.',
  'needs-attention': 'NIG cannot confirm the result. A supervisor must decide.',
};

export const cpeUpdate = {
  heading: 'CPE',
  version: (version: number) => `Version ${version}`,
  versionGrows: 'Grows with each applied update',
  recordedSince: (time: string, by: string) => `Last changed ${time} by ${by}`,
  byImport: 'an import',
  alsoOpenBy: (names: readonly string[]) =>
    `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} viewing this line`,
  closed: 'This CPE cannot be edited from this ticket',
  marks: {
    nig: (value: string) => `NIG holds ${value}`,
    plan: (value: string) => `Plan: ${value}`,
    corpData: (value: string) => `Corp data: ${value}`,
    notInNig: 'NIG has no CPE for this line.',
  },
  edit: 'Edit CPE',
  refresh: 'Refresh CPE',
  nigAway: 'NIG is unavailable. Updates are paused. Checking again every 5 s.',
  waiting: (by: string) => `${by}’s update is waiting for NIG’s answer`,
  sentAt: 'Sent',
  settleIt: 'Settle it in “Needs attention”',
  supervisorSettles: 'Any supervisor can settle it, on the page “Needs attention”.',
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
  review: 'Review changes',
  cancelEditing: 'Discard changes',
  discarded: (count: number) => (count === 1 ? 'Discarded 1 change' : `Discarded ${count} changes`),
  groups: { device: 'Device', access: 'Access', rates: 'Rates' },
  undo: 'Undo',
  undoField: (field: string) => `Restore ${field}`,
  putBack: 'Restore',
  pasteRecord: 'Paste device data',
  recorded: 'Recorded',
  differing: (count: number) =>
    count === 0
      ? 'No changes. Saving sends the same data to NIG again.'
      : count === 1
        ? '1 change'
        : `${count} changes`,
  modelReset: (model: string, manufacturer: string) =>
    `Removed ${model}: the catalogue has no such model of ${manufacturer}. Choose the model again.`,
  restored: (time: string) => `Draft from ${time} restored.`,
  discard: 'Discard draft',
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
    rateIs: (kbps: string, mbps: string, share: string) =>
      `${kbps} kbit/s = ${mbps} Mbit/s${share && `, ${share} of the plan`}`,
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
    heading: 'Someone changed this CPE while you were editing',
    explained: (by: string, time: string) =>
      `${by} changed it at ${time}. Your changes are kept: choose a value for each field.`,
    explainedAnonymous: 'Your changes are kept: choose a value for each field.',
    opened: 'When you opened',
    now: 'Current',
    wanted: 'Yours',
    take: 'Keep',
    mine: 'Mine',
    theirs: (by: string | null) => (by === null ? 'Theirs' : `${by}’s`),
    goOn: 'Continue with these values',
  },
  checking: 'Checking the values against the rules.',
  reviewing: 'Checking the update',
  confirm: (kind: CpeUpdateKind, ticketNo: string) => `${records.kind[kind]} on ${ticketNo}`,
  send: 'Apply to NIG',
  explained: {
    refresh: 'No changes. The same data is sent to NIG again, and the corp data is updated.',
    correction: 'Same device, changed fields.',
    swap: 'A new device replaces the old one.',
  } satisfies Record<CpeUpdateKind, string>,
  unchangedFields: (count: number) =>
    count === 1 ? '1 unchanged field' : `${count} unchanged fields`,
  lookTwice: 'Check before sending',
  haveChecked: 'I have checked these values',
  payload: 'Data sent to NIG',
  requestUnknown: (why: string) => `The exact request is not known: ${why}. This is its data:`,
  reasonHint: (left: number) => `Optional. Shown in the history. ${left} characters left.`,
  lastReasons: 'Your earlier reasons',
  steps: {
    recorded: 'Recorded by the desk',
    accepted: 'Accepted by NIG',
    applied: 'Applied to the records',
  },
  stepDone: '(done)',
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
  isApplied: (kind: CpeUpdateKind) => `${records.kind[kind]} applied`,
  nextTicket: (ticketNo: string) => `Next ticket, ${ticketNo}`,
  revert: 'Revert…',
  updatedBy: (name: string) => `${name} updated this CPE`,
  by: (kind: CpeUpdateKind, name: string) => `${records.kind[kind]} by ${name}`,
};

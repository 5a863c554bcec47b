import {
  type CpeUpdateKind,
  type CpeUpdateState,
  isUnsettled,
  type OltPorts,
  type UnsettledUpdate,
} from '@cpe-desk/contract';
import { kindWords, problemWords } from '../shell/words.ts';
import type { DraftField } from './cpe-draft.ts';
import type { DialogPhase } from './phase.ts';

export const LEAVE_QUESTION = 'Leave this page? The values that you typed are lost.';

/** Why nobody can edit here, besides the eligibility of the ticket. */
export const gateWords = {
  noCpe: 'There is no CPE on the record of this line. Have it recorded first; then it can be corrected here.',
  role: 'Your role looks at CPE, it does not change them. Operators and supervisors can.',
} as const;

export const kindExplained: Readonly<Record<CpeUpdateKind, string>> = {
  refresh: 'No field differs; the known data is sent to NIG again, and the corp data follow.',
  correction: 'Fields differ, the device is the same.',
  swap: 'The serial number changes: another device takes the place of the old one.',
};

export const NIG_AWAY =
  'NIG does not answer at the moment: updates are refused right away, and nothing is sent. This page looks again by itself.';

/** What the dialog is about, phase by phase. */
export const dialogHeading = (phase: DialogPhase | null): string => {
  switch (phase?.name) {
    case 'confirming':
    case 'sending':
      return `Confirm ${phase.preview.kind}`;
    case 'following':
      return 'The outcome is not known yet';
    case 'failed':
      return phase.other && !isUnsettled(phase.other.state)
        ? 'The other update is settled'
        : problemWords(phase.problem).title;
    default:
      return 'Reviewing the update';
  }
};

export const sendLabel = (kind: CpeUpdateKind): string => `Send ${kind} to NIG`;

export const appliedMessage = (kind: CpeUpdateKind, reference: string): string =>
  `${kindWords[kind]} applied. NIG reference ${reference}`;

export const unsettledWords: Readonly<Record<UnsettledUpdate['state'], string>> = {
  recorded: 'It is being sent to NIG.',
  accepted: 'NIG accepted it; the local records follow in a moment.',
  unknown: 'NIG did not answer in time. It is being asked what became of it.',
  'needs-attention':
    'NIG can not say what became of it. A supervisor has to settle it, on the page “Needs attention”.',
};

/** The same, to the end: while the operator waits for the outcome of an update. */
export const outcomeWords: Readonly<Record<CpeUpdateState, string>> = {
  ...unsettledWords,
  applied: 'It was applied.',
  rejected: 'NIG refused it.',
  abandoned: 'NIG never got it.',
};

/** What the form says of a field before anything is wrong. */
export const hintOf = (field: DraftField, ports: OltPorts | null): string => {
  if (field === 'serialNumber') return '4 letters and 8 hex digits, or 16 hex digits; empty if not known';
  if (field === 'macAddress') return '12 hex digits; empty if not known';
  if (field !== 'port') return '';
  const range = ([first, last]: readonly [number, number]) =>
    first === last ? `${first}` : `${first}-${last}`;
  const exist = ports
    ? `; frame ${range(ports.frames)}, slot ${range(ports.slots)}, port ${range(ports.ports)}, ONU ${range(ports.onuIds)}`
    : '';
  return `frame/slot/port:onu${exist}`;
};

import type { Drift, DriftList, NigAttempt, NigView } from '@cpe-desk/contract';
import { formatTime } from '../shell/words.ts';

/** What NIG says of the update. */
export const nigAnswerWords: Readonly<Record<NigView['update'], string>> = {
  accepted: 'NIG says that it took the update.',
  rejected: 'NIG says that it refused the update.',
  'never-got-it': 'NIG says that it never got the update.',
  unknown: 'NIG does not say.',
};

/** What NIG holds for the line, beside the update's two sides. */
export const nigHoldsWords: Readonly<Record<NigView['holds'], string>> = {
  after: 'It holds the new values.',
  before: 'It holds the old values.',
  other: 'It holds other values than the old and the new ones.',
  nothing: 'It was never told anything of this line.',
  unknown: 'What it holds for the line is not known.',
};

export const settledMessage = (ticketNo: string, outcome: 'accepted' | 'rejected'): string =>
  outcome === 'accepted'
    ? `Settled: the update on ${ticketNo} was applied`
    : `Settled: the update on ${ticketNo} was rejected, the old values stay`;

export const attemptCallWords: Readonly<Record<NigAttempt['call'], string>> = {
  send: 'Sent',
  'look-up': 'Asked',
};

export const attemptOutcomeWords: Readonly<Record<NigAttempt['outcome'], string>> = {
  accepted: 'Accepted',
  rejected: 'Refused',
  unavailable: 'Not reachable, nothing was sent',
  unknown: 'No answer that says anything',
  'never-got-it': 'NIG says that it never got it',
};

export const attemptsSummary = (count: number): string => `Calls to NIG: ${count}`;

export const driftHolderWords: Readonly<Record<Drift['holder'], string>> = {
  'corp-data': 'Corp-data record',
  nig: 'NIG',
};

/** A holder that has nothing for a line. */
export const driftNothing = { label: 'All fields', recorded: 'As in the ticket', held: 'Nothing' };

/** When all lines were compared last, and what to make of it. */
export const driftPassWords = ({ lastPass }: DriftList): string => {
  if (lastPass === null)
    return 'The lines have not been compared with the corp-data record and NIG yet. It happens by itself once a day.';
  const { endedAt, compared, repaired, drifted } = lastPass;
  const found = `${compared} lines compared, NIG differs on ${drifted}, ${repaired} corp-data records repaired.`;
  const when = endedAt === null ? 'The comparison goes on.' : `Last compared ${formatTime(endedAt)}.`;
  const next = drifted > 0 ? ' Find out who is right: refresh the line from its ticket if the desk is.' : '';
  return `${when} ${found}${next}`;
};
